import{B as e,E as t,F as n,H as r,I as i,J as a,K as o,L as s,N as c,O as l,R as u,T as d,U as f,V as p,a as m,b as ee,d as h,f as g,g as _,i as v,k as te,l as y,m as b,o as ne,p as re,q as x,rt as ie,s as S,u as C,v as w,y as T,z as E}from"./core-B3ZV2Cg_.js";var ae=3e5,D=class extends v{constructor(...t){super(...t),this.ticker=new te(this,6e4),this.note=t=>t?e`<p class="faint">${t}</p>`:E}static{this.styles=[g,re,b,r`
      :host {
        display: grid;
        gap: var(--sigenstor-gap);
        grid-template-columns: minmax(0, 1fr);
      }
      .old {
        opacity: 0.55;
      }
      .grid {
        display: grid;
        gap: var(--sigenstor-gap);
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 280px), 1fr));
      }
      .big {
        font-size: 28px;
        line-height: 36px;
        font-variant-numeric: tabular-nums;
      }
      .dot {
        display: inline-block;
        width: 10px;
        height: 10px;
        border-radius: 3px;
        flex: none;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin: 0 0 8px;
        padding: 0;
        list-style: none;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend li {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .dashes {
        width: 16px;
        border-top: 2px dashed currentColor;
      }
    `]}get range(){return{start:new Date(this.period.start).toISOString(),end:new Date(this.period.end).toISOString()}}get turn(){let e=Date.now();return e>=this.period.start&&e<this.period.end?Math.floor(e/ae):0}legend(t){return e`<ul class="legend">
      ${t.map(({name:t,colour:n})=>e`<li>${n?e`<span class="dot" style="background:${n}"></span>`:e`<span class="dashes"></span>`}${t}</li>`)}
    </ul>`}};y([s({attribute:!1})],D.prototype,`period`,void 0);var O=25,oe={day:`numeric`,month:`short`,hour:`numeric`,minute:`2-digit`},se=class extends D{constructor(...t){super(...t),this.#e=new l(this,()=>({...this.range,limit:O,offset:this.#i*O,filters:this.#a(),turn:this.turn}),({filters:e,turn:t,...n})=>this.ask({...n,...e})),this.when=e=>this.period.span===`day`?this.app.format.time(e):this.app.format.dateParts(e,oe),this.facts=t=>e`<dl class="facts">${t.map(([t,n])=>e`<div><dt>${t}</dt><dd>${n}</dd></div>`)}</dl>`}#e;static{this.styles=[...D.styles,r`
      .card {
        padding: 0;
        overflow: hidden;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 8px 12px;
        padding: 16px;
      }
      .filters label {
        flex: 0 1 200px;
      }
      .filters p {
        margin-inline-start: auto;
      }
      details {
        border-top: 1px solid var(--divider-color);
      }
      summary {
        display: grid;
        grid-template-columns: 13ch 18ch minmax(0, 1fr) auto;
        gap: 4px 16px;
        align-items: center;
        padding: 10px 16px;
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary:hover {
        background: var(--sigenstor-sunken);
      }
      summary:focus-visible {
        outline-offset: -2px;
      }
      summary > svg {
        --icon-size: 20px;
        color: var(--secondary-text-color);
        transition: transform 120ms;
      }
      details[open] > summary > svg {
        transform: rotate(180deg);
      }
      .what {
        display: flex;
        align-items: center;
        gap: 8px;
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .tag {
        margin-inline-end: 8px;
        white-space: nowrap;
      }
      .tag.bad {
        color: var(--sigenstor-danger);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .more {
        padding: 4px 16px 16px;
        display: grid;
        gap: 12px;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 24px;
        margin: 0;
      }
      .facts div {
        display: flex;
        gap: 6px;
      }
      .facts dt {
        color: var(--secondary-text-color);
      }
      .facts dd {
        margin: 0;
        font-variant-numeric: tabular-nums;
      }
      footer {
        display: flex;
        align-items: center;
        justify-content: end;
        gap: 8px;
        padding: 8px 16px;
        border-top: 1px solid var(--divider-color);
      }
      :host([narrow]) summary {
        grid-template-columns: minmax(0, 1fr) auto auto;
      }
      :host([narrow]) .what {
        order: -1;
      }
      :host([narrow]) .why {
        grid-column: 1 / -1;
        order: 5;
      }
      :host([narrow]) .filters label {
        flex: 1 1 130px;
      }
    `]}render(){let{current:t}=this.#e,n=t.state===`error`?this.problem?.(t.error):void 0;return e`<section class="card">
      ${n?E:this.#n(t.state===`ready`?t.value.total:void 0)}
      ${n??S(t,(e,t)=>this.#t(e,t),()=>this.#e.again())}
    </section>`}#t({total:t,rows:n},r){if(t===0){let e=Object.keys(this.#a()).length>0;return m(w(`history.log_empty_title`),w(e?`history.log_filtered_text`:`history.log_empty_text`))}return e`<div class=${r?`old`:``}>
        ${n.map(t=>e`<details name="row">
            <summary>${this.head(t)}${_(o)}</summary>
            <div class="more">${this.body(t)}</div>
          </details>`)}
      </div>
      ${this.#r(t)}`}#n(t){return e`<div class="filters">
      ${this.filters.map(({name:t,label:n,options:r})=>{let i=this.query.get(t)??``;return e`<label class="field"
          >${n}
          <select @change=${e=>this.setQuery({[t]:e.target.value||null,page:null})}>
            <option value="" ?selected=${i===``}>${w(`history.all`)}</option>
            ${r.map(t=>e`<option value=${t.value} ?selected=${t.value===i}>${t.label}</option>`)}
          </select>
        </label>`})}
      ${t===void 0?E:e`<p class="faint numbers">${w(`history.entries`,{count:this.app.format.number(t)})}</p>`}
    </div>`}#r(t){let n=Math.ceil(t/O);if(n<2)return E;let{format:r}=this.app,i=this.#i*O+1,o={first:r.number(i),last:r.number(Math.min(t,i+O-1)),total:r.number(t)},s=e=>()=>this.setQuery({page:e>0?String(e+1):null});return e`<footer>
      <button class="icon-button" aria-label=${w(`history.newer`)} ?disabled=${this.#i===0} @click=${s(this.#i-1)}>${_(x)}</button>
      <span class="numbers">${w(`history.page_of`,o)}</span>
      <button class="icon-button" aria-label=${w(`history.older`)} ?disabled=${this.#i+1>=n} @click=${s(this.#i+1)}>${_(a)}</button>
    </footer>`}get#i(){return Math.max(0,Math.floor(Number(this.query.get(`page`)??1))-1)||0}#a(){let e=this.filters.map(({name:e,options:t})=>[e,t.find(({value:t})=>t===this.query.get(e))?.value]);return Object.fromEntries(e.filter(([,e])=>e))}},ce=[`manual`,`schedule`,`optimiser`,`safety`,`system`],le=[`confirmed`,`refused`,`failed`,`reverted`,`interrupted`,`started`],ue=[`refused`,`failed`,`reverted`,`interrupted`],k=e=>w(`history.outcome_${e}`),de=class extends se{constructor(...e){super(...e),this.ask=e=>this.app.service.audit({...e,newest_first:!0}),this.problem=e=>e.code===`unauthorized`?m(w(`history.audit_admin_title`),w(`common.only_admin`)):void 0}get filters(){return[{name:`actor`,label:w(`history.actor`),options:ce.map(e=>({value:e,label:T(`actor`,e)}))},{name:`outcome`,label:w(`history.outcome`),options:le.map(e=>({value:e,label:k(e)}))}]}head(t){return e`<time class="numbers faint" datetime=${t.time}>${this.when(t.time)}</time>
      <span class="what"><span class="dot" style="background:${C[t.action]}"></span>${T(`action`,t.action)}</span>
      <span class="why"
        ><span class="tag ${ue.includes(t.outcome)?`bad`:`faint`}">${k(t.outcome)}</span>${t.detail||t.reason}</span
      >`}body(t){let{format:n}=this.app,r=[...new Set([...Object.keys(t.previous),...Object.keys(t.wanted)])];return e`
      ${this.facts([[w(`history.actor`),T(`actor`,t.actor)],[w(`history.owner`),t.owner],[w(`history.power`),n.power(t.power_w)],[w(`history.outcome`),k(t.outcome)]])}
      <p>${t.reason}</p>
      <sigenstor-table .caption=${w(`history.registers`)} .columns=${this.#e(t)} .rows=${r}></sigenstor-table>
    `}#e(e){let t=(e,t)=>({heading:e,cell:e=>this.app.format.number(t?.[e],2,0),numeric:!0});return[{heading:w(`history.register`),cell:e=>e.replaceAll(`_`,` `)},t(w(`history.before`),e.previous),t(w(`history.wanted`),e.wanted),t(w(`history.read_back`),e.read_back)]}};de=y([d(`sigenstor-history-audit`)],de);var fe=[`day`,`week`,`month`,`year`],A=36e5,pe=216*A,me={weekday:`long`,day:`numeric`,month:`long`,year:`numeric`},he=[`sunday`,`monday`,`tuesday`,`wednesday`,`thursday`,`friday`,`saturday`];function j(e,t,n,r=Date.now()){let i=M(t)??M(n.dayKey(r))??new Date(r),a=new Date(i);e===`week`&&a.setUTCDate(i.getUTCDate()-(i.getUTCDay()-be(n.locale)+7)%7),(e===`month`||e===`year`)&&a.setUTCDate(1),e===`year`&&a.setUTCMonth(0);let o=F(a,e,1);return{span:e,key:N(i),start:P(a,n),end:P(o,n)}}function ge(e,t,n){let r=M(e.key)??new Date(e.start);return j(e.span,N(F(r,e.span,t)),n)}function _e({span:e,start:t,end:n},r,i=!1){if(e===`day`&&i)return r.date(t);if(e===`day`)return r.dateParts(t,me);if(e===`month`)return r.month(t);if(e===`year`)return r.dateParts(t,{year:`numeric`});let a=n-12*A,o={day:`numeric`,month:`short`};return`${r.dateParts(t,o)} – ${r.dateParts(a,i?o:{...o,year:`numeric`})}`}function ve({span:e,start:t},n=Date.now()){return e===`year`?`month`:e===`day`?n-t<pe?`5minute`:`hour`:`day`}var ye=e=>fe.includes(e);function M(e){let t=/^\d{4}-\d{2}-\d{2}$/.test(e??``)?new Date(`${e}T00:00:00Z`):void 0;return t&&!Number.isNaN(t.getTime())?t:void 0}var N=e=>e.toISOString().slice(0,10);function P(e,t){let n=N(e),r=e.getTime()+12*A,i=[0,-12,12].find(e=>t.dayKey(r+e*A)===n)??0;return t.startOfDay(r+i*A)}function F(e,t,n){let r=new Date(e);if(t===`day`||t===`week`)r.setUTCDate(e.getUTCDate()+n*(t===`week`?7:1));else{r.setUTCDate(1),t===`month`?r.setUTCMonth(e.getUTCMonth()+n):r.setUTCFullYear(e.getUTCFullYear()+n,e.getUTCMonth());let i=new Date(Date.UTC(r.getUTCFullYear(),r.getUTCMonth()+1,0)).getUTCDate();r.setUTCDate(Math.min(e.getUTCDate(),i))}return r}function be({first_weekday:e,language:t}){let n=he.indexOf(e);return n>=0?n:(new Intl.Locale(t).getWeekInfo?.().firstDay??1)%7}var xe=[`history`,`scores`,`decisions`,`audit`],Se=36e5,I=class extends u{constructor(...e){super(...e),this.kind=`history`,this.open=!1,this.first=``,this.last=``,this.error=``,this.busy=!1,this.#e=e=>t=>{this[e]=t.target.value},this.#t=()=>t(this,`closed`)}static{this.styles=[g,b,r`
      form {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
      }
      form > .all,
      form > p {
        grid-column: 1 / -1;
      }
      .error {
        color: var(--sigenstor-danger);
      }
    `]}willUpdate(e){if(!e.has(`open`)||!this.open)return;let{format:t}=this.app;this.first=t.dayKey(this.period.start),this.last=t.dayKey(this.period.end-12*Se),this.error=``}render(){let t=xe.filter(e=>e!==`audit`||this.app.isAdmin),n=this.first!==``&&this.last!==``&&this.first<=this.last;return e`<sigenstor-dialog .heading=${w(`history.csv_title`)} ?open=${this.open} @closed=${this.#t}>
      <form>
        <label class="field all"
          >${w(`history.csv_what`)}
          <select .value=${this.kind} @change=${e=>{this.kind=e.target.value}}>
            ${t.map(t=>e`<option value=${t} ?selected=${t===this.kind}>${w(`history.csv_${t}`)}</option>`)}
          </select>
        </label>
        <label class="field">${w(`history.csv_first`)}<input type="date" .value=${this.first} @change=${this.#e(`first`)} /></label>
        <label class="field">${w(`history.csv_last`)}<input type="date" .value=${this.last} @change=${this.#e(`last`)} /></label>
        <p class="faint">${w(`history.csv_text`)}</p>
        ${this.error?e`<p class="error" role="alert">${this.error}</p>`:E}
      </form>
      <button slot="actions" class="button" @click=${()=>this.#t()}>${w(`common.cancel`)}</button>
      <button slot="actions" class="button primary" ?disabled=${!n||this.busy} @click=${()=>void this.#n()}>
        ${w(`history.csv_save`)}
      </button>
    </sigenstor-dialog>`}#e;#t;async#n(){this.busy=!0,this.error=``;let{format:e,service:t}=this.app,n={start:new Date(j(`day`,this.first,e).start).toISOString(),end:new Date(j(`day`,this.last,e).end).toISOString()};try{ee(await t.csvUrl(this.kind,n)),this.#t()}catch(e){this.error=ne(c(e))}finally{this.busy=!1}}};y([s({attribute:!1})],I.prototype,`app`,void 0),y([s({attribute:!1})],I.prototype,`period`,void 0),y([s()],I.prototype,`kind`,void 0),y([s({type:Boolean})],I.prototype,`open`,void 0),y([i()],I.prototype,`first`,void 0),y([i()],I.prototype,`last`,void 0),y([i()],I.prototype,`error`,void 0),y([i()],I.prototype,`busy`,void 0),I=y([d(`sigenstor-csv-dialog`)],I);var Ce=[`charge`,`discharge`,`hold`,`self_consume`],we=[`planner`,`price`,`solar`,`usage`,`fallback`],Te=[`asked`,`interval`,`override_ended`,`price`,`settings`,`start`],L=class extends se{constructor(...e){super(...e),this.ask=e=>this.app.service.decisions(e)}get filters(){return[{name:`action`,label:w(`history.action`),options:Ce.map(e=>({value:e,label:T(`action`,e)}))},{name:`engine`,label:w(`history.engine`),options:we.map(e=>({value:e,label:T(`engine`,e)}))}]}head(t){let{format:n}=this.app;return e`<time class="numbers faint" datetime=${t.made_at}>${this.when(t.made_at)}</time>
      <span class="what"><span class="dot" style="background:${C[t.action]}"></span>${T(`action`,t.action)}</span>
      <span class="why">${t.reason||n.power(t.target_power_w)}</span>`}body(t){let{format:n}=this.app,r=Te.includes(t.trigger)?w(`history.trigger_${t.trigger}`):t.trigger;return e`
      ${this.facts([[w(`history.power`),n.power(t.target_power_w)],[w(`history.engine`),T(`engine`,t.engine)],[w(`history.confidence`),n.percent(t.confidence*100)],[w(`history.soc`),n.percent(t.soc)],[w(`history.buy`),n.price(t.buy)],[w(`history.sell`),n.price(t.sell)],[w(`history.marginal`),n.price(t.marginal_per_kwh)],[w(`history.mode`),T(`mode`,t.mode)],[w(`history.strategy`),T(`strategy`,t.strategy)],[w(`history.trigger`),r],...t.degradations.length>0?[[w(`history.missing`),t.degradations.map(e=>T(`degradation`,e)).join(`, `)]]:[]])}
      <sigenstor-table .caption=${w(`history.opinions`)} .columns=${this.#e()} .rows=${t.opinions}></sigenstor-table>
    `}#e(){let{format:e}=this.app;return[{heading:w(`history.engine`),cell:({engine:e})=>T(`engine`,e)},{heading:w(`history.wants`),cell:({action:e})=>T(`action`,e)},{heading:w(`history.power`),cell:t=>e.power(t.target_power_w),numeric:!0},{heading:w(`history.confidence`),cell:t=>e.percent(t.confidence*100),numeric:!0},{heading:w(`history.weight`),cell:t=>e.number(t.weight,2),numeric:!0},{heading:w(`history.reason`),cell:({reason:e})=>e}]}};L=y([d(`sigenstor-history-decisions`)],L);var R=36e5,z=24*R;function Ee(e,t,n){if(!(t>e))return[e];let r=(t-e)/Math.max(1,n),i=10**Math.floor(Math.log10(r)),a=([1,2,2.5,5,10].find(e=>e*i>=r)??10)*i,o=Math.floor(e/a+1e-9),s=Math.ceil(t/a-1e-9);return Array.from({length:s-o+1},(e,t)=>Number(((o+t)*a).toPrecision(12)))}var B=(e,t,n,r)=>{let i=t===e?0:(r-n)/(t-e);return t=>n+(t-e)*i};function De(e,t,n,r,i=56){let a=Math.max(2,Math.floor(n/i)),o=(t-e)/z;if(o>80)return je(e,t,a,r);if(o>3.5)return Ae(e,t,a,r);let s=[.25,.5,1,2,3,4,6,12,24].find(e=>o*24/e<=a)??24,c=[];for(let n=r.startOfDay(e);n<t;n=V(n,r))for(let i=0;i<24;i+=s){let a=ke(n,i,r);a>=e&&a<=t&&a!==c.at(-1)?.at&&c.push({at:a,label:i===0?r.weekday(a):Oe(a,r),strong:i===0})}return c}var Oe=(e,t)=>t.dateParts(e,{hour:`numeric`,...t.time(e).match(/[ap]\.?m/i)?{}:{minute:`2-digit`}}),V=(e,t)=>t.startOfDay(e+26*R);function ke(e,t,n){let r=e+t*R;if(V(e,n)-e===z||t===0)return r;let i=Number(new Intl.DateTimeFormat(`en`,{hour:`2-digit`,hourCycle:`h23`,timeZone:n.timeZone}).format(r));return r+(t-i-Math.round((t-i)/24)*24)*R}function Ae(e,t,n,r){let i=Math.max(1,Math.ceil((t-e)/z/n)),a=[],o=0;for(let n=r.startOfDay(e);n<t;n=V(n,r),o++){if(n<e||o%i)continue;let s=(t-e)/z>8;a.push({at:n,label:r.dateParts(n,s?{day:`numeric`,month:`short`}:{weekday:`short`,day:`numeric`}),strong:!1})}return a}function je(e,t,n,r){let i=Math.max(1,Math.ceil((t-e)/z/30/n)),a=[],o=0;for(let n=r.startOfDay(e);n<t;n=V(n,r))!r.dayKey(n).endsWith(`-01`)||n<e||o++%i===0&&a.push({at:n,label:r.dateParts(n,{month:`short`}),strong:!1});return a}var H=e=>Math.round(e*10)/10,U=e=>e.value!==null;function Me(e){let t=e.layers.filter(e=>e.kind!==`band`).flatMap(e=>e.points.filter(U).flatMap(t=>[t.value,...Ne(e,t)?[t.base??0]:[]])),n=e.min??Math.min(0,...t),r=e.max??Math.max(n+1e-6,...t);if(!e.tick)return{low:n,high:r,ticks:[]};let i=Ee(n,r,e.tickCount??Math.max(2,Math.round(e.height/40))),a=e.min??Math.min(n,i[0]??n),o=e.max??Math.max(r,i.at(-1)??r);return{low:a,high:o,ticks:i.filter(e=>e>=a-1e-9&&e<=o+1e-9)}}var Ne=(e,t)=>e.kind!==`line`&&e.kind!==`step`&&t.base!==void 0,Pe=(e,t)=>B(t.low,t.high,e.height,0);function Fe(e,t,n){let r=e.kind===`step`||e.kind===`step-area`,i=[],a;for(let o of e.points){if(!U(o)){a=void 0;continue}let e=o.faint===!0,s=`${H(t(o.start))} ${H(n(o.value))}`,c=i.at(-1);if(a&&c&&c.faint===e)c.d+=`L${s}`;else{let o=a?`${H(t(r?a.end:a.start))} ${H(n(a.value))}L`:``;i.push({d:`M${o}${s}`,faint:e})}let l=i.at(-1);r&&l&&(l.d+=`H${H(t(o.end))}`),a=o}return i}function Ie(e,t,n){let r=e.kind===`step-area`,i=[],a=!1;for(let t of e.points){if(!U(t)){a=!1;continue}let e=i.at(-1),n=e?.at(-1);a&&e&&n&&n.faint===!0==(t.faint===!0)?e.push(t):i.push(a&&n&&!r?[{...n,faint:t.faint===!0},t]:[t]),a=!0}return i.map(e=>{let i=i=>e.flatMap(e=>r?[`${H(t(e.start))} ${H(n(i(e)))}`,`${H(t(e.end))} ${H(n(i(e)))}`]:[`${H(t(e.start))} ${H(n(i(e)))}`]),a=i(e=>e.value),o=i(e=>e.base??0).reverse();return{d:`M${[...a,...o].join(`L`)}Z`,faint:e[0]?.faint===!0}})}function Le(e,t,n){let r=new Map;for(let i of e.points.filter(U)){let a=i.colour??e.colour,o=i.faint===!0,s=t(i.start),c=t(i.end),l=c-s>8?Math.min(3,(c-s)*.15):0,u=n(Math.max(i.value,i.base??0)),d=n(Math.min(i.value,i.base??0)),f=`${a}|${o}`,p=r.get(f)??{d:``,colour:a,faint:o};p.d+=`M${H(s+l/2)} ${H(u)}H${H(c-l/2)}V${H(d)}H${H(s+l/2)}Z`,r.set(f,p)}return[...r.values()]}function Re(e,t){let n=0,r=e.length-1;for(;n<r;){let i=n+r+1>>1;(e[i]?.start??1/0)<=t?n=i:r=i-1}return n}var W=44,G=12,ze=24,Be=18,Ve=18,K=class extends u{constructor(...e){super(...e),this.width=0,this.#e=new ResizeObserver(([e])=>{this.width=Math.floor(e?.contentRect.width??0)}),this.#c=e=>{let t=e.currentTarget.getBoundingClientRect().left,n=B(W,this.width-G,this.spec.start,this.spec.end)(e.clientX-t);this.cursor=this.spec.spans.length>0?Re(this.spec.spans,n):void 0},this.#l=e=>{e.pointerType!==`touch`&&(this.cursor=void 0)},this.#u=()=>{this.cursor!==void 0&&t(this,`chosen`,this.cursor)},this.#d=e=>{let n=this.spec.spans.length-1,r=this.cursor??this.chosen??0,i={ArrowLeft:r-1,ArrowRight:r+1,PageUp:r-12,PageDown:r+12,Home:0,End:n}[e.key];if(i!==void 0)this.cursor=Math.min(n,Math.max(0,this.cursor===void 0?r:i));else if(e.key===`Enter`)t(this,`chosen`,r);else if(e.key===`Escape`)this.cursor=void 0;else return;e.preventDefault()}}#e;static{this.styles=[g,r`
      :host {
        position: relative;
        min-width: 0;
      }
      svg.chart {
        display: block;
        overflow: visible;
        touch-action: pan-y;
        font-size: 11px;
        font-variant-numeric: tabular-nums;
      }
      .grid {
        stroke: var(--divider-color);
        stroke-width: 1;
        shape-rendering: crispEdges;
      }
      .grid.strong {
        stroke: var(--secondary-text-color);
        opacity: 0.5;
      }
      text {
        fill: var(--secondary-text-color);
      }
      text.title {
        fill: var(--primary-text-color);
        font-weight: 500;
        font-size: 12px;
      }
      .now {
        stroke: var(--primary-color);
        stroke-width: 1.5;
      }
      .cursor {
        fill: var(--primary-text-color);
        opacity: 0.1;
      }
      .chosen {
        fill: var(--primary-color);
        opacity: 0.16;
      }
      .handle {
        position: absolute;
        inset: 0;
        pointer-events: none;
        border-radius: 8px;
      }
      .tip {
        position: absolute;
        z-index: 2;
        top: 0;
        max-width: min(280px, 80%);
        padding: 8px 12px;
        border-radius: 8px;
        background: var(--card-background-color, #fff);
        border: 1px solid var(--divider-color);
        box-shadow: 0 2px 10px rgb(0 0 0 / 20%);
        font-size: var(--ha-font-size-s, 12px);
        pointer-events: none;
      }
      .tip strong {
        font-weight: 500;
      }
      .tip dl {
        display: grid;
        grid-template-columns: auto auto;
        gap: 2px 12px;
        margin: 4px 0 0;
      }
      dt {
        display: flex;
        align-items: center;
        gap: 6px;
        color: var(--secondary-text-color);
      }
      dd {
        margin: 0;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      i {
        width: 8px;
        height: 8px;
        border-radius: 2px;
        flex: none;
      }
      .note {
        margin-top: 4px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.#e.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.#e.disconnect()}render(){let{spec:t,width:n}=this,r=He(t.panes),i=r.bottom+ze;if(n<56)return e`<div style="height:${i}px"></div>`;let a=B(t.start,t.end,W,n-G);return e`
      <svg
        class="chart" role="img" aria-label=${t.label} width=${n} height=${i}
        @pointermove=${this.#c} @pointerdown=${this.#c} @pointerleave=${this.#l} @click=${this.#u}
      >
        ${this.#t(a,r.bottom)}
        ${this.#r(this.chosen,a,r.bottom,`chosen`)}
        ${this.#r(this.cursor,a,r.bottom,`cursor`)}
        ${r.placed.map(({pane:e,top:t})=>this.#n(e,t,a))}
        ${this.#i(a,r.bottom)}
      </svg>
      ${this.#a()} ${this.#s(a)}
    `}#t(e,t){let{start:n,end:r}=this.spec,i=De(n,r,this.width-W-G,this.format);return p`${i.map(({at:n,label:r,strong:i})=>p`
        <line class="grid ${i?`strong`:``}" x1=${e(n)} x2=${e(n)} y1="0" y2=${t}></line>
        <text x=${Math.min(Math.max(e(n),W),this.width-G)} y=${t+16} text-anchor="middle" font-weight=${i?600:E}>${r}</text>`)}`}#n(e,t,n){let r=Me(e),i=Pe(e,r);return p`<g transform="translate(0 ${t})">
      ${e.title?p`<text class="title" x=${50} y="-7">${e.title}</text>`:E}
      ${e.layers.filter(e=>e.kind===`band`).map(t=>Ue(t,n,e.height))}
      ${r.ticks.map(t=>p`
          <line class="grid ${t===0&&r.low<0?`strong`:``}" x1=${W} x2=${this.width-G} y1=${i(t)} y2=${i(t)}></line>
          <text x=${38} y=${i(t)+4} text-anchor="end">${e.tick?.(t)}</text>`)}
      ${e.layers.map(e=>We(e,n,i))}
    </g>`}#r(e,t,n,r){let i=e===void 0?void 0:this.spec.spans[e];return i?p`<rect class=${r} x=${t(i.start)} width=${Math.max(2,t(i.end)-t(i.start))} y="0" height=${n}></rect>`:E}#i(e,t){let{now:n,start:r,end:i}=this.spec;return n===void 0||n<r||n>i?E:p`<line class="now" x1=${e(n)} x2=${e(n)} y1="0" y2=${t}></line><circle cx=${e(n)} cy=${t} r="3.5" fill="var(--primary-color)"></circle>`}#a(){let t=this.cursor??this.chosen??0;return e`<div
      class="handle" role="slider" tabindex="0" aria-label=${this.spec.label} aria-valuemin="0"
      aria-valuemax=${Math.max(0,this.spec.spans.length-1)} aria-valuenow=${t} aria-valuetext=${this.#o(t)} @keydown=${this.#d} @blur=${this.#l}
    ></div>`}#o(e){if(!this.spec.spans[e])return``;let{title:t,readings:n,note:r}=this.spec.describe(e);return[t,...n.map(({name:e,value:t})=>`${e} ${t}`),r??``].filter(Boolean).join(`, `)}#s(t){let n=this.cursor===void 0?void 0:this.spec.spans[this.cursor];if(!n||this.cursor===void 0)return E;let{title:r,readings:i,note:a}=this.spec.describe(this.cursor),o=t((n.start+n.end)/2),s=o<this.width/2?`left:${o+14}px`:`right:${this.width-o+14}px`;return e`<div class="tip" style=${s} aria-hidden="true">
      <strong>${r}</strong>
      <dl>
        ${i.map(({name:t,value:n,colour:r})=>e`<dt>${r?e`<i style="background:${r}"></i>`:E}${t}</dt>
              <dd>${n}</dd>`)}
      </dl>
      ${a?e`<p class="note">${a}</p>`:E}
    </div>`}#c;#l;#u;#d};y([s({attribute:!1})],K.prototype,`spec`,void 0),y([s({attribute:!1})],K.prototype,`format`,void 0),y([s({attribute:!1})],K.prototype,`chosen`,void 0),y([i()],K.prototype,`cursor`,void 0),y([i()],K.prototype,`width`,void 0),K=y([d(`sigenstor-chart`)],K);function He(e){let t=0;return{placed:e.map((e,n)=>{let r=t+(n>0?Be:6)+(e.title?Ve:0);return t=r+e.height,{pane:e,top:r}}),bottom:t}}function Ue(e,t,n){return p`${e.points.map(({start:r,end:i,colour:a})=>p`<rect x=${t(r)} width=${Math.max(0,t(i)-t(r))} y="0" height=${n} fill=${a??e.colour} opacity=${e.opacity??.12}></rect>`)}`}function We(e,t,n){if(e.kind===`band`)return E;let{colour:r,opacity:i=1}=e;if(e.kind===`bars`)return p`${Le(e,t,n).map(e=>p`<path d=${e.d} fill=${e.colour} opacity=${e.faint?i*.45:i}></path>`)}`;let a=e.kind===`area`||e.kind===`step-area`;return p`
    ${a?Ie(e,t,n).map(({d:e,faint:t})=>p`<path d=${e} fill=${r} opacity=${(t?.12:.26)*i}></path>`):E}
    ${Fe(e,t,n).map(({d:t,faint:n})=>p`<path d=${t} fill="none" stroke=${r} stroke-width=${e.width??2} stroke-linejoin="round" stroke-dasharray=${n||e.dashed?`4 4`:E} opacity=${n?i*.7:i}></path>`)}`}var q=[{key:`pv_kwh`,name:`history.sun`,colour:h.sun},{key:`discharge_kwh`,name:`history.discharged`,colour:h.discharge},{key:`import_kwh`,name:`history.imported`,colour:h.grid}],J=[{key:`house_kwh`,name:`history.house`,colour:h.house},{key:`charge_kwh`,name:`history.charged`,colour:h.charge},{key:`export_kwh`,name:`history.exported`,colour:h.export}],Ge=36e5,Y=e=>Date.parse(e.start),X=e=>Date.parse(e.end),Ke=e=>(X(e)-Y(e))/Ge,Z=e=>e.every(e=>[...q,...J].every(({key:t})=>e[t]===null));function qe(e,t){let n=e.map(e=>e[t]).filter(e=>e!==null);return n.length>0?n.reduce((e,t)=>e+t,0):null}var Je=e=>e.span===`day`?e=>1/Ke(e):()=>1;function Ye(e,t,n,r){let i=e.map(()=>0);return t.map(({key:t,name:a,colour:o})=>{let s=e.map((e,a)=>{let o=e[t],s=i[a]??0,c=s+n*(o??0)*r(e);return i[a]=c,{start:Y(e),end:X(e),value:o===null?null:c,base:s}});return{kind:`bars`,name:w(a),colour:o,points:s}})}var Q=(e,t,n,r,i,a={})=>({kind:e,name:w(t),colour:n,points:r.map(e=>({start:Y(e),end:X(e),value:i(e)})),...a}),Xe=(e,t,n)=>t.span===`year`?n.month(e.start):t.span===`day`?`${n.time(e.start)} – ${n.time(e.end)}`:n.date(e.start);function Ze(e,t,n,r,i){return a=>({label:i,start:t.start,end:t.end,panes:r,spans:e.map(e=>({start:Y(e),end:X(e)})),describe:r=>{let i=e[r];return{title:Xe(i,t,n),readings:a(i).filter(({value:e})=>e!==``)}},...t.span===`day`?{now:Date.now()}:{}})}function Qe(e,t,n){let r=Je(t),i=t.span===`day`?`kW`:`kWh`,a=(e,i)=>e===null?``:t.span===`day`?n.power(e*r(i)*1e3):n.energy(e),o=[{height:220,title:w(`history.energy_pane`,{unit:i}),layers:[...Ye(e,q,1,r),...Ye(e,J,-1,r)],tick:e=>n.number(Math.abs(e),1,0)}];return e.some(e=>e.buy!==null||e.sell!==null)&&o.push({height:90,title:w(`history.price_pane`,{unit:n.priceUnit}),layers:[Q(`step`,`history.buy`,h.grid,e,e=>e.buy),Q(`step`,`history.sell`,h.export,e,e=>e.sell)],tick:e=>e===0?`0`:n.price(e,!1)}),t.span!==`year`&&e.some(e=>e.soc!==null)&&o.push({height:80,title:w(t.span===`day`?`history.soc_pane`:`history.mean_soc_pane`),layers:[Q(t.span===`day`?`area`:`step-area`,`history.soc`,h.soc,e,e=>e.soc)],min:0,max:100,tick:e=>n.number(e),tickCount:2}),Ze(e,t,n,o,w(`history.energy_label`))(e=>[...[...q,...J].map(({key:t,name:n,colour:r})=>({name:w(n),value:a(e[t],e),colour:r})),{name:w(`history.buy`),value:e.buy===null?``:n.price(e.buy)},{name:w(`history.sell`),value:e.sell===null?``:n.price(e.sell)},{name:w(`history.soc`),value:e.soc===null?``:n.percent(e.soc)},{name:w(`history.cost`),value:e.cost===null?``:n.money(e.cost)}])}var $e=[{actual:`pv_kwh`,forecast:`pv_forecast_kwh`,name:`history.sun`,colour:h.sun},{actual:`house_kwh`,forecast:`house_forecast_kwh`,name:`history.house`,colour:h.house}];function et(e,t,n){let r=Je(t),i=$e.filter(({forecast:t})=>e.some(e=>e[t]!==null));if(i.length===0)return;let a=(e,t)=>t===null?null:t*r(e),o=t.span===`day`?`kW`:`kWh`;return Ze(e,t,n,i.map(({actual:t,forecast:r,name:i,colour:s})=>({height:110,title:`${w(i)} (${o})`,layers:[Q(`step-area`,i,s,e,e=>a(e,e[t]),{width:1}),Q(`step`,`history.forecast`,h.text,e,e=>a(e,e[r]),{dashed:!0,width:1.5})],tick:e=>n.number(e,1,0)})),w(`history.forecast_label`))(e=>i.flatMap(({actual:i,forecast:a,name:o,colour:s})=>{let c=i=>i===null?``:t.span===`day`?n.power(i*r(e)*1e3):n.energy(i);return[{name:w(o),value:c(e[i]),colour:s},{name:w(`history.forecast_of`,{what:w(o)}),value:c(e[a])}]}))}var tt=class extends D{#e=new l(this,()=>({...this.range,period:ve(this.period),span:this.period,turn:this.turn}),async({start:e,end:t,period:n,span:r})=>{let i=await this.app.service.history({start:e,end:t,period:n});return{period:r,...n===`5minute`&&Z(i.rows)?await this.app.service.history({start:e,end:t,period:`hour`}):i}});static{this.styles=[...D.styles,r`
      .bar {
        display: flex;
        gap: 2px;
        height: 10px;
        margin-bottom: 12px;
        border-radius: 5px;
        overflow: hidden;
        background: var(--sigenstor-sunken);
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto 6ch;
        gap: 6px 12px;
        margin: 0;
        font-variant-numeric: tabular-nums;
      }
      dt {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      dd {
        margin: 0;
        text-align: end;
        white-space: nowrap;
      }
    `]}render(){return S(this.#e.current,(e,t)=>this.#t(e,t),()=>this.#e.again())}#t({period:t,rows:n,accuracy:r},i){if(Z(n))return m(w(`history.empty_title`),w(`history.empty_text`));let{format:a}=this.app,o=et(n,t,a);return e`
      <div class="grid ${i?`old`:``}">
        ${this.#n(w(`history.came_from`),n,q)} ${this.#n(w(`history.went_to`),n,J)} ${this.#r(n)}
      </div>
      <section class="card ${i?`old`:``}">
        <h2>${w(`history.energy_title`)}</h2>
        ${this.legend([...q,...J].map(({name:e,colour:t})=>({name:w(e),colour:t})))}
        <sigenstor-chart .spec=${Qe(n,t,a)} .format=${a}></sigenstor-chart>
      </section>
      ${o?e`<section class="card ${i?`old`:``}">
              <h2>${w(`history.forecast_title`)}</h2>
              ${this.note(this.#i(`sun`,r.pv))} ${this.note(this.#i(`house`,r.house))}
              ${this.legend([{name:w(`history.forecast`)}])}
              <sigenstor-chart .spec=${o} .format=${a}></sigenstor-chart>
            </section>`:E}
    `}#n(t,n,r){let{format:i}=this.app,a=r.map(e=>({...e,kwh:qe(n,e.key)})),o=a.reduce((e,{kwh:t})=>e+(t??0),0),s=e=>o>0&&e!==null?e/o*100:null;return e`<section class="card">
      <h2>${t}</h2>
      <div class="bar" aria-hidden="true">
        ${a.map(({kwh:t,colour:n})=>e`<span style="background:${n};width:${s(t)??0}%"></span>`)}
      </div>
      <dl>
        ${a.map(({name:t,colour:n,kwh:r})=>e`<dt><span class="dot" style="background:${n}"></span>${w(t)}</dt>
              <dd>${i.energy(r)}</dd>
              <dd class="faint">${i.percent(s(r))}</dd>`)}
      </dl>
    </section>`}#r(t){let n=qe(t,`cost`),r=n!==null&&n<0;return e`<section class="card">
      <h2>${w(r?`history.earned`:`history.cost`)}</h2>
      <p class="big">${this.app.format.money(n===null?null:Math.abs(n))}</p>
      ${this.note(w(n===null?`history.cost_unknown`:r?`history.earned_text`:`history.cost_text`))}
    </section>`}#i(e,t){let{format:n}=this.app,r=w(e===`sun`?`history.sun`:`history.house`);if(!t)return w(`history.accuracy_unknown`,{what:r});let i={what:r,error:n.power(t.mean_absolute_error_w),bias:n.power(Math.abs(t.bias_w)),hours:n.number(t.hours)};return w(t.bias_w>0?`history.accuracy_high`:`history.accuracy_low`,i)}};tt=y([d(`sigenstor-history-energy`)],tt);var nt=[{key:`no_battery`,name:`history.no_battery`,text:`history.no_battery_text`},{key:`self_consumption`,name:`history.self_consumption`,text:`history.self_consumption_text`},{key:`rules`,name:`history.rules`,text:`history.rules_text`},{key:`plan`,name:`history.plan`,text:`history.plan_text`},{key:`perfect_foresight`,name:`history.perfect_foresight`,text:`history.perfect_foresight_text`}],rt=.01;function it(e){let t=t=>e.reduce((e,n)=>e+(n[t]??0),0),n=n=>e.every(e=>e[n]!==null)?t(n):null,r=t(`actual`),i=t(`perfect_foresight`),a=e=>e-i<rt?null:(e-r)/(e-i)*100;return{days:e.length,actual:r,no_battery:t(`no_battery`),self_consumption:t(`self_consumption`),rules:n(`rules`),plan:n(`plan`),perfect_foresight:i,share:a(t(`no_battery`)),share_vs_self_consumption:a(t(`self_consumption`))}}function at(e,t,n){let r=t.span===`year`?`month`:`day`,i=new Map;for(let t of e){let e=r===`month`?`${t.day.slice(0,7)}-01`:t.day;i.set(e,[...i.get(e)??[],t])}return[...i].map(([e,t])=>{let{start:i,end:a}=j(r,e,n);return{start:i,end:a,...it(t)}})}function ot(e,t,n){let r=({no_battery:e,perfect_foresight:t})=>e-t,i=({no_battery:e,actual:t})=>e-t,a=t=>e.map(e=>({start:e.start,end:e.end,value:t(e)}));return{label:w(`history.savings_label`),start:t.start,end:t.end,panes:[{height:180,layers:[{kind:`bars`,name:w(`history.possible`),colour:h.faint,opacity:.3,points:a(r)},{kind:`bars`,name:w(`history.saved`),colour:h.discharge,points:a(i)}],tick:e=>n.money(e,Number.isInteger(e)?0:2)}],spans:e,describe:a=>{let o=e[a];return{title:t.span===`year`?n.month(o.start):n.date(o.start),readings:[{name:w(`history.saved`),value:n.money(i(o)),colour:h.discharge},{name:w(`history.possible`),value:n.money(r(o)),colour:h.faint},{name:w(`history.share`),value:n.percent(o.share)},{name:w(`history.paid`),value:n.money(o.actual)}]}}}}var st=class extends D{#e=new l(this,()=>({...this.range,span:this.period,turn:this.turn}),async({start:e,end:t,span:n})=>({period:n,rows:await this.app.service.scores({start:e,end:t})}));static{this.styles=[...D.styles,r`
      .share {
        height: 10px;
        margin: 8px 0;
        border-radius: 5px;
        background: var(--sigenstor-sunken);
        overflow: hidden;
      }
      .share span {
        display: block;
        height: 100%;
        background: var(--sigenstor-soc-color);
      }
      ul.ways {
        display: grid;
        gap: 14px;
        margin: 12px 0 0;
        padding: 0;
        list-style: none;
      }
      .ways li > div:first-child {
        display: flex;
        justify-content: space-between;
        gap: 12px;
        font-variant-numeric: tabular-nums;
      }
      .ways .actual {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .scale {
        position: relative;
        height: 8px;
        margin: 4px 0;
        border-radius: 4px;
        background: var(--sigenstor-sunken);
      }
      .scale span {
        position: absolute;
        inset: 0 auto;
        min-width: 2px;
        border-radius: 4px;
      }
      summary {
        cursor: pointer;
        padding: 4px 0;
        color: var(--primary-color);
      }
    `]}render(){return S(this.#e.current,(e,t)=>this.#t(e,t),()=>this.#e.again())}#t({period:t,rows:n},r){if(n.length===0)return m(w(`history.no_scores_title`),w(`history.no_scores_text`));let{format:i}=this.app,a=it(n),o=at(n,t,i),s=r?`old`:``;return e`
      <div class="grid ${s}">
        ${this.#n(w(`history.paid`),a.actual,w(`history.paid_text`,{days:i.number(a.days)}))}
        ${this.#n(w(`history.saved`),a.no_battery-a.actual,w(`history.saved_text`))}
        ${this.#n(w(`history.gained`),a.self_consumption-a.actual,w(`history.gained_text`))}
      </div>
      <section class="card ${s}">
        <h2>${w(`history.share_title`)}</h2>
        ${this.#r(a)}
        <ul class="ways">
          ${this.#i(a)}
        </ul>
      </section>
      ${t.span===`day`?E:e`<section class="card ${s}">
              <h2>${w(`history.savings_title`)}</h2>
              ${this.legend([{name:w(`history.saved`),colour:h.discharge},{name:w(`history.possible`),colour:`color-mix(in srgb, var(--secondary-text-color) 40%, transparent)`}])}
              <sigenstor-chart .spec=${ot(o,t,i)} .format=${i}></sigenstor-chart>
              <details>
                <summary>${w(`history.by_day`)}</summary>
                <sigenstor-table .caption=${w(`history.by_day`)} .columns=${this.#a()} .rows=${n.toReversed()}></sigenstor-table>
              </details>
            </section>`}
    `}#n=(t,n,r)=>e`<section class="card"><h2>${t}</h2><p class="big">${this.app.format.money(n)}</p><p class="faint">${r}</p></section>`;#r({share:t,share_vs_self_consumption:n}){let{format:r}=this.app;if(t===null)return e`<p>${w(`history.share_none`)}</p>`;let i=n===null?``:w(`history.share_beyond`,{share:r.percent(n)});return e`
      <p class="big">${r.percent(t)}</p>
      <div class="share" aria-hidden="true"><span style="width:${Math.min(100,Math.max(0,t))}%"></span></div>
      <p class="faint">${w(`history.share_text`)} ${i}</p>
    `}#i(t){let n=[...nt.map(({key:e,name:n,text:r})=>({key:e,name:w(n),text:w(r),cost:t[e]})),{key:`actual`,name:w(`history.paid`),text:``,cost:t.actual}].sort((e,t)=>(t.cost??-1/0)-(e.cost??-1/0)),r=n.flatMap(({cost:e})=>e??[]),i=Math.min(0,...r),a=Math.max(0,...r)-i||1,o=e=>`left:${(Math.min(0,e)-i)/a*100}%;width:${Math.abs(e)/a*100}%`;return n.map(({key:t,name:n,text:r,cost:i})=>e`<li class=${t}>
        <div><span>${n}</span><span>${this.app.format.money(i)}</span></div>
        ${i===null?E:e`<div class="scale" aria-hidden="true">
                <span style="${o(i)};background:${t===`actual`?`var(--primary-color)`:h.hold}"></span>
              </div>`}
        ${this.note(i===null?w(`history.way_unknown`):r)}
      </li>`)}#a(){let{format:e}=this.app,t=(t,n)=>({heading:t,cell:t=>e.money(n(t)),numeric:!0});return[{heading:w(`history.day`),cell:({day:t})=>e.date(j(`day`,t,e).start)},{heading:w(`history.mode`),cell:({mode:e})=>T(`mode`,e)},t(w(`history.paid`),({actual:e})=>e),t(w(`history.saved`),({no_battery:e,actual:t})=>e-t),{heading:w(`history.share`),cell:t=>e.percent(t.share_vs_no_battery),numeric:!0},...nt.map(({key:e,name:n})=>t(w(n),t=>t[e]))]}};st=y([d(`sigenstor-history-money`)],st);var ct=[`energy`,`money`,`decisions`,`audit`],lt={energy:`history`,money:`scores`,decisions:`decisions`,audit:`audit`},$=class extends v{constructor(...e){super(...e),this.saving=!1,this.#i=e=>this.setQuery({date:e,page:null})}static{this.styles=[g,b,r`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px 16px;
        margin-bottom: 16px;
      }
      .when {
        display: flex;
        align-items: center;
        gap: 4px;
        margin-bottom: 16px;
      }
      h2 {
        flex: 1;
        padding-inline-start: 8px;
        font-size: var(--ha-font-size-xl, 20px);
      }
      .icon-button {
        position: relative;
        flex: none;
      }
      input {
        position: absolute;
        inset: auto 0 0 0;
        height: 0;
        width: 100%;
        padding: 0;
        border: none;
        opacity: 0;
        pointer-events: none;
      }
      :host([narrow]) sigenstor-segments {
        flex: 1 1 100%;
      }
      :host([narrow]) .when {
        gap: 0;
      }
      :host([narrow]) h2 {
        padding-inline-start: 0;
        font-size: var(--ha-font-size-l, 16px);
      }
      :host([narrow]) .button {
        padding: 0 12px;
      }
    `]}get#e(){let e=this.query.get(`span`);return j(ye(e)?e:`day`,this.query.get(`date`),this.app.format)}get#t(){return ct.find(e=>e===this.query.get(`tab`))??`energy`}render(){let{app:t}=this,n=this.#e,r=e=>e.map(e=>({value:e,label:w(`history.${e}`)}));return e`
      <header>
        <sigenstor-segments
          .label=${w(`history.what`)} .options=${r(ct)} .value=${this.#t}
          @chosen=${e=>this.setQuery({tab:e.detail,page:null},!0)}
        ></sigenstor-segments>
        <sigenstor-segments
          .label=${w(`history.span`)} .options=${r(fe)} .value=${n.span}
          @chosen=${e=>this.setQuery({span:e.detail,page:null})}
        ></sigenstor-segments>
      </header>
      <div class="when">${this.#n(n)}</div>
      ${this.#r(n)}
      <sigenstor-csv-dialog
        .app=${t} .period=${n} .kind=${lt[this.#t]} ?open=${this.saving}
        @closed=${()=>{this.saving=!1}}
      ></sigenstor-csv-dialog>
    `}#n(t){let{format:n}=this.app,r=Date.now(),i=t.start<=r&&r<t.end,o=e=>()=>this.#i(ge(t,e,n).key);return e`
      <button class="icon-button" aria-label=${w(`history.previous`)} @click=${o(-1)}>${_(x)}</button>
      <button class="icon-button" aria-label=${w(`history.next`)} ?disabled=${t.end>r} @click=${o(1)}>${_(a)}</button>
      <h2 aria-live="polite">${_e(t,n,this.narrow)}</h2>
      <button class="icon-button" aria-label=${w(`history.date`)} @click=${()=>this.picker.showPicker()}>
        ${_(f)}
        <input
          type="date" tabindex="-1" aria-hidden="true" .value=${t.key} max=${n.dayKey(r)}
          @click=${e=>e.stopPropagation()} @change=${e=>this.#i(e.target.value||null)}
        />
      </button>
      <button class="button" ?disabled=${i} @click=${()=>this.#i(null)}>${w(`history.today`)}</button>
      <button class=${this.narrow?`icon-button`:`button`} aria-label=${w(`history.csv`)} @click=${()=>{this.saving=!0}}>${_(ie)}${this.narrow?E:w(`history.csv`)}</button>`}#r(t){let{app:n,query:r,narrow:i}=this;switch(this.#t){case`energy`:return e`<sigenstor-history-energy .app=${n} .query=${r} .narrow=${i} .period=${t}></sigenstor-history-energy>`;case`money`:return e`<sigenstor-history-money .app=${n} .query=${r} .narrow=${i} .period=${t}></sigenstor-history-money>`;case`decisions`:return e`<sigenstor-history-decisions .app=${n} .query=${r} .narrow=${i} .period=${t}></sigenstor-history-decisions>`;case`audit`:return e`<sigenstor-history-audit .app=${n} .query=${r} .narrow=${i} .period=${t}></sigenstor-history-audit>`}}#i};y([i()],$.prototype,`saving`,void 0),y([n(`input`)],$.prototype,`picker`,void 0),$=y([d(`sigenstor-history-view`)],$);export{$ as HistoryView};