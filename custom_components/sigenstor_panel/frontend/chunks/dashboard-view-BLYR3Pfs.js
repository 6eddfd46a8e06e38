import{$ as e,B as t,C as n,D as r,E as i,G as a,H as o,I as s,J as c,K as l,L as u,M as d,N as f,R as p,S as m,T as h,U as g,V as _,W as v,Y as y,_ as b,_t as x,a as ee,at as te,ct as ne,d as S,dt as C,f as w,ht as T,i as E,k as D,l as O,m as k,mt as A,o as j,p as re,q as ie,s as ae,u as M,ut as oe,v as N,z as P}from"./core-CvKw_5zL.js";import"./chart-CpFgUeRv.js";var F=[30,60,120,240,480],I=`open`,L=class extends p{constructor(...e){super(...e),this.telemetry=null,this.kind=`force_charge`,this.powerW=0,this.targetSoc=0,this.minutes=`60`,this.busy=!1,this.error=``,this.#a=()=>i(this,`closed`)}static{this.styles=[w,k,o`
      .fields {
        display: grid;
        gap: 20px;
      }
      .line {
        display: flex;
        justify-content: space-between;
        font-size: var(--ha-font-size-m, 14px);
      }
      output {
        color: var(--primary-text-color);
        font-variant-numeric: tabular-nums;
        font-weight: 500;
      }
      input[type="range"] {
        width: 100%;
      }
      .summary {
        padding: 12px 16px;
        border-radius: 12px;
        background: var(--sigenstor-sunken);
        font-size: var(--ha-font-size-l, 16px);
        text-wrap: pretty;
      }
      .error {
        color: var(--sigenstor-danger);
      }
      legend {
        padding: 0;
        margin-bottom: 4px;
        color: var(--secondary-text-color);
      }
      fieldset {
        border: none;
        padding: 0;
        margin: 0;
        min-width: 0;
      }
    `]}connectedCallback(){super.connectedCallback(),this.powerW=this.settings.override_power_w,this.targetSoc=this.kind===`force_export`?this.settings.export_floor_soc:this.settings.charge_target_soc}render(){let e=N(`override`,this.kind),n=this.kind===`force_hold`,{format:r}=this.app;return t`<sigenstor-dialog open .heading=${e}>
      <div class="fields">
        ${n?P:this.#t(b(`dashboard.power`),this.powerW,100,this.#n(),100,r.power(this.powerW),e=>this.powerW=e)}
        ${n?P:this.#t(b(this.kind===`force_export`?`dashboard.floor`:`dashboard.target`),this.targetSoc,0,100,1,r.percent(this.targetSoc),e=>this.targetSoc=e)}
        <fieldset>
          <legend>${b(`dashboard.how_long`)}</legend>
          <sigenstor-segments
            .label=${b(`dashboard.how_long`)} .value=${this.minutes} .options=${this.#e()}
            @chosen=${e=>this.minutes=e.detail}
          ></sigenstor-segments>
        </fieldset>
        <p class="summary">${this.#r()}</p>
        ${this.error?t`<p class="error" role="alert">${this.error}</p>`:P}
      </div>
      <button slot="actions" class="button plain" @click=${this.#a}>${b(`common.cancel`)}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy} @click=${()=>void this.#i()}>${e}</button>
    </sigenstor-dialog>`}#e(){let{format:e}=this.app,t={value:I,label:b(`dashboard.open_end`)};return[...F.map(t=>({value:String(t),label:e.duration(t/60)})),t]}#t(e,n,r,i,a,o,s){return t`<label class="field">
      <span class="line"><span>${e}</span><output>${o}</output></span>
      <input type="range" style="--fill:${(n-r)/(i-r)*100}%" min=${r} max=${i} step=${a} .value=${String(n)} aria-valuetext=${o} @input=${e=>s(Number(e.target.value))} />
    </label>`}#n(){let e=this.kind===`force_export`?this.telemetry?.rated_discharge_w:this.telemetry?.rated_charge_w;return Math.max(e??1e4,this.settings.override_power_w)}#r(){let{format:e}=this.app,t={power:e.power(this.powerW),soc:e.percent(this.targetSoc)},n=this.minutes===I?``:e.soon(Date.now()+Number(this.minutes)*6e4);return n?b(`dashboard.${this.kind}_until`,{...t,time:n}):b(`dashboard.${this.kind}_open`,t)}async#i(){let e={...this.kind===`force_hold`?{}:{power_w:this.powerW,target_soc:this.targetSoc},...this.minutes===I?{}:{minutes:Number(this.minutes)}};this.busy=!0,this.error=``;try{await this.app.service.override(this.kind,e),this.#a()}catch(e){this.error=j(f(e))}finally{this.busy=!1}}#a};O([u({attribute:!1})],L.prototype,`app`,void 0),O([u({attribute:!1})],L.prototype,`settings`,void 0),O([u({attribute:!1})],L.prototype,`telemetry`,void 0),O([u()],L.prototype,`kind`,void 0),O([s()],L.prototype,`powerW`,void 0),O([s()],L.prototype,`targetSoc`,void 0),O([s()],L.prototype,`minutes`,void 0),O([s()],L.prototype,`busy`,void 0),O([s()],L.prototype,`error`,void 0),L=O([h(`sigenstor-force-dialog`)],L);var R=[{kind:`force_charge`,icon:y,colour:S.charge},{kind:`force_hold`,icon:C,colour:S.hold},{kind:`force_export`,icon:c,colour:S.export}],z=[`auto`,`manual`,`learning`],B=class extends p{constructor(...e){super(...e),this.busy=!1}static{this.styles=[w,k,o`
      :host {
        display: grid;
        gap: 12px;
      }
      sigenstor-segments {
        display: block;
      }
      .hint {
        color: var(--secondary-text-color);
        margin-top: -4px;
      }
      .forces {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 8px;
      }
      .force {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: 4px;
        min-height: 76px;
        padding: 8px 4px;
        border: 1px solid var(--divider-color);
        border-radius: 12px;
        background: transparent;
        color: inherit;
        font: inherit;
        font-weight: 500;
        cursor: pointer;
      }
      .force:hover {
        background: var(--sigenstor-sunken);
      }
      .force[disabled] {
        opacity: 0.5;
        cursor: default;
      }
      .force svg {
        fill: color-mix(in srgb, var(--colour) 80%, var(--primary-text-color));
      }
      .force[aria-pressed="true"] {
        background: #ffb300;
        border-color: transparent;
        color: #1c1c1c;
      }
      .force[aria-pressed="true"] svg {
        fill: currentColor;
      }
      .stop {
        border-color: color-mix(in srgb, var(--sigenstor-danger) 60%, transparent);
        --icon-size: 20px;
      }
      .stop svg {
        fill: var(--sigenstor-danger);
      }
    `]}render(){let e=this.live.control;if(!e)return t`<p class="faint">${b(`dashboard.no_control`)}</p>`;let{mode:r}=e.settings,i=e.override?.kind,a=e.emergency_stop;return t`
      <sigenstor-segments
        .label=${b(`dashboard.mode`)} .value=${r} .options=${z.map(e=>({value:e,label:N(`mode`,e)}))}
        .disabled=${!this.app.plant.entities.control_mode}
        @chosen=${e=>void this.#n(()=>this.app.service.setMode(e.detail))}
      ></sigenstor-segments>
      <p class="hint">${this.#e(r)}</p>
      <div class="forces">
        ${R.map(({kind:e,icon:r,colour:o})=>t`<button class="force" style="--colour:${o}" aria-pressed=${e===i} ?disabled=${a||this.busy} @click=${()=>this.asking=e}>
            ${n(r)}<span>${N(`override`,e)}</span>
          </button>`)}
      </div>
      ${i?t`<button class="button" ?disabled=${this.busy} @click=${()=>void this.#n(()=>this.app.service.clearOverride())}>${n(te)}${b(`common.override_stop`)}</button>`:P}
      ${a?t`<button class="button danger" ?disabled=${this.busy} @click=${()=>void this.#n(()=>this.app.service.clearEmergencyStop())}>${b(`common.emergency_clear`)}</button>`:t`<button class="button stop" ?disabled=${this.busy} @click=${()=>this.asking=`stop`}>${n(v)}${b(`dashboard.emergency_stop`)}</button>`}
      ${this.#t()}
    `}#e(e){let t=this.live.optimiser?.learning_until;return e===`learning`&&t?b(`dashboard.hint_learning_until`,{date:this.app.format.date(t)}):b(`dashboard.hint_${e}`)}#t(){let e=this.live.control;if(!this.asking||!e)return P;let n=()=>{this.asking=void 0};if(this.asking!==`stop`)return t`<sigenstor-force-dialog .app=${this.app} .kind=${this.asking} .settings=${e.settings} .telemetry=${this.live.telemetry} @closed=${n}></sigenstor-force-dialog>`;let r=async()=>{n(),await this.#n(()=>this.app.service.emergencyStop())};return t`<sigenstor-dialog open .heading=${b(`dashboard.emergency_stop`)} @closed=${n}>
      <p>${b(`dashboard.emergency_confirm`)}</p>
      <button slot="actions" class="button plain" @click=${n}>${b(`common.cancel`)}</button>
      <button slot="actions" class="button danger" @click=${()=>void r()}>${b(`dashboard.emergency_stop`)}</button>
    </sigenstor-dialog>`}async#n(e){this.busy=!0;try{await e()}catch(e){m(this,j(f(e))),this.live={...this.live}}finally{this.busy=!1}}};O([u({attribute:!1})],B.prototype,`app`,void 0),O([u({attribute:!1})],B.prototype,`live`,void 0),O([s()],B.prototype,`asking`,void 0),O([s()],B.prototype,`busy`,void 0),B=O([h(`sigenstor-actions`)],B);function V({pv_w:e,battery_w:t,house_w:n,grid_w:r}){let i=Math.max(0,e??0),a=Math.max(0,n??0),o=Math.max(0,t??0),s=Math.max(0,-(t??0)),c=Math.max(0,-(r??0)),l=Math.min(i,a),u=Math.min(i-l,o),d=Math.min(s,a-l),f=Math.min(s-d,c);return{sunToHouse:l,sunToBattery:u,sunToGrid:Math.min(i-l-u,c-f),gridToHouse:Math.min(a-l-d,Math.max(0,r??0)),gridToBattery:Math.min(o-u,Math.max(0,r??0)),batteryToHouse:d,batteryToGrid:f}}var H={sunToHouse:{path:`M212 98C212 150 250 172 298 172`,colour:S.sun},sunToGrid:{path:`M188 98C188 150 150 172 102 172`,colour:S.export},sunToBattery:{path:`M200 98V222`,colour:S.sun},gridToHouse:{path:`M102 184H298`,colour:S.grid},gridToBattery:{path:`M102 196C146 196 178 206 184 224`,colour:S.grid},batteryToHouse:{path:`M216 224C222 206 254 196 298 196`,colour:S.battery},batteryToGrid:{path:`M184 224C178 206 146 196 102 196`,colour:S.export}},U=74,W=2*Math.PI*U,G=e=>e<300?1.8:e<1e3?1.2:e<3e3?.8:e<6e3?.55:.4,K=class extends p{constructor(...e){super(...e),this.telemetry=null,this.stale=!1}static{this.styles=[w,o`
      :host {
        container-type: inline-size;
      }
      .picture {
        position: relative;
        width: 100%;
        max-width: 440px;
        aspect-ratio: 400 / 388;
        margin: 0 auto;
      }
      svg.lines {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .line {
        fill: none;
        stroke: var(--divider-color);
        stroke-width: 2;
      }
      .moving {
        fill: none;
        stroke-width: 5;
        stroke-linecap: round;
        stroke-dasharray: 0.01 16;
        animation: move var(--pace) linear infinite;
      }
      .glow {
        fill: none;
        stroke-width: 2;
        opacity: 0.55;
      }
      @keyframes move {
        to {
          stroke-dashoffset: -16.01;
        }
      }
      .track {
        fill: var(--sigenstor-surface, var(--card-background-color));
        stroke: var(--sigenstor-sunken);
        stroke-width: 10;
      }
      .soc {
        fill: none;
        stroke-width: 10;
        stroke-linecap: round;
        transition: stroke-dashoffset 600ms;
      }
      .node {
        position: absolute;
        width: 22%;
        aspect-ratio: 1;
        translate: -50% -50%;
        display: grid;
        place-content: center;
        justify-items: center;
        border-radius: 50%;
        border: 2px solid var(--colour);
        background: var(--sigenstor-surface, var(--card-background-color));
        font-variant-numeric: tabular-nums;
        font-weight: 500;
        white-space: nowrap;
        line-height: 1.3;
        font-size: clamp(12px, 3.8cqi, 16px);
        --icon-size: clamp(20px, 6.2cqi, 28px);
      }
      .node svg {
        fill: var(--colour);
      }
      .idle {
        --colour: var(--divider-color) !important;
      }
      .idle svg {
        fill: var(--secondary-text-color);
      }
      .label {
        position: absolute;
        translate: -50% 0;
        color: var(--secondary-text-color);
        font-size: clamp(12px, 3.4cqi, 14px);
        white-space: nowrap;
      }
      .battery {
        position: absolute;
        left: 50%;
        top: 77.8%;
        translate: -50% -50%;
        width: 34%;
        text-align: center;
        line-height: 1.25;
        font-variant-numeric: tabular-nums;
        font-size: clamp(12px, 3.4cqi, 14px);
        white-space: nowrap;
      }
      .battery strong {
        display: block;
        font-size: clamp(26px, 9cqi, 38px);
        font-weight: 400;
        line-height: 1.1;
      }
      .battery .power {
        font-weight: 500;
      }
      :host([stale]) .picture {
        filter: grayscale(0.9);
        opacity: 0.65;
      }
      :host([stale]) .moving {
        animation: none;
      }
      @media (prefers-reduced-motion: reduce) {
        .moving {
          stroke-dasharray: none;
          stroke-width: 3;
        }
      }
    `]}render(){let{telemetry:e,format:n}=this;this.toggleAttribute(`stale`,this.stale||e?.source===`stale`);let r=e?V(e):void 0,i=e?.grid_w??0,a=i<-40;return t`<div class="picture" role="img" aria-label=${this.#r()}>
      <svg class="lines" viewBox="0 0 400 388" aria-hidden="true">
        ${Object.values(H).map(({path:e})=>_`<path class="line" d=${e}></path>`)}
        ${r?Object.entries(H).map(([e,t])=>se(t,r[e])):P}
        ${this.#t()}
      </svg>
      ${this.#e(50,13.9,x,e?.pv_w,S.sun)}
      ${this.#e(14.2,47.4,T,e?Math.abs(i):null,a?S.export:S.grid)}
      ${this.#e(85.8,47.4,ne,e?.house_w,S.house)}
      <span class="label" style="left:63%;top:11.2%;translate:none">${b(`dashboard.sun`)}</span>
      <span class="label" style="left:14.2%;top:60%">${b(a?`dashboard.grid_export`:i>40?`dashboard.grid_import`:`dashboard.grid`)}</span>
      <span class="label" style="left:85.8%;top:60%">${b(`dashboard.house`)}</span>
      <div class="battery">
        <span class="faint">${n.energy(e?.stored_kwh)}</span>
        <strong>${n.percent(e?.soc)}</strong>
        <span class="power">${this.#n()}</span>
      </div>
    </div>`}#e(e,r,i,a,o){return t`<div class="node ${a==null||a<40?`idle`:``}" style="left:${e}%;top:${r}%;--colour:${o}">${n(i)}<span>${this.format.power(a)}</span></div>`}#t(){let e=this.telemetry?.soc??0;return _`<circle class="track" cx="200" cy="302" r=${U}></circle>
      <circle class="soc" cx="200" cy="302" r=${U} stroke=${S.soc} transform="rotate(-90 200 302)"
        stroke-dasharray=${W} stroke-dashoffset=${W*(1-e/100)} visibility=${e>0?P:`hidden`}></circle>`}#n(){let e=this.telemetry?.battery_w;return e==null?`–`:Math.abs(e)<40?b(`dashboard.battery_rests`):`${e>0?`↑`:`↓`} ${this.format.power(Math.abs(e))}`}#r(){let{telemetry:e,format:t}=this;if(!e)return b(`common.source_none`);let{pv_w:n,house_w:r,grid_w:i,battery_w:a,soc:o}=e;return b(`dashboard.flow_spoken`,{sun:t.power(n),house:t.power(r),grid:`${b((i??0)<0?`dashboard.grid_export`:`dashboard.grid_import`)} ${t.power(i===null?null:Math.abs(i))}`,battery:`${b((a??0)<0?`dashboard.discharges`:`dashboard.charges`)} ${t.power(a===null?null:Math.abs(a))}`,soc:t.percent(o)})}};O([u({attribute:!1})],K.prototype,`telemetry`,void 0),O([u({attribute:!1})],K.prototype,`format`,void 0),O([u({attribute:!1})],K.prototype,`stale`,void 0),K=O([h(`sigenstor-flow`)],K);var se=({path:e,colour:t},n)=>n<40?P:_`<path class="glow" d=${e} stroke=${t}></path><path class="moving" d=${e} stroke=${t} style="--pace:${G(n)}s"></path>`,q=.8;function ce(e,t,n){if(t?.emergency_stop)return{text:b(`dashboard.now_stopped`),icon:g,colour:`var(--sigenstor-danger)`};let r=e?.battery_w??null;if(!e||r===null)return{text:b(`dashboard.now_unknown`),icon:A,colour:S.line};let{sunToBattery:i,gridToBattery:a,batteryToGrid:o}=V(e),s=e=>b(e,{power:n.power(Math.abs(r))});if(r>40)return{text:s(`dashboard.now_charging_${i>r*q?`sun`:a>r*q?`grid`:`both`}`),icon:ie,colour:S.charge};if(r<-40){let e=o>-r/2;return{text:s(e?`dashboard.now_exporting`:`dashboard.now_discharging`),icon:l,colour:e?S.export:S.battery}}let c=t?.applied===`hold`;return{text:b(c?`dashboard.now_holding`:`dashboard.now_resting`),icon:c?oe:A,colour:S.hold}}function le(e){return e.actor===`schedule`?b(`dashboard.by_schedule`,{name:e.owner}):b(`dashboard.by_${e.actor}`)}var J=class extends p{constructor(...e){super(...e),this.brief=!1}static{this.styles=[w,k,o`
      .headline {
        display: flex;
        align-items: center;
        gap: 12px;
        font-size: clamp(18px, 1rem + 0.5vw, 24px);
        line-height: 1.25;
        font-variant-numeric: tabular-nums;
      }
      .badge {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        flex: none;
        border-radius: 50%;
        background: color-mix(in srgb, var(--colour) 22%, transparent);
      }
      .badge svg {
        fill: color-mix(in srgb, var(--colour) 75%, var(--primary-text-color));
      }
      .why {
        margin-top: 10px;
        font-size: var(--ha-font-size-l, 16px);
        text-wrap: pretty;
      }
      .who {
        margin-top: 6px;
        color: var(--secondary-text-color);
      }
      ul {
        list-style: none;
        margin: 10px 0 0;
        padding: 0;
      }
      .warning {
        display: flex;
        gap: 8px;
        align-items: flex-start;
        margin-top: 8px;
        --icon-size: 20px;
      }
      .warning svg {
        fill: var(--sigenstor-warning);
      }
      details {
        margin-top: 10px;
      }
      summary {
        display: flex;
        align-items: center;
        gap: 4px;
        min-height: 36px;
        cursor: pointer;
        color: var(--secondary-text-color);
        list-style: none;
        --icon-size: 20px;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      details[open] summary svg {
        rotate: 180deg;
      }
      .opinion {
        display: grid;
        grid-template-columns: 12px minmax(0, 1fr) auto;
        gap: 2px 10px;
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .opinion i {
        width: 12px;
        height: 12px;
        margin-top: 4px;
        border-radius: 3px;
      }
      .opinion p {
        grid-column: 2 / -1;
        color: var(--secondary-text-color);
      }
    `]}render(){let{telemetry:e,control:r,optimiser:i}=this.live,a=ce(e,r,this.app.format),o=i?.decision??null;return t`
      <div class="headline">
        <span class="badge" style="--colour:${a.colour}">${n(a.icon)}</span>
        <span>${a.text}</span>
      </div>
      ${r?this.#e(r):P} ${this.#t()}
      ${o&&!this.brief?this.#n(o):P}
    `}#e(e){let{format:n}=this.app,r=this.live.optimiser?.decision,i=e.actor===`optimiser`&&r?r:void 0,a=[le(e),i?b(`dashboard.confidence`,{percent:n.percent(i.confidence*100)}):``,i?n.relative(i.made_at):``,e.expires_at?b(`common.override_until`,{time:n.soon(e.expires_at)}):``,e.ramping_to_w===null?``:b(`dashboard.ramping`,{power:n.power(e.ramping_to_w)})],o=e.wish!==e.reason&&(e.state===`waiting`||e.state===`refused`);return t`<p class="why">${e.reason}</p>
      ${o?t`<p class="who">${b(`dashboard.wanted`,{wish:e.wish})}</p>`:P}
      <p class="who">${a.filter(Boolean).join(` · `)}</p>
      ${r&&e.settings.mode!==`auto`?t`<p class="who">${b(`dashboard.would`,{reason:r.reason})}</p>`:P}`}#t(){let{telemetry:e,control:r,prices:i,optimiser:o}=this.live,{format:s}=this.app,c=[e?.source===`stale`?b(`dashboard.stale`,{age:s.relative(e.read_at)}):``,r?.alert??``,i?.problem??(i?.stale?N(`degradation`,`stale_prices`):``),o?.problem??``,...(o?.decision?.degradations??[]).filter(e=>e!==`stale_prices`||!i?.stale).map(e=>N(`degradation`,e))],l=[...new Set(c.filter(Boolean))];return l.length===0?P:t`<ul>${l.map(e=>t`<li class="warning">${n(a)}<span>${e}</span></li>`)}</ul>`}#n({opinions:r}){return r.length===0?P:t`<details>
      <summary>${n(e)}${b(`dashboard.opinions`)}</summary>
      ${r.map(e=>this.#r(e))}
    </details>`}#r({engine:e,action:n,target_power_w:r,reason:i,confidence:a}){let{format:o}=this.app,s=r>0&&(n===`charge`||n===`discharge`)?` ${o.power(r)}`:``;return t`<div class="opinion">
      <i style="background:${M[n]}"></i>
      <span>${N(`engine`,e)}: ${N(`action`,n)}${s}</span>
      <span class="numbers faint">${o.percent(a*100)}</span>
      <p>${i}</p>
    </div>`}};O([u({attribute:!1})],J.prototype,`app`,void 0),O([u({attribute:!1})],J.prototype,`live`,void 0),O([u({type:Boolean})],J.prototype,`brief`,void 0),J=O([h(`sigenstor-now`)],J);function Y(e,t=1/0){let n=[];for(let r of e){if(Date.parse(r.start)>=t)break;let e=n.at(-1);e?.action===r.action?(e.end=r.end,Math.abs(r.battery_w)>Math.abs(e.battery_w)&&(e.battery_w=r.battery_w)):n.push({action:r.action,start:r.start,end:r.end,battery_w:r.battery_w,reason:r.reason})}return n}var X=36e5,Z=class extends p{constructor(...e){super(...e),this.plan=null,this.hours=6}static{this.styles=[w,k,o`
      .now {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 4px 20px;
        margin-bottom: 8px;
        font-variant-numeric: tabular-nums;
      }
      .price strong {
        font-size: 28px;
        font-weight: 400;
        line-height: 1.1;
      }
      .chip {
        align-self: center;
      }
      ol {
        list-style: none;
        display: flex;
        flex-wrap: wrap;
        gap: 6px 16px;
        margin: 8px 0 0;
        padding: 0;
        font-variant-numeric: tabular-nums;
      }
      li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      li i {
        width: 10px;
        height: 10px;
        border-radius: 3px;
      }
    `]}render(){return t`${this.#e()} ${this.#t()}`}#e(){let{format:e}=this.app,n=this.live.prices?.now;if(!n)return t`<p class="faint">${this.live.prices?.problem??N(`degradation`,`no_prices`)}</p>`;let r=[n.level?b(`word.level_${n.level}`):``,n.estimate?b(`dashboard.estimate`):``];return t`<div class="now">
      <span class="price"><strong>${e.price(n.buy,!1)}</strong> ${e.priceUnit}</span>
      ${n.sell===null?P:t`<span class="faint">${b(`dashboard.feed_in`,{price:e.price(n.sell)})}</span>`}
      ${r.filter(Boolean).map(e=>t`<span class="chip">${e}</span>`)}
      <span class="faint">${b(`common.override_until`,{time:e.time(n.end)})}</span>
    </div>`}#t(){let{format:e}=this.app,n=Date.now(),r=(this.plan?.slots??[]).filter(({start:e,end:t})=>Date.parse(t)>n&&Date.parse(e)<n+this.hours*X);if(!this.plan||r.length===0)return t`<p class="faint">${b(`dashboard.no_plan`)}</p>`;let i=Y(r);return t`<sigenstor-chart .spec=${this.#r(r,n)} .format=${e}></sigenstor-chart>
      <ol aria-label=${b(`dashboard.next`)}>${i.slice(0,5).map((e,t)=>this.#n(e,t))}</ol>`}#n(e,n){let{format:r}=this.app,i=n===0?b(`dashboard.now`):r.time(e.start),a=e.action===`charge`||e.action===`discharge`;return t`<li><i style="background:${M[e.action]}"></i><span><span class="faint">${i}</span> ${N(`action`,e.action)}${a?` ${r.power(Math.abs(e.battery_w))}`:``}</span></li>`}#r(e,t){let{format:n}=this.app,r=t=>e.map(e=>({start:Date.parse(e.start),end:Date.parse(e.end),value:t(e),faint:e.extrapolated})),i=Date.parse(e[0]?.start??``),a=Date.parse(e.at(-1)?.end??``),o=[...e.map(e=>({start:Date.parse(e.start),end:Date.parse(e.end),value:e.soc_before})),{start:a,end:a,value:e.at(-1)?.soc_after??null}],s=Y(e).map(e=>({start:Date.parse(e.start),end:Date.parse(e.end),value:1,colour:M[e.action]}));return{label:b(`dashboard.outlook_spoken`,{hours:this.hours}),start:i,end:a,now:t,spans:r(()=>0),panes:[{height:96,title:n.priceUnit,legend:!0,tick:e=>n.priceTick(e),tickCount:3,layers:[{kind:`step-area`,name:b(`dashboard.buy`),colour:S.grid,points:r(({buy:e})=>e)},{kind:`step`,name:b(`dashboard.sell`),colour:S.export,width:1.5,points:r(({sell:e})=>e)}]},{height:12,min:0,max:1,layers:[{kind:`bars`,name:`actions`,colour:S.line,points:s}]},{height:56,title:b(`dashboard.soc_title`),min:0,max:100,tick:e=>n.percent(e),tickCount:2,layers:[{kind:`area`,name:`soc`,colour:S.soc,points:o}]}],describe:t=>{let r=e[t];return r?{title:`${n.time(r.start)} – ${n.time(r.end)}`,readings:[{name:b(`dashboard.buy`),value:n.price(r.buy),colour:S.grid},{name:b(`dashboard.sell`),value:n.price(r.sell),colour:S.export},{name:N(`action`,r.action),value:n.power(Math.abs(r.battery_w)),colour:M[r.action]},{name:b(`dashboard.soc_title`),value:n.percent(r.soc_after),colour:S.soc}],note:r.reason}:{title:``,readings:[]}}}}};O([u({attribute:!1})],Z.prototype,`app`,void 0),O([u({attribute:!1})],Z.prototype,`live`,void 0),O([u({attribute:!1})],Z.prototype,`plan`,void 0),O([u({type:Number})],Z.prototype,`hours`,void 0),Z=O([h(`sigenstor-outlook`)],Z);var Q=class extends p{static{this.styles=[w,o`
      .saved strong {
        display: block;
        font-size: 34px;
        font-weight: 400;
        line-height: 1.15;
        font-variant-numeric: tabular-nums;
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 6px 16px;
        margin: 12px 0 20px;
      }
      dt {
        color: var(--secondary-text-color);
      }
      dd {
        margin: 0;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      h3 {
        display: flex;
        justify-content: space-between;
        margin: 12px 0 6px;
        color: var(--secondary-text-color);
        font-variant-numeric: tabular-nums;
      }
      .bar {
        display: flex;
        gap: 2px;
        height: 14px;
        border-radius: 7px;
        overflow: hidden;
        background: var(--sigenstor-sunken);
      }
      .bar i {
        min-width: 2px;
      }
      ul {
        list-style: none;
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin: 6px 0 0;
        padding: 0;
      }
      li {
        display: flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      li i {
        width: 10px;
        height: 10px;
        border-radius: 3px;
      }
    `]}render(){let{today:e}=this;return t`${this.#e()}
      ${this.#t(b(`dashboard.came_from`),[{name:b(`dashboard.sun`),kwh:e.pv_kwh,colour:S.sun},{name:b(`dashboard.grid`),kwh:e.import_kwh,colour:S.grid},{name:b(`dashboard.battery`),kwh:e.discharge_kwh,colour:S.battery}])}
      ${this.#t(b(`dashboard.went_to`),[{name:b(`dashboard.house`),kwh:e.house_kwh,colour:S.house},{name:b(`dashboard.grid`),kwh:e.export_kwh,colour:S.export},{name:b(`dashboard.battery`),kwh:e.charge_kwh,colour:S.charge}])}`}#e(){let{today:e}=this,{format:n}=this.app,{saved_vs_no_battery:r}=e,i=[[b(`dashboard.cost`),e.cost],[b(`dashboard.expected_cost`),e.expected_cost],[b(`dashboard.saved_vs_self_consumption`),e.saved_vs_self_consumption],[b(`dashboard.saved_total`),e.saved_total_vs_no_battery]];return t`<p class="saved">
        <strong>${n.money(r)}</strong>
        <span class="faint">${b(r===null?`dashboard.saved_unknown`:`dashboard.saved`)}</span>
      </p>
      <dl>
        ${i.map(([e,r])=>r===null?P:t`<dt>${e}</dt><dd>${n.money(r)}</dd>`)}
        ${e.share_of_possible_saving===null?P:t`<dt>${b(`dashboard.share`)}</dt><dd>${n.percent(e.share_of_possible_saving)}</dd>`}
      </dl>`}#t(e,n){let{format:r}=this.app,i=n.reduce((e,{kwh:t})=>e+(t??0),0),a=n.some(({kwh:e})=>e!==null);return t`<h3><span>${e}</span><span>${a?r.energy(i):`–`}</span></h3>
      <div class="bar" aria-hidden="true">
        ${n.map(({kwh:e,colour:n})=>e?t`<i style="flex:${e};background:${n}"></i>`:P)}
      </div>
      <ul>${n.map(({name:e,kwh:n,colour:i})=>t`<li><i style="background:${i}"></i><span class="faint">${e}</span> ${r.energy(n)}</li>`)}</ul>`}};O([u({attribute:!1})],Q.prototype,`app`,void 0),O([u({attribute:!1})],Q.prototype,`today`,void 0),Q=O([h(`sigenstor-today`)],Q);var $=class extends E{constructor(...e){super(...e),this.#e=new r(this,()=>this.app.service.live),this.#t=new r(this,()=>this.app.service.plan),this.ticker=new D(this,3e4)}#e;#t;static{this.styles=[w,re,o`
      .page {
        display: grid;
        gap: var(--sigenstor-gap);
        grid-template: "now" "flow" "control" "outlook" "today" / minmax(0, 1fr);
      }
      .now {
        grid-area: now;
      }
      .control {
        grid-area: control;
      }
      .today {
        grid-area: today;
      }
      .outlook {
        grid-area: outlook;
      }
      .flow {
        grid-area: flow;
        display: grid;
        align-content: center;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 2px 20px;
        margin: 4px 0 0;
        color: var(--secondary-text-color);
        font-variant-numeric: tabular-nums;
      }
      @media (min-width: 760px) {
        .page {
          grid-template: "now flow" auto "control flow" 1fr "outlook today" auto / repeat(2, minmax(0, 1fr));
        }
      }
      @media (min-width: 1180px) {
        .page {
          grid-template: "now flow today" auto "control flow today" 1fr "outlook outlook outlook" auto / minmax(0, 9fr) minmax(0, 8fr) minmax(0, 7fr);
        }
      }
      @media (min-width: 1900px) {
        .page {
          grid-template: "now flow outlook today" auto "control flow outlook today" 1fr / minmax(0, 5fr) minmax(0, 4fr) minmax(0, 6fr) minmax(0, 4fr);
        }
      }
    `]}render(){return ae(this.#e.current,(e,t)=>e?this.#n(e,t):ee(b(`common.not_loaded_title`),b(`common.not_loaded_text`)))}#n(e,n){let{app:r}=this;return t`<div class="page">
      <section class="card now" aria-label=${b(`dashboard.now_title`)}><sigenstor-now .app=${r} .live=${e}></sigenstor-now></section>
      <section class="card flow" aria-label=${b(`dashboard.flow`)}>
        <sigenstor-flow .telemetry=${e.telemetry} .format=${r.format} .stale=${n}></sigenstor-flow>
        ${e.telemetry?this.#r(e.telemetry):P}
      </section>
      <section class="card control"><h2>${b(`dashboard.control`)}</h2><sigenstor-actions .app=${r} .live=${e}></sigenstor-actions></section>
      <section class="card outlook"><h2>${b(`dashboard.outlook`)}</h2><sigenstor-outlook .app=${r} .live=${e} .plan=${d(this.#t.current)??null}></sigenstor-outlook></section>
      <section class="card today"><h2>${b(`dashboard.today`)}</h2><sigenstor-today .app=${r} .today=${e.today}></sigenstor-today></section>
    </div>`}#r({hours_to_full:e,hours_to_empty:n,temperature_c:r,state_of_health:i}){let{format:a}=this.app,o=[e===null?``:b(`dashboard.full_in`,{time:a.duration(e)}),n===null?``:b(`dashboard.empty_in`,{time:a.duration(n)}),r===null?``:a.temperature(r),i===null?``:b(`dashboard.health`,{percent:a.percent(i)})];return t`<p class="facts">${o.filter(Boolean).map(e=>t`<span>${e}</span>`)}</p>`}};$=O([h(`sigenstor-dashboard-view`)],$);export{$ as DashboardView};