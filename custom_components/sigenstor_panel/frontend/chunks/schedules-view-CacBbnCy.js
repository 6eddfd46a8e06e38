import{A as e,C as t,E as n,F as r,H as i,I as a,J as o,K as s,L as c,M as l,N as u,P as d,R as f,S as ee,T as p,U as te,_ as m,a as ne,d as h,f as re,h as g,i as ie,k as _,l as v,n as y,o as b,p as x,q as ae,r as S,s as oe,t as se,u as C,v as w,w as T,x as ce}from"./core-1Io4mEqS.js";var E=[`mon`,`tue`,`wed`,`thu`,`fri`,`sat`,`sun`],D=1440,O=1425,k=e=>{let[t=0,n=0,r=0]=e.split(`:`).map(Number);return t*60+n+r/60},A=e=>{let t=Math.round(e+D)%D,n=e=>String(e).padStart(2,`0`);return`${n(Math.floor(t/60))}:${n(t%60)}:00`},j=e=>E.flatMap((t,n)=>e.days.includes(t)?[n]:[]),M=({start:e,end:t})=>(k(t)-k(e)+1440)%1440||1440;function N(e){return e.flatMap(e=>{let t=k(e.start),n=t+M(e);return j(e).flatMap(r=>{let i={schedule:e,startsOn:r},a={...i,day:r,start:t,end:Math.min(n,D),before:!1,after:n>D};return a.after?[a,{...i,day:(r+1)%7,start:0,end:n-D,before:!0,after:!1}]:[a]})})}var P=(e,t)=>e.priority-t.priority||Date.parse(e.created_at)-Date.parse(t.created_at)||(e.id<t.id?-1:1);function F(e){let t=[];for(let n=0;n<7;n++){let r=e.filter(e=>e.day===n&&e.schedule.enabled),i=[...new Set(r.flatMap(({start:e,end:t})=>[e,t]))].sort((e,t)=>e-t);for(let[e,a]of i.entries()){let o=i[e+1]??a,[s,...c]=r.filter(e=>e.start<=a&&e.end>=o).map(({schedule:e})=>e).sort((e,t)=>P(t,e));if(s&&o!==a)for(let e of c){let r=t.find(t=>t.day===n&&t.winner===s&&t.loser===e&&t.end===a);r?r.end=o:t.push({day:n,winner:s,loser:e,start:a,end:o})}}}return t}function le(e){let t=new Map;for(let{day:n,...r}of e){let e=[r.winner.id,r.loser.id,r.start,r.end].join(`|`),i=t.get(e);i?i.days.push(n):t.set(e,{...r,days:[n]})}return[...t.values()]}function I(e){let t=(e,t)=>Number(e.schedule.enabled)-Number(t.schedule.enabled)||P(e.schedule,t.schedule),n=[];for(let r of[...e].sort(t)){let e=n.filter(e=>e.block.start<r.end&&r.start<e.block.end);n.push({block:r,level:Math.max(-1,...e.map(({level:e})=>e))+1})}return n}var L=(e,t,n)=>Math.min(n,Math.max(t,e)),R=e=>Math.round(e/15)*15;function z(e,t,n,r,i){let a=k(e.start),o=M(e);if(t===`end`){let t=L(R(a+o+n)-a,15,O);return{...e,end:A(a+t)}}if(t===`start`){let t=Math.max(0,a+o-O),r=Math.min(D,a+o)-15;return{...e,start:A(L(R(a+n),t,r))}}let s=n===0?a:L(R(a+n),0,1425),c=j(e),l=c.includes(i)?c:[...c.filter(e=>e!==r),i];return{...e,start:A(s),end:A(s+o),days:B(l)}}var B=e=>E.filter((t,n)=>e.includes(n));function V(e,t){let n=L(Math.floor(Math.min(e,t)/15)*15,0,1425),r=Math.abs(t-e)<15/2?n+60:Math.ceil(Math.max(e,t)/15)*15;return{start:A(n),end:A(n===0?Math.min(r,O):L(r,n+15,D))}}var H=class{#e;constructor(e){this.#e=new ee({...e.locale,time_zone:`server`},`UTC`,e.currency)}time(e){return this.#e.time(e*6e4)}hour(e){let t=e*36e5;return/[ap]\.?m/i.test(this.#e.time(t))?this.#e.dateParts(t,{hour:`numeric`}):this.#e.time(t)}day(e,t=`short`){return this.#e.weekday(Date.UTC(1970,0,5+e),t)}days(e,t){let n=[...e].sort((e,t)=>e-t);if(n.length===7)return t;let[r=0,i=0]=[n[0],n.at(-1)];return n.length>2&&i-r===n.length-1?`${this.day(r)} – ${this.day(i)}`:n.map(e=>this.day(e)).join(`, `)}};function U(e,t=Date.now()){let n={timeZone:e,weekday:`short`,hour:`2-digit`,minute:`2-digit`,hourCycle:`h23`},r=new Intl.DateTimeFormat(`en`,n).formatToParts(t),i=e=>r.find(t=>t.type===e)?.value??``;return{day:E.indexOf(i(`weekday`).toLowerCase()),minutes:Number(i(`hour`))*60+Number(i(`minute`))}}function W(e){let t=E.findIndex(t=>e.first_weekday.startsWith(t)),n=t>=0?t:ue(e.language);return E.map((e,t)=>(n+t)%7)}function ue(e){let t=new Intl.Locale(e);return((t.getWeekInfo?.()??t.weekInfo)?.firstDay??1)-1}var G=e=>({id:e.id,name:e.name,enabled:e.enabled,action:e.action,days:e.days,start:e.start,end:e.end,powerKw:e.power_w?String(e.power_w/1e3):``,target:e.target_soc===null?``:String(e.target_soc),priority:String(e.priority)}),de=(e,t)=>{let{id:n,...r}=G(e);return{...r,days:t.filter(t=>!e.days.includes(t))}},K=e=>e.trim()===``?null:Number(e.replace(`,`,`.`));function fe({powerKw:e,target:t,priority:n,...r}){let i=r.action===`hold`;return{...r,days:[...r.days],power_w:i?0:Math.round((K(e)??0)*1e3),target_soc:i?null:K(t),priority:K(n)??0}}function pe(e,t){let n=`${t.time(k(e.start))} – ${t.time(k(e.end))}`,r=k(e.start)+M(e)>1440;return`${t.days(j(e),m(`schedules.every_day`))}, ${r?m(`schedules.next_day`,{times:n}):n}`}function me(e,t){if(e.action===`hold`)return``;let n=t.power(e.power_w);if(e.target_soc===null)return m(`schedules.at_power`,{power:n});let r={power:n,target:t.percent(e.target_soc)};return e.action===`charge`?m(`schedules.up_to`,r):m(`schedules.down_to`,r)}function he(e,t,n){let{override:r,emergency_stop:i,settings:a}=e;return[t.isAdmin?``:m(`schedules.only_admin`),n?m(`schedules.stale`):``,i?m(`schedules.waits_stop`):``,r&&!i?m(`schedules.waits_override`,{override:w(`override`,r.kind)}):``,a.optimiser_above_schedules&&a.mode===`auto`?m(`schedules.below_optimiser`):``,t.format.timeZone===t.plant.time_zone?``:m(`schedules.time_zone`,{zone:t.plant.time_zone.replaceAll(`_`,` `)})].filter(Boolean)}var q=class extends r{constructor(...e){super(...e),this.schedules=[],this.days=[],this.value=0,this.today=-1}static{this.styles=[h,f`
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
    `]}render(){let e=N(this.schedules.filter(({enabled:e})=>e));return c`<div class="week" role="group" aria-label=${m(`schedules.day`)}>
      ${this.days.map(t=>{let n=I(e.filter(e=>e.day===t));return c`<button
          class=${t===this.today?`today`:``} aria-pressed=${t===this.value?`true`:`false`}
          aria-label=${this.clock.day(t,`long`)} @click=${()=>T(this,`chosen`,t)}
        >
          <span class="name">${this.clock.day(t)}</span>
          <span class="day">
            ${n.map(({block:{schedule:e,start:t,end:n},level:r})=>c`<i style="top:${t/D*100}%;height:${(n-t)/D*100}%;inset-inline-start:${r*25}%;background:${C[e.action]}"></i>`)}
          </span>
        </button>`})}
    </div>`}};v([d({attribute:!1})],q.prototype,`schedules`,void 0),v([d({attribute:!1})],q.prototype,`days`,void 0),v([d({attribute:!1})],q.prototype,`clock`,void 0),v([d({type:Number})],q.prototype,`value`,void 0),v([d({type:Number})],q.prototype,`today`,void 0),q=v([t(`sigenstor-day-picker`)],q);var ge=[`charge`,`discharge`,`hold`],_e=[{text:`schedules.every_day`,days:E},{text:`schedules.weekdays`,days:E.slice(0,5)},{text:`schedules.weekend`,days:E.slice(5)}],J=class extends r{constructor(...t){super(...t),this.days=[],this.heading=``,this.busy=!1,this.#n=e=>this.renderRoot.querySelector(`#${e}`)!==null,this.#r=e=>{this.now={...this.now,...e}},this.#i=e=>t=>this.#r({[e]:t.target.value}),this.#a=e=>{let{days:t}=this.now;this.#r({days:E.filter(n=>n===e?!t.includes(n):t.includes(n))})},this.#o=async t=>{if(t.preventDefault(),!this.busy){this.busy=!0,this.error=void 0;try{await this.save(fe(this.now))}catch(t){this.error=e(t),await this.updateComplete,this.renderRoot.querySelector(`[aria-invalid='true']`)?.focus()}finally{this.busy=!1}}}}static{this.styles=[h,x,f`
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
    `]}willUpdate(e){e.has(`draft`)&&(this.now=this.draft,this.error=void 0)}render(){let{now:e}=this,t=this.error&&S(this.error),n=t&&this.#n(t.field)?t:void 0,r=k(e.end)<=k(e.start);return c`<sigenstor-dialog open .heading=${this.heading}>
      <form novalidate @submit=${this.#o}>
        ${this.error&&!n?c`<p class="error" role="alert">${b(this.error)}</p>`:a}
        ${this.#e(`name`,m(`schedules.name`),n,c`<input id="name" maxlength="60" autocomplete="off" .value=${e.name} @input=${this.#i(`name`)} />`)}
        <fieldset>
          <legend>${m(`schedules.action`)}</legend>
          <sigenstor-segments
            .label=${m(`schedules.action`)} .value=${e.action}
            .options=${ge.map(e=>({value:e,label:w(`action`,e)}))}
            @chosen=${e=>this.#r({action:e.detail})}
          ></sigenstor-segments>
          <p class="faint hint">${m(`schedules.about_${e.action}`)}</p>
        </fieldset>
        <div class="pair">
          ${this.#e(`start`,m(`schedules.start`),n,c`<input id="start" type="time" .value=${e.start} @input=${this.#i(`start`)} />`)}
          ${this.#e(`end`,m(r?`schedules.end_next_day`:`schedules.end`),n,c`<input id="end" type="time" .value=${e.end} @input=${this.#i(`end`)} />`)}
        </div>
        ${this.#t(n)}
        ${e.action===`hold`?a:c`<div class="pair">
          ${this.#e(`power_w`,m(`schedules.power`),n,c`<input id="power_w" type="number" inputmode="decimal" min="0" step="0.1" .value=${e.powerKw} @input=${this.#i(`powerKw`)} />`)}
          ${this.#e(`target_soc`,e.action===`charge`?m(`schedules.target_up`):m(`schedules.target_down`),n,c`<input id="target_soc" type="number" inputmode="decimal" min="0" max="100" step="1" placeholder=${m(`schedules.no_target`)} .value=${e.target} @input=${this.#i(`target`)} />`)}
        </div>`}
        <div class="pair">
          ${this.#e(`priority`,m(`schedules.priority`),n,c`<input id="priority" type="number" inputmode="numeric" min="-100" max="100" step="1" .value=${e.priority} @input=${this.#i(`priority`)} />`,m(`schedules.about_priority`))}
          <label class="row" style="min-height:44px;margin-top:20px">
            <input class="toggle" type="checkbox" role="switch" .checked=${e.enabled} @change=${e=>this.#r({enabled:e.target.checked})} />
            ${m(`schedules.enabled`)}
          </label>
        </div>
        <button type="submit" hidden></button>
      </form>
      ${e.id?c`<button slot="actions" class="button plain left" @click=${()=>T(this,`removed`)}>${m(`schedules.delete`)}</button>`:a}
      <button slot="actions" class="button plain" @click=${()=>T(this,`closed`)}>${m(`common.cancel`)}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy} @click=${()=>this.form.requestSubmit()}>${m(`common.save`)}</button>
    </sigenstor-dialog>`}#e(e,t,n,r,i){let o=n?.field===e;return c`<label class="field">${t} ${r}
      ${i?c`<span class="faint hint">${i}</span>`:a}
      ${o?c`<span class="error" id="${e}-error" role="alert">${n.text}</span>`:a}
    </label>`}#t(e){let{now:t,clock:n}=this;return c`<fieldset>
      <legend>${m(`schedules.days`)}</legend>
      <div class="days" id="days">
        ${this.days.map(e=>{let r=E[e]??``;return c`<label>
            <input type="checkbox" aria-label=${n.day(e,`long`)} .checked=${t.days.includes(r)} @change=${()=>this.#a(r)} />
            <span aria-hidden="true">${n.day(e)}</span>
          </label>`})}
      </div>
      <div class="quick">
        ${_e.map(({text:e,days:t})=>c`<button type="button" @click=${()=>this.#r({days:t})}>${m(e)}</button>`)}
      </div>
      ${e?.field===`days`?c`<p class="error" role="alert">${e.text}</p>`:a}
    </fieldset>`}updated(){let e=this.error&&S(this.error)?.field;for(let t of this.renderRoot.querySelectorAll(`input[id]`)){let n=t.id===e;t.toggleAttribute(`aria-invalid`,n),n&&(t.setAttribute(`aria-invalid`,`true`),t.setAttribute(`aria-errormessage`,`${e}-error`))}}#n;#r;#i;#a;#o};v([d({attribute:!1})],J.prototype,`draft`,void 0),v([d({attribute:!1})],J.prototype,`clock`,void 0),v([d({attribute:!1})],J.prototype,`days`,void 0),v([d()],J.prototype,`heading`,void 0),v([d({attribute:!1})],J.prototype,`save`,void 0),v([u()],J.prototype,`now`,void 0),v([u()],J.prototype,`error`,void 0),v([u()],J.prototype,`busy`,void 0),v([l(`form`)],J.prototype,`form`,void 0),J=v([t(`sigenstor-schedule-dialog`)],J);var Y=class extends r{constructor(...e){super(...e),this.schedules=[],this.editable=!1}static{this.styles=[h,x,f`
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
    `]}render(){let e=[...this.schedules].sort((e,t)=>k(e.start)-k(t.start)||e.name.localeCompare(t.name));return c`<div class="box"><ul>${e.map(e=>this.#e(e))}</ul></div>`}#e(e){let{due:t}=this,n=[w(`action`,e.action),me(e,this.format)].filter(Boolean).join(` `);return c`<li class=${e.enabled?``:`off`} style="--colour:${C[e.action]}">
      <span class="sign">${g(y[e.action])}</span>
      <div>
        <p class="row wrap">
          <span class="name">${e.name}</span>
          ${t?.id===e.id?c`<span class="chip due">${t.text}</span>`:a}
          ${e.enabled?a:c`<span class="chip">${m(`schedules.off`)}</span>`}
          ${e.priority?c`<span class="chip">${m(`schedules.priority_is`,{priority:this.format.number(e.priority)})}</span>`:a}
        </p>
        <p class="numbers">${pe(e,this.clock)}</p>
        <p class="faint">${n}</p>
      </div>
      ${this.editable?this.#t(e):a}
    </li>`}#t(e){let{name:t,enabled:n}=e,r=(t,n,r)=>c`<button class="icon-button" aria-label=${n} title=${n} @click=${()=>T(this,t,e)}>${g(r)}</button>`;return c`<div class="side">
      <input class="toggle" type="checkbox" role="switch" aria-label=${m(`schedules.switch`,{name:t})} .checked=${n} @change=${()=>T(this,`switched`,{...e,enabled:!n})} />
      ${r(`opened`,m(`schedules.edit_one`,{name:t}),ae)}
      ${r(`copied`,m(`schedules.copy_one`,{name:t}),i)}
      ${r(`removed`,m(`schedules.delete_one`,{name:t}),te)}
    </div>`}};v([d({attribute:!1})],Y.prototype,`schedules`,void 0),v([d({attribute:!1})],Y.prototype,`clock`,void 0),v([d({attribute:!1})],Y.prototype,`format`,void 0),v([d({type:Boolean})],Y.prototype,`editable`,void 0),v([d({attribute:!1})],Y.prototype,`due`,void 0),Y=v([t(`sigenstor-schedule-list`)],Y);var ve=350,ye=4,be=10,xe=class{#e;#t;#n;#r;constructor(e,t){this.host=e,this.drag=t,this.#t=!1,this.#n=!1,this.down=e=>{e.button===0&&e.isPrimary&&(this.#a(),this.#e=e,e.pointerType===`touch`?this.#r=setTimeout(()=>this.#i(e),ve):this.#t=this.drag.begin(e))},this.move=e=>{let t=this.#e;if(!t||e.pointerId!==t.pointerId)return;let n=Math.hypot(e.clientX-t.clientX,e.clientY-t.clientY);if(!this.#t)n>be&&this.#a();else{if(!this.#n){if(n<=ye)return;this.#n=!0,e.currentTarget.setPointerCapture(e.pointerId)}this.drag.move({x:e.clientX,y:e.clientY})}},this.up=()=>{let e=this.#t;this.#a(),e&&this.drag.end()},this.lost=()=>{let e=this.#t;this.#a(),e&&this.drag.cancel()},this.menu=e=>{(this.#t||this.#r)&&e.preventDefault()},this.#o=e=>{this.#t&&e.preventDefault()},this.#s=e=>{e.key===`Escape`&&this.#t&&(e.preventDefault(),this.lost())},e.addController(this)}hostConnected(){this.host.addEventListener(`touchmove`,this.#o,{passive:!1}),window.addEventListener(`keydown`,this.#s,!0)}hostDisconnected(){this.host.removeEventListener(`touchmove`,this.#o),window.removeEventListener(`keydown`,this.#s,!0),this.#a()}#i(e){this.#r=void 0,this.#t=this.drag.begin(e),this.#t&&navigator.vibrate?.(10)}#a(){clearTimeout(this.#r),this.#r=void 0,this.#e=void 0,this.#t=!1,this.#n=!1}#o;#s},Se=f`
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
`,X={mouse:7,touch:14},Ce=900,Z=class extends r{constructor(...e){super(...e),this.schedules=[],this.days=[],this.editable=!1,this.#r=new xe(this,{begin:e=>this.#d(e),move:e=>this.#f(e),end:()=>this.#p(),cancel:()=>this.#h()}),this.#m=()=>{this.#n||this.#g()}}#e;#t;#n;#r;static{this.styles=[h,Se]}disconnectedCallback(){super.disconnectedCallback(),this.#g()}updated(e){this.#n&&=(this.renderRoot.querySelector(`[data-key="${this.#n}"]`)?.focus(),void 0)}render(){let{preview:e}=this,t=N(e?this.schedules.map(t=>t.id===e.id?e:t):this.schedules),n=F(t);return c`
      <div class="grid" style="--days:${this.days.length}" role="group" aria-label=${m(`schedules.grid`)}>
        <div class="corner"></div>
        ${this.days.map(e=>c`<div class="day ${this.now?.day===e?`today`:``}" aria-hidden="true">${this.clock.day(e,this.days.length===1?`long`:`short`)}</div>`)}
        <div class="hours" aria-hidden="true">${this.#i()}</div>
        <div
          class="columns ${this.editable?`editable`:``}"
          @pointerdown=${this.editable?this.#r.down:a} @pointermove=${this.#r.move} @pointerup=${this.#r.up}
          @pointercancel=${this.#r.lost} @contextmenu=${this.#r.menu}
        >
          ${this.days.map(e=>this.#a(e,t,n))}
        </div>
      </div>
      ${this.editable?c`<p class="faint how" id="hint">${m(`schedules.how`)}</p>`:a}
      <p class="visually-hidden" role="status">${e?this.#l(e):``}</p>
    `}#i(){return Array.from({length:23},(e,t)=>c`<span style="top:${(t+1)/24*100}%">${this.clock.hour(t+1)}</span>`)}#a(e,t,n){let{now:r,sketch:i}=this,o=I(t.filter(t=>t.day===e));return c`<div class="column ${r?.day===e?`today`:``}">
      ${se(o,({block:e})=>Q(e),({block:e,level:t})=>this.#o(e,t,n))}
      ${i?.day===e?this.#s(i):a}
      ${r?.day===e?c`<div class="now" style="top:${r.minutes/D*100}%"></div>`:a}
    </div>`}#o(e,t,n){let{schedule:r,start:i,end:o}=e,s=n.filter(t=>t.day===e.day&&t.loser.id===r.id),l=(e,t)=>`top:${(e-i)/(o-i)*100}%;height:${(t-e)/(o-i)*100}%`,u=[`block`,r.enabled?``:`off`,e.before?`before`:``,e.after?`after`:``,this.preview?.id===r.id?`held`:``];return c`<button
      class=${u.join(` `)} data-key=${Q(e)} data-id=${r.id} data-starts-on=${e.startsOn}
      style="top:${i/D*100}%;height:${(o-i)/D*100}%;--level:${Math.min(t,3)};--colour:${C[r.action]}"
      aria-label=${this.#c(r,e.startsOn,s)} aria-describedby=${this.editable?`hint`:a}
      @click=${()=>this.#_(r)} @keydown=${t=>this.#v(t,e)} @blur=${this.#m}
    >
      ${s.map(e=>c`<span class="lost" style=${l(e.start,e.end)}></span>`)}
      <span class="name">${g(y[r.action])}<span>${r.name}</span></span>
      <span class="when">${this.clock.time(k(r.start))} – ${this.clock.time(k(r.end))}</span>
    </button>`}#s({start:e,end:t}){let n=k(e),r=M({start:e,end:t});return c`<div class="block sketch" style="top:${n/D*100}%;height:${Math.min(r,D-n)/D*100}%;--level:0">
      <span class="when">${this.clock.time(n)} – ${this.clock.time(k(t))}</span>
    </div>`}#c(e,t,n){return[e.name,w(`action`,e.action),this.clock.day(t,`long`),`${this.clock.time(k(e.start))} – ${this.clock.time(k(e.end))}`,e.enabled?``:m(`schedules.off`),...new Set(n.map(({winner:e})=>m(`schedules.gives_way`,{winner:e.name})))].filter(Boolean).join(`, `)}#l(e){return`${this.clock.days(j(e),m(`schedules.every_day`))}, ${this.clock.time(k(e.start))} – ${this.clock.time(k(e.end))}`}#u({x:e,y:t}){let n=this.renderRoot.querySelector(`.columns`)?.getBoundingClientRect()??new DOMRect,r=Math.floor((e-n.left)/n.width*this.days.length);return{day:this.days[Math.min(this.days.length-1,Math.max(0,r))]??0,minutes:Math.min(D,Math.max(0,(t-n.top)/n.height*D))}}#d(e){this.#g();let t=this.#u({x:e.clientX,y:e.clientY}),n=e.composedPath().find(e=>e.classList?.contains(`block`)),r=this.schedules.find(({id:e})=>e===n?.dataset.id);return n&&r?this.#e={from:t,schedule:r,startsOn:Number(n.dataset.startsOn),grip:we(e,n)}:(this.#e={from:t,startsOn:t.day,grip:`end`},e.pointerType===`touch`&&(this.sketch={day:t.day,...V(t.minutes,t.minutes)})),!0}#f(e){if(!this.#e)return;let{from:t,schedule:n,startsOn:r,grip:i}=this.#e,a=this.#u(e);if(!n){this.sketch={day:t.day,...V(t.minutes,a.minutes)};return}let o=this.days.indexOf(a.day)-this.days.indexOf(t.day),s=this.days[(this.days.indexOf(r)+o+7)%7]??r,c=a.minutes-t.minutes,l=i===`move`&&Math.abs(c)<15/2;this.preview=z(n,i,l?0:c,r,s)}#p(){let{held:e,sketch:t}={held:this.#e,sketch:this.sketch};if(this.#e=void 0,this.sketch=void 0,!e)return;if(e.schedule)return this.#g();let{day:n,minutes:r}=e.from;T(this,`drawn`,t??{day:n,...V(r,r)})}#m;#h(){clearTimeout(this.#t),this.#e=void 0,this.sketch=void 0,this.preview=void 0}#g(){clearTimeout(this.#t);let{preview:e}=this,t=this.schedules.find(({id:t})=>t===e?.id);e&&t&&JSON.stringify(t)!==JSON.stringify(e)&&T(this,`rearranged`,e),this.preview=void 0}#_(e){this.#g(),T(this,`opened`,e)}#v(e,t){if(this.editable){if(e.key===`Escape`&&this.preview)this.#h();else if(e.key===`Delete`)T(this,`removed`,t.schedule);else if(e.key.startsWith(`Arrow`))this.#y(e,t);else return;e.preventDefault()}}#y({key:e,shiftKey:t},{schedule:n,startsOn:r,before:i}){let a=e===`ArrowUp`?-15:e===`ArrowDown`?15:0,o=e===`ArrowLeft`?-1:+(e===`ArrowRight`);if(o&&(t||this.days.length<2))return;let s=this.days[(this.days.indexOf(r)+o+7)%7]??r,c=z(n,t?`end`:`move`,a,r,s),l=c.days.length===n.days.length&&c.days.includes(E[s]??``)?s:r;clearTimeout(this.#t),this.preview=c,this.#n=`${n.id} ${l} ${i&&M(c)+k(c.start)>1440?`b`:`a`}`,this.#t=setTimeout(()=>this.#g(),Ce)}};v([d({attribute:!1})],Z.prototype,`schedules`,void 0),v([d({attribute:!1})],Z.prototype,`days`,void 0),v([d({attribute:!1})],Z.prototype,`clock`,void 0),v([d({attribute:!1})],Z.prototype,`now`,void 0),v([d({type:Boolean})],Z.prototype,`editable`,void 0),v([u()],Z.prototype,`preview`,void 0),v([u()],Z.prototype,`sketch`,void 0),Z=v([t(`sigenstor-week-grid`)],Z);var Q=({schedule:e,startsOn:t,before:n})=>`${e.id} ${t} ${n?`b`:`a`}`;function we(e,t){let{top:n,bottom:r,height:i}=t.getBoundingClientRect(),a=Math.min(e.pointerType===`touch`?X.touch:X.mouse,i/3);return r-e.clientY<=a&&!t.classList.contains(`after`)?`end`:e.clientY-n<=a&&!t.classList.contains(`before`)?`start`:`move`}var Te=5e3,$=class extends ie{#e;#t;#n;constructor(){super(),this.problem=``,this.deleting=!1,this.asked=new Map,this.#e=0,this.#n=new p(this,()=>this.app?.service.live),this.#u=()=>this.#l({}),this.#d=({detail:{day:e,...t}})=>this.#l({...t,days:[E[e]??`mon`]}),this.#f=({detail:e})=>{this.app.isAdmin&&(this.editing={draft:G(e),heading:m(`schedules.edit_title`)})},this.#p=({detail:e})=>{this.editing={draft:de(e,E),heading:m(`schedules.copy_title`)}},this.#m=({detail:e})=>{this.doomed=e},this.#h=()=>{let e=this.editing?.draft.id;this.editing=void 0,this.doomed=_(this.#n.current)?.control?.schedules.find(t=>t.id===e)},this.#g=()=>{this.editing=void 0},this.#_=async e=>{await this.app.service.setSchedule(e),this.editing=void 0,ce(this,m(`schedules.saved`,{name:e.name??``}))},this.#v=({detail:e})=>this.#b(e.id,e,()=>this.app.service.setSchedule(e)),new n(this,3e4)}static{this.styles=[h,re,x,f`
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
    `]}render(){return oe(this.#n.current,(e,t)=>{let n=e?.control;return n?this.#r(n,t):ne(m(`common.not_loaded_title`),m(`common.not_loaded_text`))})}willUpdate(){let e=_(this.#n.current)?.control?.schedules;e===this.#t||this.#e||(this.#t=e,this.asked.size&&(this.asked=new Map))}#r(e,t){let{app:n}=this,r=new H(n.format),i=this.#s(e.schedules),l=n.isAdmin&&!t,u=U(n.plant.time_zone),d=W(n.format.locale);return c`
      <section class="card">
        <header class="row spread wrap">
          <h2 class="title">${m(`schedules.week`)}</h2>
          ${l?c`<button class="button primary" @click=${this.#u}>${g(o)}${m(`schedules.add`)}</button>`:a}
        </header>
        <div class="notices">
          ${this.problem?c`<p class="notice bad" role="alert">${this.problem}</p>`:a}
          ${he(e,n,t).map(e=>c`<p class="notice">${g(s)}<span>${e}</span></p>`)}
        </div>
        ${this.#i(i,d,r,u,l)}
        ${this.#a(i,r)}
      </section>
      <section class="card">
        <h2>${m(`schedules.all`)}</h2>
        ${i.length===0?c`<p class="faint">${m(l?`schedules.none_yet`:`schedules.none`)}</p>`:c`<sigenstor-schedule-list
              .schedules=${i} .clock=${r} .format=${n.format} .editable=${l} .due=${this.#c(i,e,u)}
              @opened=${this.#f} @copied=${this.#p} @removed=${this.#m} @switched=${this.#v}
            ></sigenstor-schedule-list>`}
      </section>
      ${this.#o(r,d)}
    `}#i(e,t,n,r,i){let o=E.indexOf(this.query.get(`day`)??``),s=o>=0?o:r.day;return c`
      ${this.narrow?c`<sigenstor-day-picker
            .schedules=${e} .days=${t} .clock=${n} .value=${s} .today=${r.day}
            @chosen=${e=>this.setQuery({day:E[e.detail]??``})}
          ></sigenstor-day-picker>`:a}
      <sigenstor-week-grid
        .schedules=${e} .days=${this.narrow?[s]:t} .clock=${n} .now=${r} .editable=${i}
        @drawn=${this.#d} @opened=${this.#f} @rearranged=${this.#v} @removed=${this.#m}
      ></sigenstor-week-grid>
    `}#a(e,t){let n=le(F(N(e)));return n.length===0?a:c`<ul class="overlaps" aria-label=${m(`schedules.overlaps`)}>
      ${n.map(({winner:e,loser:n,days:r,start:i,end:a})=>{let o={when:`${t.days(r,m(`schedules.every_day`))}, ${t.time(i)} – ${t.time(a)}`,winner:e.name,loser:n.name,high:this.app.format.number(e.priority),low:this.app.format.number(n.priority)};return c`<li>${e.priority===n.priority?m(`schedules.wins_newer`,o):m(`schedules.wins`,o)}</li>`})}
    </ul>`}#o(e,t){let{editing:n,doomed:r}=this;return c`
      ${n?c`<sigenstor-schedule-dialog
            .draft=${n.draft} .heading=${n.heading} .clock=${e} .days=${t} .save=${this.#_}
            @closed=${this.#g} @removed=${this.#h}
          ></sigenstor-schedule-dialog>`:a}
      ${r?c`<sigenstor-dialog open .heading=${m(`schedules.delete_title`)} @closed=${()=>this.doomed=void 0}>
            <p>${m(`schedules.delete_text`,{name:r.name})}</p>
            <button slot="actions" class="button plain" @click=${()=>this.doomed=void 0}>${m(`common.cancel`)}</button>
            <button slot="actions" class="button danger" ?disabled=${this.deleting} @click=${()=>this.#y(r)}>${m(`schedules.delete`)}</button>
          </sigenstor-dialog>`:a}
    `}#s(e){return e.flatMap(e=>{let t=this.asked.get(e.id);return t===null?[]:[t??e]})}#c(e,t,{day:n,minutes:r}){let i=N(e.filter(({enabled:e})=>e)).filter(e=>e.day===n&&e.start<=r&&r<e.end).map(({schedule:e})=>e).sort(P).at(-1);if(!i)return;let a=t.actor===`schedule`&&t.owner===i.name;return{id:i.id,text:m(a?`schedules.running`:`schedules.due`)}}#l(e){let t=_(this.#n.current)?.control?.settings.override_power_w??Te,n={name:m(`schedules.new_name`),enabled:!0,action:`charge`,days:E,start:`00:00:00`,end:`05:00:00`,powerKw:String(t/1e3),target:``,priority:`0`,...e};this.editing={draft:n,heading:m(`schedules.add_title`)}}#u;#d;#f;#p;#m;#h;#g;#_;#v;async#y(e){this.deleting=!0,await this.#b(e.id,null,()=>this.app.service.deleteSchedule(e.id)),this.deleting=!1,this.doomed=void 0}async#b(t,n,r){this.problem=``,this.asked=new Map(this.asked).set(t,n),this.#e++;try{await r()}catch(n){this.problem=m(`schedules.refused`,{error:b(e(n))});let r=new Map(this.asked);r.delete(t),this.asked=r}this.#e--}};v([u()],$.prototype,`editing`,void 0),v([u()],$.prototype,`doomed`,void 0),v([u()],$.prototype,`problem`,void 0),v([u()],$.prototype,`deleting`,void 0),v([u()],$.prototype,`asked`,void 0),$=v([t(`sigenstor-schedules-view`)],$);export{$ as SchedulesView};