import{$ as e,B as t,C as n,E as r,F as i,H as a,I as o,L as s,N as c,O as l,R as ee,T as u,X as te,_ as d,a as f,d as p,et as m,f as h,gt as ne,i as g,k as re,l as _,m as v,o as ie,p as ae,s as y,tt as b,u as x,v as S,y as oe,z as C}from"./core-CvKw_5zL.js";import"./chart-CpFgUeRv.js";var se=3e5,w=class extends g{constructor(...e){super(...e),this.ticker=new re(this,6e4),this.note=e=>e?t`<p class="faint">${e}</p>`:C}static{this.styles=[h,ae,v,a`
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
    `]}get range(){return{start:new Date(this.period.start).toISOString(),end:new Date(this.period.end).toISOString()}}get turn(){let e=Date.now();return e>=this.period.start&&e<this.period.end?Math.floor(e/se):0}legend(e){return t`<ul class="legend">
      ${e.map(({name:e,colour:n})=>t`<li>${n?t`<span class="dot" style="background:${n}"></span>`:t`<span class="dashes"></span>`}${e}</li>`)}
    </ul>`}};_([s({attribute:!1})],w.prototype,`period`,void 0);var T=25,ce={day:`numeric`,month:`short`,hour:`numeric`,minute:`2-digit`},E=class extends w{constructor(...e){super(...e),this.#e=new l(this,()=>({...this.range,limit:T,offset:this.#i*T,filters:this.#a(),turn:this.turn}),({filters:e,turn:t,...n})=>this.ask({...n,...e})),this.when=e=>this.period.span===`day`?this.app.format.time(e):this.app.format.dateParts(e,ce),this.facts=e=>t`<dl class="facts">${e.map(([e,n])=>t`<div><dt>${e}</dt><dd>${n}</dd></div>`)}</dl>`}#e;static{this.styles=[...w.styles,a`
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
    `]}render(){let{current:e}=this.#e,n=e.state===`error`?this.problem?.(e.error):void 0;return t`<section class="card">
      ${n?C:this.#n(e.state===`ready`?e.value.total:void 0)}
      ${n??y(e,(e,t)=>this.#t(e,t),()=>this.#e.again())}
    </section>`}#t({total:r,rows:i},a){if(r===0){let e=Object.keys(this.#a()).length>0;return f(d(`history.log_empty_title`),d(e?`history.log_filtered_text`:`history.log_empty_text`))}return t`<div class=${a?`old`:``}>
        ${i.map(r=>t`<details name="row">
            <summary>${this.head(r)}${n(e)}</summary>
            <div class="more">${this.body(r)}</div>
          </details>`)}
      </div>
      ${this.#r(r)}`}#n(e){return t`<div class="filters">
      ${this.filters.map(({name:e,label:n,options:r})=>{let i=this.query.get(e)??``;return t`<label class="field"
          >${n}
          <select @change=${t=>this.setQuery({[e]:t.target.value||null,page:null})}>
            <option value="" ?selected=${i===``}>${d(`history.all`)}</option>
            ${r.map(e=>t`<option value=${e.value} ?selected=${e.value===i}>${e.label}</option>`)}
          </select>
        </label>`})}
      ${e===void 0?C:t`<p class="faint numbers">${d(`history.entries`,{count:this.app.format.number(e)})}</p>`}
    </div>`}#r(e){let r=Math.ceil(e/T);if(r<2)return C;let{format:i}=this.app,a=this.#i*T+1,o={first:i.number(a),last:i.number(Math.min(e,a+T-1)),total:i.number(e)},s=e=>()=>this.setQuery({page:e>0?String(e+1):null});return t`<footer>
      <button class="icon-button" aria-label=${d(`history.newer`)} ?disabled=${this.#i===0} @click=${s(this.#i-1)}>${n(m)}</button>
      <span class="numbers">${d(`history.page_of`,o)}</span>
      <button class="icon-button" aria-label=${d(`history.older`)} ?disabled=${this.#i+1>=r} @click=${s(this.#i+1)}>${n(b)}</button>
    </footer>`}get#i(){return Math.max(0,Math.floor(Number(this.query.get(`page`)??1))-1)||0}#a(){let e=this.filters.map(({name:e,options:t})=>[e,t.find(({value:t})=>t===this.query.get(e))?.value]);return Object.fromEntries(e.filter(([,e])=>e))}},le=[`manual`,`schedule`,`optimiser`,`safety`,`system`],ue=[`confirmed`,`refused`,`failed`,`reverted`,`interrupted`,`started`],de=[`refused`,`failed`,`reverted`,`interrupted`],D=e=>d(`history.outcome_${e}`),O=class extends E{constructor(...e){super(...e),this.ask=e=>this.app.service.audit({...e,newest_first:!0}),this.problem=e=>e.code===`unauthorized`?f(d(`history.audit_admin_title`),d(`common.only_admin`)):void 0}get filters(){return[{name:`actor`,label:d(`history.actor`),options:le.map(e=>({value:e,label:S(`actor`,e)}))},{name:`outcome`,label:d(`history.outcome`),options:ue.map(e=>({value:e,label:D(e)}))}]}head(e){return t`<time class="numbers faint" datetime=${e.time}>${this.when(e.time)}</time>
      <span class="what"><span class="dot" style="background:${x[e.action]}"></span>${S(`action`,e.action)}</span>
      <span class="why"
        ><span class="tag ${de.includes(e.outcome)?`bad`:`faint`}">${D(e.outcome)}</span>${e.detail||e.reason}</span
      >`}body(e){let{format:n}=this.app,r=[...new Set([...Object.keys(e.previous),...Object.keys(e.wanted)])];return t`
      ${this.facts([[d(`history.actor`),S(`actor`,e.actor)],[d(`history.owner`),e.owner],[d(`history.power`),n.power(e.power_w)],[d(`history.outcome`),D(e.outcome)]])}
      <p>${e.reason}</p>
      <sigenstor-table .caption=${d(`history.registers`)} .columns=${this.#e(e)} .rows=${r}></sigenstor-table>
    `}#e(e){let t=(e,t)=>({heading:e,cell:e=>this.app.format.number(t?.[e],2,0),numeric:!0});return[{heading:d(`history.register`),cell:e=>e.replaceAll(`_`,` `)},t(d(`history.before`),e.previous),t(d(`history.wanted`),e.wanted),t(d(`history.read_back`),e.read_back)]}};O=_([u(`sigenstor-history-audit`)],O);var k=[`day`,`week`,`month`,`year`],A=36e5,fe=216*A,pe={weekday:`long`,day:`numeric`,month:`long`,year:`numeric`},me=[`sunday`,`monday`,`tuesday`,`wednesday`,`thursday`,`friday`,`saturday`];function j(e,t,n,r=Date.now()){let i=M(t)??M(n.dayKey(r))??new Date(r),a=new Date(i);e===`week`&&a.setUTCDate(i.getUTCDate()-(i.getUTCDay()-ye(n.locale)+7)%7),(e===`month`||e===`year`)&&a.setUTCDate(1),e===`year`&&a.setUTCMonth(0);let o=F(a,e,1);return{span:e,key:N(i),start:P(a,n),end:P(o,n)}}function he(e,t,n){let r=M(e.key)??new Date(e.start);return j(e.span,N(F(r,e.span,t)),n)}function ge({span:e,start:t,end:n},r,i=!1){if(e===`day`&&i)return r.date(t);if(e===`day`)return r.dateParts(t,pe);if(e===`month`)return r.month(t);if(e===`year`)return r.dateParts(t,{year:`numeric`});let a=n-12*A,o={day:`numeric`,month:`short`};return`${r.dateParts(t,o)} – ${r.dateParts(a,i?o:{...o,year:`numeric`})}`}function _e({span:e,start:t},n=Date.now()){return e===`year`?`month`:e===`day`?n-t<fe?`5minute`:`hour`:`day`}var ve=e=>k.includes(e);function M(e){let t=/^\d{4}-\d{2}-\d{2}$/.test(e??``)?new Date(`${e}T00:00:00Z`):void 0;return t&&!Number.isNaN(t.getTime())?t:void 0}var N=e=>e.toISOString().slice(0,10);function P(e,t){let n=N(e),r=e.getTime()+12*A,i=[0,-12,12].find(e=>t.dayKey(r+e*A)===n)??0;return t.startOfDay(r+i*A)}function F(e,t,n){let r=new Date(e);if(t===`day`||t===`week`)r.setUTCDate(e.getUTCDate()+n*(t===`week`?7:1));else{r.setUTCDate(1),t===`month`?r.setUTCMonth(e.getUTCMonth()+n):r.setUTCFullYear(e.getUTCFullYear()+n,e.getUTCMonth());let i=new Date(Date.UTC(r.getUTCFullYear(),r.getUTCMonth()+1,0)).getUTCDate();r.setUTCDate(Math.min(e.getUTCDate(),i))}return r}function ye({first_weekday:e,language:t}){let n=me.indexOf(e);return n>=0?n:(new Intl.Locale(t).getWeekInfo?.().firstDay??1)%7}var be=[`history`,`scores`,`decisions`,`audit`],xe=36e5,I=class extends ee{constructor(...e){super(...e),this.kind=`history`,this.open=!1,this.first=``,this.last=``,this.error=``,this.busy=!1,this.#e=e=>t=>{this[e]=t.target.value},this.#t=()=>r(this,`closed`)}static{this.styles=[h,v,a`
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
    `]}willUpdate(e){if(!e.has(`open`)||!this.open)return;let{format:t}=this.app;this.first=t.dayKey(this.period.start),this.last=t.dayKey(this.period.end-12*xe),this.error=``}render(){let e=be.filter(e=>e!==`audit`||this.app.isAdmin),n=this.first!==``&&this.last!==``&&this.first<=this.last;return t`<sigenstor-dialog .heading=${d(`history.csv_title`)} ?open=${this.open} @closed=${this.#t}>
      <form>
        <label class="field all"
          >${d(`history.csv_what`)}
          <select .value=${this.kind} @change=${e=>{this.kind=e.target.value}}>
            ${e.map(e=>t`<option value=${e} ?selected=${e===this.kind}>${d(`history.csv_${e}`)}</option>`)}
          </select>
        </label>
        <label class="field">${d(`history.csv_first`)}<input type="date" .value=${this.first} @change=${this.#e(`first`)} /></label>
        <label class="field">${d(`history.csv_last`)}<input type="date" .value=${this.last} @change=${this.#e(`last`)} /></label>
        <p class="faint">${d(`history.csv_text`)}</p>
        ${this.error?t`<p class="error" role="alert">${this.error}</p>`:C}
      </form>
      <button slot="actions" class="button" @click=${()=>this.#t()}>${d(`common.cancel`)}</button>
      <button slot="actions" class="button primary" ?disabled=${!n||this.busy} @click=${()=>void this.#n()}>
        ${d(`history.csv_save`)}
      </button>
    </sigenstor-dialog>`}#e;#t;async#n(){this.busy=!0,this.error=``;let{format:e,service:t}=this.app,n={start:new Date(j(`day`,this.first,e).start).toISOString(),end:new Date(j(`day`,this.last,e).end).toISOString()};try{oe(await t.csvUrl(this.kind,n)),this.#t()}catch(e){this.error=ie(c(e))}finally{this.busy=!1}}};_([s({attribute:!1})],I.prototype,`app`,void 0),_([s({attribute:!1})],I.prototype,`period`,void 0),_([s()],I.prototype,`kind`,void 0),_([s({type:Boolean})],I.prototype,`open`,void 0),_([o()],I.prototype,`first`,void 0),_([o()],I.prototype,`last`,void 0),_([o()],I.prototype,`error`,void 0),_([o()],I.prototype,`busy`,void 0),I=_([u(`sigenstor-csv-dialog`)],I);var Se=[`charge`,`discharge`,`hold`,`self_consume`],Ce=[`planner`,`price`,`solar`,`usage`,`fallback`],we=[`asked`,`interval`,`override_ended`,`price`,`settings`,`start`],L=class extends E{constructor(...e){super(...e),this.ask=e=>this.app.service.decisions(e)}get filters(){return[{name:`action`,label:d(`history.action`),options:Se.map(e=>({value:e,label:S(`action`,e)}))},{name:`engine`,label:d(`history.engine`),options:Ce.map(e=>({value:e,label:S(`engine`,e)}))}]}head(e){let{format:n}=this.app;return t`<time class="numbers faint" datetime=${e.made_at}>${this.when(e.made_at)}</time>
      <span class="what"><span class="dot" style="background:${x[e.action]}"></span>${S(`action`,e.action)}</span>
      <span class="why">${e.reason||n.power(e.target_power_w)}</span>`}body(e){let{format:n}=this.app,r=we.includes(e.trigger)?d(`history.trigger_${e.trigger}`):e.trigger;return t`
      ${this.facts([[d(`history.power`),n.power(e.target_power_w)],[d(`history.engine`),S(`engine`,e.engine)],[d(`history.confidence`),n.percent(e.confidence*100)],[d(`history.soc`),n.percent(e.soc)],[d(`history.buy`),n.price(e.buy)],[d(`history.sell`),n.price(e.sell)],[d(`history.marginal`),n.price(e.marginal_per_kwh)],[d(`history.mode`),S(`mode`,e.mode)],[d(`history.strategy`),S(`strategy`,e.strategy)],[d(`history.trigger`),r],...e.degradations.length>0?[[d(`history.missing`),e.degradations.map(e=>S(`degradation`,e)).join(`, `)]]:[]])}
      <sigenstor-table .caption=${d(`history.opinions`)} .columns=${this.#e()} .rows=${e.opinions}></sigenstor-table>
    `}#e(){let{format:e}=this.app;return[{heading:d(`history.engine`),cell:({engine:e})=>S(`engine`,e)},{heading:d(`history.wants`),cell:({action:e})=>S(`action`,e)},{heading:d(`history.power`),cell:t=>e.power(t.target_power_w),numeric:!0},{heading:d(`history.confidence`),cell:t=>e.percent(t.confidence*100),numeric:!0},{heading:d(`history.weight`),cell:t=>e.number(t.weight,2),numeric:!0},{heading:d(`history.reason`),cell:({reason:e})=>e}]}};L=_([u(`sigenstor-history-decisions`)],L);var R=[{key:`pv_kwh`,name:`history.sun`,colour:p.sun},{key:`discharge_kwh`,name:`history.discharged`,colour:p.discharge},{key:`import_kwh`,name:`history.imported`,colour:p.grid}],z=[{key:`house_kwh`,name:`history.house`,colour:p.house},{key:`charge_kwh`,name:`history.charged`,colour:p.charge},{key:`export_kwh`,name:`history.exported`,colour:p.export}],Te=36e5,B=e=>Date.parse(e.start),V=e=>Date.parse(e.end),Ee=e=>(V(e)-B(e))/Te,H=e=>e.every(e=>[...R,...z].every(({key:t})=>e[t]===null));function U(e,t){let n=e.map(e=>e[t]).filter(e=>e!==null);return n.length>0?n.reduce((e,t)=>e+t,0):null}var W=e=>e.span===`day`?e=>1/Ee(e):()=>1;function G(e,t,n,r){let i=e.map(()=>0);return t.map(({key:t,name:a,colour:o})=>{let s=e.map((e,a)=>{let o=e[t],s=i[a]??0,c=s+n*(o??0)*r(e);return i[a]=c,{start:B(e),end:V(e),value:o===null?null:c,base:s}});return{kind:`bars`,name:d(a),colour:o,points:s}})}var K=(e,t,n,r,i,a={})=>({kind:e,name:d(t),colour:n,points:r.map(e=>({start:B(e),end:V(e),value:i(e)})),...a}),De=(e,t,n)=>t.span===`year`?n.month(e.start):t.span===`day`?`${n.time(e.start)} – ${n.time(e.end)}`:n.date(e.start);function q(e,t,n,r,i){return a=>({label:i,start:t.start,end:t.end,panes:r,spans:e.map(e=>({start:B(e),end:V(e)})),describe:r=>{let i=e[r];return{title:De(i,t,n),readings:a(i).filter(({value:e})=>e!==``)}},...t.span===`day`?{now:Date.now()}:{}})}function Oe(e,t,n){let r=W(t),i=t.span===`day`?`kW`:`kWh`,a=(e,i)=>e===null?``:t.span===`day`?n.power(e*r(i)*1e3):n.energy(e),o=[{height:220,title:d(`history.energy_pane`,{unit:i}),layers:[...G(e,R,1,r),...G(e,z,-1,r)],tick:e=>n.number(Math.abs(e),1,0)}];return e.some(e=>e.buy!==null||e.sell!==null)&&o.push({height:90,title:d(`history.price_pane`,{unit:n.priceUnit}),layers:[K(`step`,`history.buy`,p.grid,e,e=>e.buy),K(`step`,`history.sell`,p.export,e,e=>e.sell)],tick:e=>e===0?`0`:n.price(e,!1)}),t.span!==`year`&&e.some(e=>e.soc!==null)&&o.push({height:80,title:d(t.span===`day`?`history.soc_pane`:`history.mean_soc_pane`),layers:[K(t.span===`day`?`area`:`step-area`,`history.soc`,p.soc,e,e=>e.soc)],min:0,max:100,tick:e=>n.number(e),tickCount:2}),q(e,t,n,o,d(`history.energy_label`))(e=>[...[...R,...z].map(({key:t,name:n,colour:r})=>({name:d(n),value:a(e[t],e),colour:r})),{name:d(`history.buy`),value:e.buy===null?``:n.price(e.buy)},{name:d(`history.sell`),value:e.sell===null?``:n.price(e.sell)},{name:d(`history.soc`),value:e.soc===null?``:n.percent(e.soc)},{name:d(`history.cost`),value:e.cost===null?``:n.money(e.cost)}])}var ke=[{actual:`pv_kwh`,forecast:`pv_forecast_kwh`,name:`history.sun`,colour:p.sun},{actual:`house_kwh`,forecast:`house_forecast_kwh`,name:`history.house`,colour:p.house}];function Ae(e,t,n){let r=W(t),i=ke.filter(({forecast:t})=>e.some(e=>e[t]!==null));if(i.length===0)return;let a=(e,t)=>t===null?null:t*r(e),o=t.span===`day`?`kW`:`kWh`;return q(e,t,n,i.map(({actual:t,forecast:r,name:i,colour:s})=>({height:110,title:`${d(i)} (${o})`,layers:[K(`step-area`,i,s,e,e=>a(e,e[t]),{width:1}),K(`step`,`history.forecast`,p.text,e,e=>a(e,e[r]),{dashed:!0,width:1.5})],tick:e=>n.number(e,1,0)})),d(`history.forecast_label`))(e=>i.flatMap(({actual:i,forecast:a,name:o,colour:s})=>{let c=i=>i===null?``:t.span===`day`?n.power(i*r(e)*1e3):n.energy(i);return[{name:d(o),value:c(e[i]),colour:s},{name:d(`history.forecast_of`,{what:d(o)}),value:c(e[a])}]}))}var J=class extends w{#e=new l(this,()=>({...this.range,period:_e(this.period),span:this.period,turn:this.turn}),async({start:e,end:t,period:n,span:r})=>{let i=await this.app.service.history({start:e,end:t,period:n});return{period:r,...n===`5minute`&&H(i.rows)?await this.app.service.history({start:e,end:t,period:`hour`}):i}});static{this.styles=[...w.styles,a`
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
    `]}render(){return y(this.#e.current,(e,t)=>this.#t(e,t),()=>this.#e.again())}#t({period:e,rows:n,accuracy:r},i){if(H(n))return f(d(`history.empty_title`),d(`history.empty_text`));let{format:a}=this.app,o=Ae(n,e,a);return t`
      <div class="grid ${i?`old`:``}">
        ${this.#n(d(`history.came_from`),n,R)} ${this.#n(d(`history.went_to`),n,z)} ${this.#r(n)}
      </div>
      <section class="card ${i?`old`:``}">
        <h2>${d(`history.energy_title`)}</h2>
        ${this.legend([...R,...z].map(({name:e,colour:t})=>({name:d(e),colour:t})))}
        <sigenstor-chart .spec=${Oe(n,e,a)} .format=${a}></sigenstor-chart>
      </section>
      ${o?t`<section class="card ${i?`old`:``}">
              <h2>${d(`history.forecast_title`)}</h2>
              ${this.note(this.#i(`sun`,r.pv))} ${this.note(this.#i(`house`,r.house))}
              ${this.legend([{name:d(`history.forecast`)}])}
              <sigenstor-chart .spec=${o} .format=${a}></sigenstor-chart>
            </section>`:C}
    `}#n(e,n,r){let{format:i}=this.app,a=r.map(e=>({...e,kwh:U(n,e.key)})),o=a.reduce((e,{kwh:t})=>e+(t??0),0),s=e=>o>0&&e!==null?e/o*100:null;return t`<section class="card">
      <h2>${e}</h2>
      <div class="bar" aria-hidden="true">
        ${a.map(({kwh:e,colour:n})=>t`<span style="background:${n};width:${s(e)??0}%"></span>`)}
      </div>
      <dl>
        ${a.map(({name:e,colour:n,kwh:r})=>t`<dt><span class="dot" style="background:${n}"></span>${d(e)}</dt>
              <dd>${i.energy(r)}</dd>
              <dd class="faint">${i.percent(s(r))}</dd>`)}
      </dl>
    </section>`}#r(e){let n=U(e,`cost`),r=n!==null&&n<0;return t`<section class="card">
      <h2>${d(r?`history.earned`:`history.cost`)}</h2>
      <p class="big">${this.app.format.money(n===null?null:Math.abs(n))}</p>
      ${this.note(d(n===null?`history.cost_unknown`:r?`history.earned_text`:`history.cost_text`))}
    </section>`}#i(e,t){let{format:n}=this.app,r=d(e===`sun`?`history.sun`:`history.house`);if(!t)return d(`history.accuracy_unknown`,{what:r});let i={what:r,error:n.power(t.mean_absolute_error_w),bias:n.power(Math.abs(t.bias_w)),hours:n.number(t.hours)};return d(t.bias_w>0?`history.accuracy_high`:`history.accuracy_low`,i)}};J=_([u(`sigenstor-history-energy`)],J);var Y=[{key:`no_battery`,name:`history.no_battery`,text:`history.no_battery_text`},{key:`self_consumption`,name:`history.self_consumption`,text:`history.self_consumption_text`},{key:`rules`,name:`history.rules`,text:`history.rules_text`},{key:`plan`,name:`history.plan`,text:`history.plan_text`},{key:`perfect_foresight`,name:`history.perfect_foresight`,text:`history.perfect_foresight_text`}],je=.01;function X(e){let t=t=>e.reduce((e,n)=>e+(n[t]??0),0),n=n=>e.every(e=>e[n]!==null)?t(n):null,r=t(`actual`),i=t(`perfect_foresight`),a=e=>e-i<je?null:(e-r)/(e-i)*100;return{days:e.length,actual:r,no_battery:t(`no_battery`),self_consumption:t(`self_consumption`),rules:n(`rules`),plan:n(`plan`),perfect_foresight:i,share:a(t(`no_battery`)),share_vs_self_consumption:a(t(`self_consumption`))}}function Me(e,t,n){let r=t.span===`year`?`month`:`day`,i=new Map;for(let t of e){let e=r===`month`?`${t.day.slice(0,7)}-01`:t.day;i.set(e,[...i.get(e)??[],t])}return[...i].map(([e,t])=>{let{start:i,end:a}=j(r,e,n);return{start:i,end:a,...X(t)}})}function Ne(e,t,n){let r=({no_battery:e,perfect_foresight:t})=>e-t,i=({no_battery:e,actual:t})=>e-t,a=t=>e.map(e=>({start:e.start,end:e.end,value:t(e)}));return{label:d(`history.savings_label`),start:t.start,end:t.end,panes:[{height:180,layers:[{kind:`bars`,name:d(`history.possible`),colour:p.faint,opacity:.3,points:a(r)},{kind:`bars`,name:d(`history.saved`),colour:p.discharge,points:a(i)}],tick:e=>n.money(e,Number.isInteger(e)?0:2)}],spans:e,describe:a=>{let o=e[a];return{title:t.span===`year`?n.month(o.start):n.date(o.start),readings:[{name:d(`history.saved`),value:n.money(i(o)),colour:p.discharge},{name:d(`history.possible`),value:n.money(r(o)),colour:p.faint},{name:d(`history.share`),value:n.percent(o.share)},{name:d(`history.paid`),value:n.money(o.actual)}]}}}}var Z=class extends w{#e=new l(this,()=>({...this.range,span:this.period,turn:this.turn}),async({start:e,end:t,span:n})=>({period:n,rows:await this.app.service.scores({start:e,end:t})}));static{this.styles=[...w.styles,a`
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
    `]}render(){return y(this.#e.current,(e,t)=>this.#t(e,t),()=>this.#e.again())}#t({period:e,rows:n},r){if(n.length===0)return f(d(`history.no_scores_title`),d(`history.no_scores_text`));let{format:i}=this.app,a=X(n),o=Me(n,e,i),s=r?`old`:``;return t`
      <div class="grid ${s}">
        ${this.#n(d(`history.paid`),a.actual,d(`history.paid_text`,{days:i.number(a.days)}))}
        ${this.#n(d(`history.saved`),a.no_battery-a.actual,d(`history.saved_text`))}
        ${this.#n(d(`history.gained`),a.self_consumption-a.actual,d(`history.gained_text`))}
      </div>
      <section class="card ${s}">
        <h2>${d(`history.share_title`)}</h2>
        ${this.#r(a)}
        <ul class="ways">
          ${this.#i(a)}
        </ul>
      </section>
      ${e.span===`day`?C:t`<section class="card ${s}">
              <h2>${d(`history.savings_title`)}</h2>
              ${this.legend([{name:d(`history.saved`),colour:p.discharge},{name:d(`history.possible`),colour:`color-mix(in srgb, var(--secondary-text-color) 40%, transparent)`}])}
              <sigenstor-chart .spec=${Ne(o,e,i)} .format=${i}></sigenstor-chart>
              <details>
                <summary>${d(`history.by_day`)}</summary>
                <sigenstor-table .caption=${d(`history.by_day`)} .columns=${this.#a()} .rows=${n.toReversed()}></sigenstor-table>
              </details>
            </section>`}
    `}#n=(e,n,r)=>t`<section class="card"><h2>${e}</h2><p class="big">${this.app.format.money(n)}</p><p class="faint">${r}</p></section>`;#r({share:e,share_vs_self_consumption:n}){let{format:r}=this.app;if(e===null)return t`<p>${d(`history.share_none`)}</p>`;let i=n===null?``:d(`history.share_beyond`,{share:r.percent(n)});return t`
      <p class="big">${r.percent(e)}</p>
      <div class="share" aria-hidden="true"><span style="width:${Math.min(100,Math.max(0,e))}%"></span></div>
      <p class="faint">${d(`history.share_text`)} ${i}</p>
    `}#i(e){let n=[...Y.map(({key:t,name:n,text:r})=>({key:t,name:d(n),text:d(r),cost:e[t]})),{key:`actual`,name:d(`history.paid`),text:``,cost:e.actual}].sort((e,t)=>(t.cost??-1/0)-(e.cost??-1/0)),r=n.flatMap(({cost:e})=>e??[]),i=Math.min(0,...r),a=Math.max(0,...r)-i||1,o=e=>`left:${(Math.min(0,e)-i)/a*100}%;width:${Math.abs(e)/a*100}%`;return n.map(({key:e,name:n,text:r,cost:i})=>t`<li class=${e}>
        <div><span>${n}</span><span>${this.app.format.money(i)}</span></div>
        ${i===null?C:t`<div class="scale" aria-hidden="true">
                <span style="${o(i)};background:${e===`actual`?`var(--primary-color)`:p.hold}"></span>
              </div>`}
        ${this.note(i===null?d(`history.way_unknown`):r)}
      </li>`)}#a(){let{format:e}=this.app,t=(t,n)=>({heading:t,cell:t=>e.money(n(t)),numeric:!0});return[{heading:d(`history.day`),cell:({day:t})=>e.date(j(`day`,t,e).start)},{heading:d(`history.mode`),cell:({mode:e})=>S(`mode`,e)},t(d(`history.paid`),({actual:e})=>e),t(d(`history.saved`),({no_battery:e,actual:t})=>e-t),{heading:d(`history.share`),cell:t=>e.percent(t.share_vs_no_battery),numeric:!0},...Y.map(({key:e,name:n})=>t(d(n),t=>t[e]))]}};Z=_([u(`sigenstor-history-money`)],Z);var Q=[`energy`,`money`,`decisions`,`audit`],Pe={energy:`history`,money:`scores`,decisions:`decisions`,audit:`audit`},$=class extends g{constructor(...e){super(...e),this.saving=!1,this.#i=e=>this.setQuery({date:e,page:null})}static{this.styles=[h,v,a`
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
    `]}get#e(){let e=this.query.get(`span`);return j(ve(e)?e:`day`,this.query.get(`date`),this.app.format)}get#t(){return Q.find(e=>e===this.query.get(`tab`))??`energy`}render(){let{app:e}=this,n=this.#e,r=e=>e.map(e=>({value:e,label:d(`history.${e}`)}));return t`
      <header>
        <sigenstor-segments
          .label=${d(`history.what`)} .options=${r(Q)} .value=${this.#t}
          @chosen=${e=>this.setQuery({tab:e.detail,page:null},!0)}
        ></sigenstor-segments>
        <sigenstor-segments
          .label=${d(`history.span`)} .options=${r(k)} .value=${n.span}
          @chosen=${e=>this.setQuery({span:e.detail,page:null})}
        ></sigenstor-segments>
      </header>
      <div class="when">${this.#n(n)}</div>
      ${this.#r(n)}
      <sigenstor-csv-dialog
        .app=${e} .period=${n} .kind=${Pe[this.#t]} ?open=${this.saving}
        @closed=${()=>{this.saving=!1}}
      ></sigenstor-csv-dialog>
    `}#n(e){let{format:r}=this.app,i=Date.now(),a=e.start<=i&&i<e.end,o=t=>()=>this.#i(he(e,t,r).key);return t`
      <button class="icon-button" aria-label=${d(`history.previous`)} @click=${o(-1)}>${n(m)}</button>
      <button class="icon-button" aria-label=${d(`history.next`)} ?disabled=${e.end>i} @click=${o(1)}>${n(b)}</button>
      <h2 aria-live="polite">${ge(e,r,this.narrow)}</h2>
      <button class="icon-button" aria-label=${d(`history.date`)} @click=${()=>this.picker.showPicker()}>
        ${n(te)}
        <input
          type="date" tabindex="-1" aria-hidden="true" .value=${e.key} max=${r.dayKey(i)}
          @click=${e=>e.stopPropagation()} @change=${e=>this.#i(e.target.value||null)}
        />
      </button>
      <button class="button" ?disabled=${a} @click=${()=>this.#i(null)}>${d(`history.today`)}</button>
      <button class=${this.narrow?`icon-button`:`button`} aria-label=${d(`history.csv`)} @click=${()=>{this.saving=!0}}>${n(ne)}${this.narrow?C:d(`history.csv`)}</button>`}#r(e){let{app:n,query:r,narrow:i}=this;switch(this.#t){case`energy`:return t`<sigenstor-history-energy .app=${n} .query=${r} .narrow=${i} .period=${e}></sigenstor-history-energy>`;case`money`:return t`<sigenstor-history-money .app=${n} .query=${r} .narrow=${i} .period=${e}></sigenstor-history-money>`;case`decisions`:return t`<sigenstor-history-decisions .app=${n} .query=${r} .narrow=${i} .period=${e}></sigenstor-history-decisions>`;case`audit`:return t`<sigenstor-history-audit .app=${n} .query=${r} .narrow=${i} .period=${e}></sigenstor-history-audit>`}}#i};_([o()],$.prototype,`saving`,void 0),_([i(`input`)],$.prototype,`picker`,void 0),$=_([u(`sigenstor-history-view`)],$);export{$ as HistoryView};