import{B as e,C as t,D as n,E as r,F as i,H as a,I as o,L as s,M as c,N as l,R as u,S as ee,T as d,_ as f,a as p,f as m,ft as te,i as ne,it as h,k as g,l as _,lt as re,m as v,n as y,o as b,p as ie,pt as ae,r as x,rt as S,s as oe,t as se,u as C,v as w,w as ce,z as T}from"./core-CvKw_5zL.js";var E=[`mon`,`tue`,`wed`,`thu`,`fri`,`sat`,`sun`],D=1440,O=1425,k=e=>{let[t=0,n=0,r=0]=e.split(`:`).map(Number);return t*60+n+r/60},A=e=>{let t=Math.round(e+D)%D,n=e=>String(e).padStart(2,`0`);return`${n(Math.floor(t/60))}:${n(t%60)}:00`},j=e=>E.flatMap((t,n)=>e.days.includes(t)?[n]:[]),M=({start:e,end:t})=>(k(t)-k(e)+1440)%1440||1440;function N(e){return e.flatMap(e=>{let t=k(e.start),n=t+M(e);return j(e).flatMap(r=>{let i={schedule:e,startsOn:r},a={...i,day:r,start:t,end:Math.min(n,D),before:!1,after:n>D};return a.after?[a,{...i,day:(r+1)%7,start:0,end:n-D,before:!0,after:!1}]:[a]})})}var P=(e,t)=>e.priority-t.priority||Date.parse(e.created_at)-Date.parse(t.created_at)||(e.id<t.id?-1:1);function F(e){let t=[];for(let n=0;n<7;n++){let r=e.filter(e=>e.day===n&&e.schedule.enabled),i=[...new Set(r.flatMap(({start:e,end:t})=>[e,t]))].sort((e,t)=>e-t);for(let[e,a]of i.entries()){let o=i[e+1]??a,[s,...c]=r.filter(e=>e.start<=a&&e.end>=o).map(({schedule:e})=>e).sort((e,t)=>P(t,e));if(s&&o!==a)for(let e of c){let r=t.find(t=>t.day===n&&t.winner===s&&t.loser===e&&t.end===a);r?r.end=o:t.push({day:n,winner:s,loser:e,start:a,end:o})}}}return t}function le(e){let t=new Map;for(let{day:n,...r}of e){let e=[r.winner.id,r.loser.id,r.start,r.end].join(`|`),i=t.get(e);i?i.days.push(n):t.set(e,{...r,days:[n]})}return[...t.values()]}function I(e){let t=(e,t)=>Number(e.schedule.enabled)-Number(t.schedule.enabled)||P(e.schedule,t.schedule),n=[];for(let r of[...e].sort(t)){let e=n.filter(e=>e.block.start<r.end&&r.start<e.block.end);n.push({block:r,level:Math.max(-1,...e.map(({level:e})=>e))+1})}return n}var L=(e,t,n)=>Math.min(n,Math.max(t,e)),R=e=>Math.round(e/15)*15;function z(e,t,n,r,i){let a=k(e.start),o=M(e);if(t===`end`){let t=L(R(a+o+n)-a,15,O);return{...e,end:A(a+t)}}if(t===`start`){let t=Math.max(0,a+o-O),r=Math.min(D,a+o)-15;return{...e,start:A(L(R(a+n),t,r))}}let s=n===0?a:L(R(a+n),0,1425),c=j(e),l=c.includes(i)?c:[...c.filter(e=>e!==r),i];return{...e,start:A(s),end:A(s+o),days:B(l)}}var B=e=>E.filter((t,n)=>e.includes(n));function V(e,t){let n=L(Math.floor(Math.min(e,t)/15)*15,0,1425),r=Math.abs(t-e)<15/2?n+60:Math.ceil(Math.max(e,t)/15)*15;return{start:A(n),end:A(n===0?Math.min(r,O):L(r,n+15,D))}}var H=class{#e;constructor(e){this.#e=new ce({...e.locale,time_zone:`server`},`UTC`,e.currency)}time(e){return this.#e.time(e*6e4)}hour(e){let t=e*36e5;return/[ap]\.?m/i.test(this.#e.time(t))?this.#e.dateParts(t,{hour:`numeric`}):this.#e.time(t)}day(e,t=`short`){return this.#e.weekday(Date.UTC(1970,0,5+e),t)}days(e,t){let n=[...e].sort((e,t)=>e-t);if(n.length===7)return t;let[r=0,i=0]=[n[0],n.at(-1)];return n.length>2&&i-r===n.length-1?`${this.day(r)} – ${this.day(i)}`:n.map(e=>this.day(e)).join(`, `)}};function U(e,t=Date.now()){let n={timeZone:e,weekday:`short`,hour:`2-digit`,minute:`2-digit`,hourCycle:`h23`},r=new Intl.DateTimeFormat(`en`,n).formatToParts(t),i=e=>r.find(t=>t.type===e)?.value??``;return{day:E.indexOf(i(`weekday`).toLowerCase()),minutes:Number(i(`hour`))*60+Number(i(`minute`))}}function W(e){let t=E.findIndex(t=>e.first_weekday.startsWith(t)),n=t>=0?t:ue(e.language);return E.map((e,t)=>(n+t)%7)}function ue(e){let t=new Intl.Locale(e);return((t.getWeekInfo?.()??t.weekInfo)?.firstDay??1)-1}var G=e=>({id:e.id,name:e.name,enabled:e.enabled,action:e.action,days:e.days,start:e.start,end:e.end,powerKw:e.power_w?String(e.power_w/1e3):``,target:e.target_soc===null?``:String(e.target_soc),priority:String(e.priority)}),de=(e,t)=>{let{id:n,...r}=G(e);return{...r,days:t.filter(t=>!e.days.includes(t))}},K=e=>e.trim()===``?null:Number(e.replace(`,`,`.`));function fe({powerKw:e,target:t,priority:n,...r}){let i=r.action===`hold`;return{...r,days:[...r.days],power_w:i?0:Math.round((K(e)??0)*1e3),target_soc:i?null:K(t),priority:K(n)??0}}function pe(e,t){let n=`${t.time(k(e.start))} – ${t.time(k(e.end))}`,r=k(e.start)+M(e)>1440;return`${t.days(j(e),f(`schedules.every_day`))}, ${r?f(`schedules.next_day`,{times:n}):n}`}function me(e,t){if(e.action===`hold`)return``;let n=t.power(e.power_w);if(e.target_soc===null)return f(`schedules.at_power`,{power:n});let r={power:n,target:t.percent(e.target_soc)};return e.action===`charge`?f(`schedules.up_to`,r):f(`schedules.down_to`,r)}function he(e,t,n){let{override:r,emergency_stop:i,settings:a}=e;return[t.isAdmin?``:f(`schedules.only_admin`),n?f(`schedules.stale`):``,i?f(`schedules.waits_stop`):``,r&&!i?f(`schedules.waits_override`,{override:w(`override`,r.kind)}):``,a.optimiser_above_schedules&&a.mode===`auto`?f(`schedules.below_optimiser`):``,t.format.timeZone===t.plant.time_zone?``:f(`schedules.time_zone`,{zone:t.plant.time_zone.replaceAll(`_`,` `)})].filter(Boolean)}var q=class extends u{constructor(...e){super(...e),this.schedules=[],this.days=[],this.value=0,this.today=-1}static{this.styles=[m,a`
      .week {
        display: grid;
        grid-template-columns: repeat(7, minmax(0, 1fr));
        gap: 4px;
      }
      button {
        display: grid;
        gap: 4px;
        justify-items: stretch;
        padding: 6px 4px;
        border: 1px solid var(--divider-color);
        border-radius: 10px;
        background: none;
        color: inherit;
        font: inherit;
        font-size: 13px;
        cursor: pointer;
      }
      button[aria-pressed="true"] {
        border-color: var(--primary-color);
        background: color-mix(in srgb, var(--primary-color) 16%, transparent);
      }
      .name {
        text-align: center;
      }
      .today .name {
        font-weight: 700;
        text-decoration: underline;
        text-decoration-color: var(--primary-color);
        text-decoration-thickness: 2px;
        text-underline-offset: 3px;
      }
      .day {
        position: relative;
        height: 56px;
        border-radius: 4px;
        background: var(--sigenstor-sunken);
        overflow: hidden;
      }
      i {
        position: absolute;
        inset-inline: 0;
        border-block-start: 1px solid var(--sigenstor-surface);
      }
    `]}render(){let t=N(this.schedules.filter(({enabled:e})=>e));return e`<div class="week" role="group" aria-label=${f(`schedules.day`)}>
      ${this.days.map(n=>{let i=I(t.filter(e=>e.day===n));return e`<button
          class=${n===this.today?`today`:``} aria-pressed=${n===this.value?`true`:`false`}
          aria-label=${this.clock.day(n,`long`)} @click=${()=>r(this,`chosen`,n)}
        >
          <span class="name">${this.clock.day(n)}</span>
          <span class="day">
            ${i.map(({block:{schedule:t,start:n,end:r},level:i})=>e`<i style="top:${n/D*100}%;height:${(r-n)/D*100}%;inset-inline-start:${i*25}%;background:${C[t.action]}"></i>`)}
          </span>
        </button>`})}
    </div>`}};_([s({attribute:!1})],q.prototype,`schedules`,void 0),_([s({attribute:!1})],q.prototype,`days`,void 0),_([s({attribute:!1})],q.prototype,`clock`,void 0),_([s({type:Number})],q.prototype,`value`,void 0),_([s({type:Number})],q.prototype,`today`,void 0),q=_([d(`sigenstor-day-picker`)],q);var ge=[`charge`,`discharge`,`hold`],_e=[{text:`schedules.every_day`,days:E},{text:`schedules.weekdays`,days:E.slice(0,5)},{text:`schedules.weekend`,days:E.slice(5)}],J=class extends u{constructor(...e){super(...e),this.days=[],this.heading=``,this.busy=!1,this.#n=e=>this.renderRoot.querySelector(`#${e}`)!==null,this.#r=e=>{this.now={...this.now,...e}},this.#i=e=>t=>this.#r({[e]:t.target.value}),this.#a=e=>{let{days:t}=this.now;this.#r({days:E.filter(n=>n===e?!t.includes(n):t.includes(n))})},this.#o=async e=>{if(e.preventDefault(),!this.busy){this.busy=!0,this.error=void 0;try{await this.save(fe(this.now))}catch(e){this.error=l(e),await this.updateComplete,this.renderRoot.querySelector(`[aria-invalid='true']`)?.focus()}finally{this.busy=!1}}}}static{this.styles=[m,v,a`
      form {
        display: grid;
        gap: 16px;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
        gap: 16px;
        align-items: start;
      }
      fieldset {
        border: none;
        margin: 0;
        padding: 0;
        min-width: 0;
      }
      legend {
        padding: 0 0 4px;
        font-size: var(--ha-font-size-s, 12px);
        color: var(--secondary-text-color);
      }
      .days {
        display: grid;
        grid-template-columns: repeat(7, 1fr);
        gap: 4px;
      }
      .days label {
        position: relative;
        min-height: 40px;
        display: grid;
        place-items: center;
        border: 1px solid var(--divider-color);
        border-radius: 8px;
        cursor: pointer;
        font-size: 13px;
      }
      .days input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: inherit;
      }
      .days label:has(:checked) {
        border-color: var(--primary-color);
        background: color-mix(in srgb, var(--primary-color) 22%, transparent);
        font-weight: 500;
      }
      .days label:has(:focus-visible) {
        outline: 2px solid var(--primary-color);
        outline-offset: 1px;
      }
      .quick {
        display: flex;
        flex-wrap: wrap;
        gap: 0 4px;
        margin-top: 4px;
      }
      .quick button {
        border: none;
        background: none;
        padding: 6px 8px;
        font: inherit;
        font-size: 13px;
        color: var(--primary-text-color);
        text-decoration: underline;
        text-underline-offset: 3px;
        cursor: pointer;
      }
      .error {
        color: var(--primary-text-color);
        font-size: 13px;
        border-inline-start: 3px solid var(--sigenstor-danger);
        padding-inline-start: 8px;
        margin-top: 4px;
      }
      [aria-invalid="true"] {
        border-color: var(--sigenstor-danger) !important;
      }
      .hint {
        font-size: 12px;
      }
      .left {
        margin-inline-end: auto;
        color: var(--primary-text-color);
      }
    `]}willUpdate(e){e.has(`draft`)&&(this.now=this.draft,this.error=void 0)}render(){let{now:t}=this,n=this.error&&x(this.error),i=n&&this.#n(n.field)?n:void 0,a=k(t.end)<=k(t.start);return e`<sigenstor-dialog open .heading=${this.heading}>
      <form novalidate @submit=${this.#o}>
        ${this.error&&!i?e`<p class="error" role="alert">${b(this.error)}</p>`:T}
        ${this.#e(`name`,f(`schedules.name`),i,e`<input id="name" maxlength="60" autocomplete="off" .value=${t.name} @input=${this.#i(`name`)} />`)}
        <fieldset>
          <legend>${f(`schedules.action`)}</legend>
          <sigenstor-segments
            .label=${f(`schedules.action`)} .value=${t.action}
            .options=${ge.map(e=>({value:e,label:w(`action`,e)}))}
            @chosen=${e=>this.#r({action:e.detail})}
          ></sigenstor-segments>
          <p class="faint hint">${f(`schedules.about_${t.action}`)}</p>
        </fieldset>
        <div class="pair">
          ${this.#e(`start`,f(`schedules.start`),i,e`<input id="start" type="time" .value=${t.start} @input=${this.#i(`start`)} />`)}
          ${this.#e(`end`,f(a?`schedules.end_next_day`:`schedules.end`),i,e`<input id="end" type="time" .value=${t.end} @input=${this.#i(`end`)} />`)}
        </div>
        ${this.#t(i)}
        ${t.action===`hold`?T:e`<div class="pair">
          ${this.#e(`power_w`,f(`schedules.power`),i,e`<input id="power_w" type="number" inputmode="decimal" min="0" step="0.1" .value=${t.powerKw} @input=${this.#i(`powerKw`)} />`)}
          ${this.#e(`target_soc`,t.action===`charge`?f(`schedules.target_up`):f(`schedules.target_down`),i,e`<input id="target_soc" type="number" inputmode="decimal" min="0" max="100" step="1" placeholder=${f(`schedules.no_target`)} .value=${t.target} @input=${this.#i(`target`)} />`)}
        </div>`}
        <div class="pair">
          ${this.#e(`priority`,f(`schedules.priority`),i,e`<input id="priority" type="number" inputmode="numeric" min="-100" max="100" step="1" .value=${t.priority} @input=${this.#i(`priority`)} />`,f(`schedules.about_priority`))}
          <label class="row" style="min-height:44px;margin-top:20px">
            <input class="toggle" type="checkbox" role="switch" .checked=${t.enabled} @change=${e=>this.#r({enabled:e.target.checked})} />
            ${f(`schedules.enabled`)}
          </label>
        </div>
        <button type="submit" hidden></button>
      </form>
      ${t.id?e`<button slot="actions" class="button plain left" @click=${()=>r(this,`removed`)}>${f(`schedules.delete`)}</button>`:T}
      <button slot="actions" class="button plain" @click=${()=>r(this,`closed`)}>${f(`common.cancel`)}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy} @click=${()=>this.form.requestSubmit()}>${f(`common.save`)}</button>
    </sigenstor-dialog>`}#e(t,n,r,i,a){let o=r?.field===t;return e`<label class="field">${n} ${i}
      ${a?e`<span class="faint hint">${a}</span>`:T}
      ${o?e`<span class="error" id="${t}-error" role="alert">${r.text}</span>`:T}
    </label>`}#t(t){let{now:n,clock:r}=this;return e`<fieldset>
      <legend>${f(`schedules.days`)}</legend>
      <div class="days" id="days">
        ${this.days.map(t=>{let i=E[t]??``;return e`<label>
            <input type="checkbox" aria-label=${r.day(t,`long`)} .checked=${n.days.includes(i)} @change=${()=>this.#a(i)} />
            <span aria-hidden="true">${r.day(t)}</span>
          </label>`})}
      </div>
      <div class="quick">
        ${_e.map(({text:t,days:n})=>e`<button type="button" @click=${()=>this.#r({days:n})}>${f(t)}</button>`)}
      </div>
      ${t?.field===`days`?e`<p class="error" role="alert">${t.text}</p>`:T}
    </fieldset>`}updated(){let e=this.error&&x(this.error)?.field;for(let t of this.renderRoot.querySelectorAll(`input[id]`)){let n=t.id===e;t.toggleAttribute(`aria-invalid`,n),n&&(t.setAttribute(`aria-invalid`,`true`),t.setAttribute(`aria-errormessage`,`${e}-error`))}}#n;#r;#i;#a;#o};_([s({attribute:!1})],J.prototype,`draft`,void 0),_([s({attribute:!1})],J.prototype,`clock`,void 0),_([s({attribute:!1})],J.prototype,`days`,void 0),_([s()],J.prototype,`heading`,void 0),_([s({attribute:!1})],J.prototype,`save`,void 0),_([o()],J.prototype,`now`,void 0),_([o()],J.prototype,`error`,void 0),_([o()],J.prototype,`busy`,void 0),_([i(`form`)],J.prototype,`form`,void 0),J=_([d(`sigenstor-schedule-dialog`)],J);var Y=class extends u{constructor(...e){super(...e),this.schedules=[],this.editable=!1}static{this.styles=[m,v,a`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 4px 12px;
        align-items: center;
        padding: 10px 0;
        border-top: 1px solid var(--divider-color);
      }
      li:first-child {
        border-top: none;
      }
      .sign {
        display: grid;
        place-items: center;
        width: 40px;
        height: 40px;
        border-radius: 50%;
        background: color-mix(in srgb, var(--colour) 30%, var(--sigenstor-surface));
      }
      .off .sign {
        background: var(--sigenstor-sunken);
      }
      .name {
        font-weight: var(--ha-font-weight-medium, 500);
        overflow-wrap: anywhere;
      }
      .off .name {
        color: var(--secondary-text-color);
      }
      .side {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        --icon-size: 20px;
      }
      .side .toggle {
        margin-inline-end: 8px;
      }
      .due {
        background: color-mix(in srgb, var(--primary-color) 22%, transparent);
      }
      @container (width < 480px) {
        li {
          align-items: start;
        }
        .side {
          grid-column: 2 / -1;
          justify-content: flex-start;
        }
      }
      .box {
        container-type: inline-size;
      }
    `]}render(){let t=[...this.schedules].sort((e,t)=>k(e.start)-k(t.start)||e.name.localeCompare(t.name));return e`<div class="box"><ul>${t.map(e=>this.#e(e))}</ul></div>`}#e(n){let{due:r}=this,i=[w(`action`,n.action),me(n,this.format)].filter(Boolean).join(` `);return e`<li class=${n.enabled?``:`off`} style="--colour:${C[n.action]}">
      <span class="sign">${t(y[n.action])}</span>
      <div>
        <p class="row wrap">
          <span class="name">${n.name}</span>
          ${r?.id===n.id?e`<span class="chip due">${r.text}</span>`:T}
          ${n.enabled?T:e`<span class="chip">${f(`schedules.off`)}</span>`}
          ${n.priority?e`<span class="chip">${f(`schedules.priority_is`,{priority:this.format.number(n.priority)})}</span>`:T}
        </p>
        <p class="numbers">${pe(n,this.clock)}</p>
        <p class="faint">${i}</p>
      </div>
      ${this.editable?this.#t(n):T}
    </li>`}#t(n){let{name:i,enabled:a}=n,o=(i,a,o)=>e`<button class="icon-button" aria-label=${a} title=${a} @click=${()=>r(this,i,n)}>${t(o)}</button>`;return e`<div class="side">
      <input class="toggle" type="checkbox" role="switch" aria-label=${f(`schedules.switch`,{name:i})} .checked=${a} @change=${()=>r(this,`switched`,{...n,enabled:!a})} />
      ${o(`opened`,f(`schedules.edit_one`,{name:i}),te)}
      ${o(`copied`,f(`schedules.copy_one`,{name:i}),S)}
      ${o(`removed`,f(`schedules.delete_one`,{name:i}),h)}
    </div>`}};_([s({attribute:!1})],Y.prototype,`schedules`,void 0),_([s({attribute:!1})],Y.prototype,`clock`,void 0),_([s({attribute:!1})],Y.prototype,`format`,void 0),_([s({type:Boolean})],Y.prototype,`editable`,void 0),_([s({attribute:!1})],Y.prototype,`due`,void 0),Y=_([d(`sigenstor-schedule-list`)],Y);var ve=350,ye=4,be=10,xe=class{#e;#t;#n;#r;constructor(e,t){this.host=e,this.drag=t,this.#t=!1,this.#n=!1,this.down=e=>{e.button===0&&e.isPrimary&&(this.#a(),this.#e=e,e.pointerType===`touch`?this.#r=setTimeout(()=>this.#i(e),ve):this.#t=this.drag.begin(e))},this.move=e=>{let t=this.#e;if(!t||e.pointerId!==t.pointerId)return;let n=Math.hypot(e.clientX-t.clientX,e.clientY-t.clientY);if(!this.#t)n>be&&this.#a();else{if(!this.#n){if(n<=ye)return;this.#n=!0,e.currentTarget.setPointerCapture(e.pointerId)}this.drag.move({x:e.clientX,y:e.clientY})}},this.up=()=>{let e=this.#t;this.#a(),e&&this.drag.end()},this.lost=()=>{let e=this.#t;this.#a(),e&&this.drag.cancel()},this.menu=e=>{(this.#t||this.#r)&&e.preventDefault()},this.#o=e=>{this.#t&&e.preventDefault()},this.#s=e=>{e.key===`Escape`&&this.#t&&(e.preventDefault(),this.lost())},e.addController(this)}hostConnected(){this.host.addEventListener(`touchmove`,this.#o,{passive:!1}),window.addEventListener(`keydown`,this.#s,!0)}hostDisconnected(){this.host.removeEventListener(`touchmove`,this.#o),window.removeEventListener(`keydown`,this.#s,!0),this.#a()}#i(e){this.#r=void 0,this.#t=this.drag.begin(e),this.#t&&navigator.vibrate?.(10)}#a(){clearTimeout(this.#r),this.#r=void 0,this.#e=void 0,this.#t=!1,this.#n=!1}#o;#s},Se=a`
  :host {
    --hour: 30px;
    --line: color-mix(in srgb, var(--divider-color) 70%, transparent);
  }
  .grid {
    display: grid;
    grid-template-columns: auto repeat(var(--days), minmax(0, 1fr));
    user-select: none;
  }
  .how {
    margin-top: 12px;
    font-size: 13px;
  }
  .day {
    padding: 4px 2px 8px;
    text-align: center;
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--secondary-text-color);
  }
  .day.today {
    color: var(--primary-text-color);
    box-shadow: inset 0 -3px var(--primary-color);
  }
  .hours {
    position: relative;
    min-width: 44px;
    height: calc(24 * var(--hour));
    font-size: 11px;
    color: var(--secondary-text-color);
    font-variant-numeric: tabular-nums;
  }
  .hours span {
    position: absolute;
    inset-inline-end: 8px;
    transform: translateY(-50%);
    white-space: nowrap;
  }
  .columns {
    grid-column: 2 / -1;
    display: grid;
    grid-template-columns: subgrid;
    border-block: 1px solid var(--divider-color);
    touch-action: pan-y;
  }
  .columns.editable {
    cursor: crosshair;
  }
  .column {
    position: relative;
    height: calc(24 * var(--hour));
    border-inline-start: 1px solid var(--divider-color);
    background: repeating-linear-gradient(to bottom, transparent 0 calc(var(--hour) - 1px), var(--line) calc(var(--hour) - 1px) var(--hour));
  }
  .column.today {
    background-color: color-mix(in srgb, var(--primary-color) 6%, transparent);
  }
  .block {
    position: absolute;
    inset-inline: calc(2px + var(--level) * 20%) 2px;
    min-height: 14px;
    padding: 2px 4px 2px 8px;
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    overflow: hidden;
    border: 1px solid var(--sigenstor-surface);
    border-inline-start: 5px solid var(--colour);
    border-radius: 6px;
    background: color-mix(in srgb, var(--colour) 30%, var(--sigenstor-surface));
    color: var(--primary-text-color);
    font: inherit;
    font-size: 12px;
    line-height: 16px;
    text-align: start;
    cursor: pointer;
    z-index: calc(1 + var(--level));
    container-type: size;
  }
  .editable .block {
    cursor: grab;
  }
  /* The ends that can be pulled. */
  .editable .block::before,
  .editable .block::after {
    content: "";
    position: absolute;
    inset-inline: 0;
    height: min(7px, 33%);
    cursor: ns-resize;
    z-index: 1;
  }
  .editable .block::before {
    top: 0;
  }
  .editable .block::after {
    bottom: 0;
    background: linear-gradient(var(--colour), var(--colour)) center / 24px 3px no-repeat;
    opacity: 0;
  }
  .editable .block:hover::after,
  .editable .block:focus-visible::after {
    opacity: 1;
  }
  .block.before {
    border-start-start-radius: 0;
    border-start-end-radius: 0;
    border-top: 2px dashed var(--colour);
  }
  .block.after {
    border-end-start-radius: 0;
    border-end-end-radius: 0;
    border-bottom: 2px dashed var(--colour);
  }
  .editable .block.before::before,
  .editable .block.after::after {
    display: none;
  }
  .block.off {
    background: var(--sigenstor-surface);
    border: 1px dashed var(--secondary-text-color);
    border-inline-start: 5px dashed var(--colour);
    color: var(--secondary-text-color);
  }
  .block.off .name span {
    text-decoration: line-through;
  }
  .block.held,
  .block.sketch {
    box-shadow: 0 4px 14px rgb(0 0 0 / 35%);
    opacity: 0.92;
    z-index: 6;
  }
  .block.sketch {
    --colour: var(--primary-color);
    pointer-events: none;
    container-type: normal;
  }
  .block:focus-visible {
    border-radius: 6px;
    outline-offset: 0;
    z-index: 7;
  }
  .lost {
    position: absolute;
    inset-inline: 0;
    background: repeating-linear-gradient(
      -45deg,
      transparent 0 4px,
      color-mix(in srgb, var(--primary-text-color) 38%, transparent) 4px 5.5px
    );
  }
  .name,
  .when {
    position: relative;
    max-width: 100%;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .name {
    display: flex;
    align-items: center;
    gap: 4px;
    font-weight: var(--ha-font-weight-medium, 500);
    --icon-size: 14px;
  }
  .name span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .when {
    font-variant-numeric: tabular-nums;
  }
  /* What does not fit is left out, not cut. */
  @container (height < 17px) {
    .name {
      margin-top: -3px;
    }
  }
  @container (height < 34px) {
    .block > .when,
    .when {
      display: none;
    }
  }
  @container (width < 40px) {
    .name span,
    .when {
      display: none;
    }
  }
  .sketch .when {
    display: block;
  }
  .now {
    position: absolute;
    inset-inline: 0;
    height: 2px;
    background: var(--error-color, #db4437);
    pointer-events: none;
    z-index: 8;
  }
  .now::before {
    content: "";
    position: absolute;
    inset: -3px auto auto -4px;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: inherit;
  }
`,X={mouse:7,touch:14},Ce=900,Z=class extends u{constructor(...e){super(...e),this.schedules=[],this.days=[],this.editable=!1,this.#r=new xe(this,{begin:e=>this.#d(e),move:e=>this.#f(e),end:()=>this.#p(),cancel:()=>this.#h()}),this.#m=()=>{this.#n||this.#g()}}#e;#t;#n;#r;static{this.styles=[m,Se]}disconnectedCallback(){super.disconnectedCallback(),this.#g()}updated(e){this.#n&&=(this.renderRoot.querySelector(`[data-key="${this.#n}"]`)?.focus(),void 0)}render(){let{preview:t}=this,n=N(t?this.schedules.map(e=>e.id===t.id?t:e):this.schedules),r=F(n);return e`
      <div class="grid" style="--days:${this.days.length}" role="group" aria-label=${f(`schedules.grid`)}>
        <div class="corner"></div>
        ${this.days.map(t=>e`<div class="day ${this.now?.day===t?`today`:``}" aria-hidden="true">${this.clock.day(t,this.days.length===1?`long`:`short`)}</div>`)}
        <div class="hours" aria-hidden="true">${this.#i()}</div>
        <div
          class="columns ${this.editable?`editable`:``}"
          @pointerdown=${this.editable?this.#r.down:T} @pointermove=${this.#r.move} @pointerup=${this.#r.up}
          @pointercancel=${this.#r.lost} @contextmenu=${this.#r.menu}
        >
          ${this.days.map(e=>this.#a(e,n,r))}
        </div>
      </div>
      ${this.editable?e`<p class="faint how" id="hint">${f(`schedules.how`)}</p>`:T}
      <p class="visually-hidden" role="status">${t?this.#l(t):``}</p>
    `}#i(){return Array.from({length:23},(t,n)=>e`<span style="top:${(n+1)/24*100}%">${this.clock.hour(n+1)}</span>`)}#a(t,n,r){let{now:i,sketch:a}=this,o=I(n.filter(e=>e.day===t));return e`<div class="column ${i?.day===t?`today`:``}">
      ${se(o,({block:e})=>Q(e),({block:e,level:t})=>this.#o(e,t,r))}
      ${a?.day===t?this.#s(a):T}
      ${i?.day===t?e`<div class="now" style="top:${i.minutes/D*100}%"></div>`:T}
    </div>`}#o(n,r,i){let{schedule:a,start:o,end:s}=n,c=i.filter(e=>e.day===n.day&&e.loser.id===a.id),l=(e,t)=>`top:${(e-o)/(s-o)*100}%;height:${(t-e)/(s-o)*100}%`,u=[`block`,a.enabled?``:`off`,n.before?`before`:``,n.after?`after`:``,this.preview?.id===a.id?`held`:``];return e`<button
      class=${u.join(` `)} data-key=${Q(n)} data-id=${a.id} data-starts-on=${n.startsOn}
      style="top:${o/D*100}%;height:${(s-o)/D*100}%;--level:${Math.min(r,3)};--colour:${C[a.action]}"
      aria-label=${this.#c(a,n.startsOn,c)} aria-describedby=${this.editable?`hint`:T}
      @click=${()=>this.#_(a)} @keydown=${e=>this.#v(e,n)} @blur=${this.#m}
    >
      ${c.map(t=>e`<span class="lost" style=${l(t.start,t.end)}></span>`)}
      <span class="name">${t(y[a.action])}<span>${a.name}</span></span>
      <span class="when">${this.clock.time(k(a.start))} – ${this.clock.time(k(a.end))}</span>
    </button>`}#s({start:t,end:n}){let r=k(t),i=M({start:t,end:n});return e`<div class="block sketch" style="top:${r/D*100}%;height:${Math.min(i,D-r)/D*100}%;--level:0">
      <span class="when">${this.clock.time(r)} – ${this.clock.time(k(n))}</span>
    </div>`}#c(e,t,n){return[e.name,w(`action`,e.action),this.clock.day(t,`long`),`${this.clock.time(k(e.start))} – ${this.clock.time(k(e.end))}`,e.enabled?``:f(`schedules.off`),...new Set(n.map(({winner:e})=>f(`schedules.gives_way`,{winner:e.name})))].filter(Boolean).join(`, `)}#l(e){return`${this.clock.days(j(e),f(`schedules.every_day`))}, ${this.clock.time(k(e.start))} – ${this.clock.time(k(e.end))}`}#u({x:e,y:t}){let n=this.renderRoot.querySelector(`.columns`)?.getBoundingClientRect()??new DOMRect,r=Math.floor((e-n.left)/n.width*this.days.length);return{day:this.days[Math.min(this.days.length-1,Math.max(0,r))]??0,minutes:Math.min(D,Math.max(0,(t-n.top)/n.height*D))}}#d(e){this.#g();let t=this.#u({x:e.clientX,y:e.clientY}),n=e.composedPath().find(e=>e.classList?.contains(`block`)),r=this.schedules.find(({id:e})=>e===n?.dataset.id);return n&&r?this.#e={from:t,schedule:r,startsOn:Number(n.dataset.startsOn),grip:we(e,n)}:(this.#e={from:t,startsOn:t.day,grip:`end`},e.pointerType===`touch`&&(this.sketch={day:t.day,...V(t.minutes,t.minutes)})),!0}#f(e){if(!this.#e)return;let{from:t,schedule:n,startsOn:r,grip:i}=this.#e,a=this.#u(e);if(!n){this.sketch={day:t.day,...V(t.minutes,a.minutes)};return}let o=this.days.indexOf(a.day)-this.days.indexOf(t.day),s=this.days[(this.days.indexOf(r)+o+7)%7]??r,c=a.minutes-t.minutes,l=i===`move`&&Math.abs(c)<15/2;this.preview=z(n,i,l?0:c,r,s)}#p(){let{held:e,sketch:t}={held:this.#e,sketch:this.sketch};if(this.#e=void 0,this.sketch=void 0,!e)return;if(e.schedule)return this.#g();let{day:n,minutes:i}=e.from;r(this,`drawn`,t??{day:n,...V(i,i)})}#m;#h(){clearTimeout(this.#t),this.#e=void 0,this.sketch=void 0,this.preview=void 0}#g(){clearTimeout(this.#t);let{preview:e}=this,t=this.schedules.find(({id:t})=>t===e?.id);e&&t&&JSON.stringify(t)!==JSON.stringify(e)&&r(this,`rearranged`,e),this.preview=void 0}#_(e){this.#g(),r(this,`opened`,e)}#v(e,t){if(this.editable){if(e.key===`Escape`&&this.preview)this.#h();else if(e.key===`Delete`)r(this,`removed`,t.schedule);else if(e.key.startsWith(`Arrow`))this.#y(e,t);else return;e.preventDefault()}}#y({key:e,shiftKey:t},{schedule:n,startsOn:r,before:i}){let a=e===`ArrowUp`?-15:e===`ArrowDown`?15:0,o=e===`ArrowLeft`?-1:+(e===`ArrowRight`);if(o&&(t||this.days.length<2))return;let s=this.days[(this.days.indexOf(r)+o+7)%7]??r,c=z(n,t?`end`:`move`,a,r,s),l=c.days.length===n.days.length&&c.days.includes(E[s]??``)?s:r;clearTimeout(this.#t),this.preview=c,this.#n=`${n.id} ${l} ${i&&M(c)+k(c.start)>1440?`b`:`a`}`,this.#t=setTimeout(()=>this.#g(),Ce)}};_([s({attribute:!1})],Z.prototype,`schedules`,void 0),_([s({attribute:!1})],Z.prototype,`days`,void 0),_([s({attribute:!1})],Z.prototype,`clock`,void 0),_([s({attribute:!1})],Z.prototype,`now`,void 0),_([s({type:Boolean})],Z.prototype,`editable`,void 0),_([o()],Z.prototype,`preview`,void 0),_([o()],Z.prototype,`sketch`,void 0),Z=_([d(`sigenstor-week-grid`)],Z);var Q=({schedule:e,startsOn:t,before:n})=>`${e.id} ${t} ${n?`b`:`a`}`;function we(e,t){let{top:n,bottom:r,height:i}=t.getBoundingClientRect(),a=Math.min(e.pointerType===`touch`?X.touch:X.mouse,i/3);return r-e.clientY<=a&&!t.classList.contains(`after`)?`end`:e.clientY-n<=a&&!t.classList.contains(`before`)?`start`:`move`}var Te=5e3,$=class extends ne{#e;#t;#n;constructor(){super(),this.problem=``,this.deleting=!1,this.asked=new Map,this.#e=0,this.#n=new n(this,()=>this.app?.service.live),this.#u=()=>this.#l({}),this.#d=({detail:{day:e,...t}})=>this.#l({...t,days:[E[e]??`mon`]}),this.#f=({detail:e})=>{this.app.isAdmin&&(this.editing={draft:G(e),heading:f(`schedules.edit_title`)})},this.#p=({detail:e})=>{this.editing={draft:de(e,E),heading:f(`schedules.copy_title`)}},this.#m=({detail:e})=>{this.doomed=e},this.#h=()=>{let e=this.editing?.draft.id;this.editing=void 0,this.doomed=c(this.#n.current)?.control?.schedules.find(t=>t.id===e)},this.#g=()=>{this.editing=void 0},this.#_=async e=>{await this.app.service.setSchedule(e),this.editing=void 0,ee(this,f(`schedules.saved`,{name:e.name??``}))},this.#v=({detail:e})=>this.#b(e.id,e,()=>this.app.service.setSchedule(e)),new g(this,3e4)}static{this.styles=[m,ie,v,a`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--sigenstor-gap);
        max-width: 1500px;
        margin: 0 auto;
      }
      .title {
        margin: 0;
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      header {
        min-height: 40px;
        margin-bottom: 8px;
      }
      .notice {
        display: flex;
        gap: 8px;
        padding: 8px 12px;
        border-radius: 8px;
        background: var(--sigenstor-sunken);
        --icon-size: 20px;
      }
      .notices {
        display: grid;
        gap: 8px;
        margin-bottom: 12px;
      }
      .notice.bad {
        border-inline-start: 4px solid var(--sigenstor-danger);
      }
      .overlaps {
        display: grid;
        gap: 4px;
        margin-top: 12px;
        padding-inline-start: 20px;
      }
      sigenstor-day-picker {
        margin-bottom: 12px;
      }
      @media (max-width: 450px) {
        .card {
          padding: 12px;
        }
      }
    `]}render(){return oe(this.#n.current,(e,t)=>{let n=e?.control;return n?this.#r(n,t):p(f(`common.not_loaded_title`),f(`common.not_loaded_text`))})}willUpdate(){let e=c(this.#n.current)?.control?.schedules;e===this.#t||this.#e||(this.#t=e,this.asked.size&&(this.asked=new Map))}#r(n,r){let{app:i}=this,a=new H(i.format),o=this.#s(n.schedules),s=i.isAdmin&&!r,c=U(i.plant.time_zone),l=W(i.format.locale);return e`
      <section class="card">
        <header class="row spread wrap">
          <h2 class="title">${f(`schedules.week`)}</h2>
          ${s?e`<button class="button primary" @click=${this.#u}>${t(ae)}${f(`schedules.add`)}</button>`:T}
        </header>
        <div class="notices">
          ${this.problem?e`<p class="notice bad" role="alert">${this.problem}</p>`:T}
          ${he(n,i,r).map(n=>e`<p class="notice">${t(re)}<span>${n}</span></p>`)}
        </div>
        ${this.#i(o,l,a,c,s)}
        ${this.#a(o,a)}
      </section>
      <section class="card">
        <h2>${f(`schedules.all`)}</h2>
        ${o.length===0?e`<p class="faint">${f(s?`schedules.none_yet`:`schedules.none`)}</p>`:e`<sigenstor-schedule-list
              .schedules=${o} .clock=${a} .format=${i.format} .editable=${s} .due=${this.#c(o,n,c)}
              @opened=${this.#f} @copied=${this.#p} @removed=${this.#m} @switched=${this.#v}
            ></sigenstor-schedule-list>`}
      </section>
      ${this.#o(a,l)}
    `}#i(t,n,r,i,a){let o=E.indexOf(this.query.get(`day`)??``),s=o>=0?o:i.day;return e`
      ${this.narrow?e`<sigenstor-day-picker
            .schedules=${t} .days=${n} .clock=${r} .value=${s} .today=${i.day}
            @chosen=${e=>this.setQuery({day:E[e.detail]??``})}
          ></sigenstor-day-picker>`:T}
      <sigenstor-week-grid
        .schedules=${t} .days=${this.narrow?[s]:n} .clock=${r} .now=${i} .editable=${a}
        @drawn=${this.#d} @opened=${this.#f} @rearranged=${this.#v} @removed=${this.#m}
      ></sigenstor-week-grid>
    `}#a(t,n){let r=le(F(N(t)));return r.length===0?T:e`<ul class="overlaps" aria-label=${f(`schedules.overlaps`)}>
      ${r.map(({winner:t,loser:r,days:i,start:a,end:o})=>{let s={when:`${n.days(i,f(`schedules.every_day`))}, ${n.time(a)} – ${n.time(o)}`,winner:t.name,loser:r.name,high:this.app.format.number(t.priority),low:this.app.format.number(r.priority)};return e`<li>${t.priority===r.priority?f(`schedules.wins_newer`,s):f(`schedules.wins`,s)}</li>`})}
    </ul>`}#o(t,n){let{editing:r,doomed:i}=this;return e`
      ${r?e`<sigenstor-schedule-dialog
            .draft=${r.draft} .heading=${r.heading} .clock=${t} .days=${n} .save=${this.#_}
            @closed=${this.#g} @removed=${this.#h}
          ></sigenstor-schedule-dialog>`:T}
      ${i?e`<sigenstor-dialog open .heading=${f(`schedules.delete_title`)} @closed=${()=>this.doomed=void 0}>
            <p>${f(`schedules.delete_text`,{name:i.name})}</p>
            <button slot="actions" class="button plain" @click=${()=>this.doomed=void 0}>${f(`common.cancel`)}</button>
            <button slot="actions" class="button danger" ?disabled=${this.deleting} @click=${()=>this.#y(i)}>${f(`schedules.delete`)}</button>
          </sigenstor-dialog>`:T}
    `}#s(e){return e.flatMap(e=>{let t=this.asked.get(e.id);return t===null?[]:[t??e]})}#c(e,t,{day:n,minutes:r}){let i=N(e.filter(({enabled:e})=>e)).filter(e=>e.day===n&&e.start<=r&&r<e.end).map(({schedule:e})=>e).sort(P).at(-1);if(!i)return;let a=t.actor===`schedule`&&t.owner===i.name;return{id:i.id,text:f(a?`schedules.running`:`schedules.due`)}}#l(e){let t=c(this.#n.current)?.control?.settings.override_power_w??Te,n={name:f(`schedules.new_name`),enabled:!0,action:`charge`,days:E,start:`00:00:00`,end:`05:00:00`,powerKw:String(t/1e3),target:``,priority:`0`,...e};this.editing={draft:n,heading:f(`schedules.add_title`)}}#u;#d;#f;#p;#m;#h;#g;#_;#v;async#y(e){this.deleting=!0,await this.#b(e.id,null,()=>this.app.service.deleteSchedule(e.id)),this.deleting=!1,this.doomed=void 0}async#b(e,t,n){this.problem=``,this.asked=new Map(this.asked).set(e,t),this.#e++;try{await n()}catch(t){this.problem=f(`schedules.refused`,{error:b(l(t))});let n=new Map(this.asked);n.delete(e),this.asked=n}this.#e--}};_([o()],$.prototype,`editing`,void 0),_([o()],$.prototype,`doomed`,void 0),_([o()],$.prototype,`problem`,void 0),_([o()],$.prototype,`deleting`,void 0),_([o()],$.prototype,`asked`,void 0),$=_([d(`sigenstor-schedules-view`)],$);export{$ as SchedulesView};