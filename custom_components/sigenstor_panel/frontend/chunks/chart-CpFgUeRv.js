import{B as e,E as t,H as n,I as r,L as i,R as a,T as o,V as s,f as c,l,z as u}from"./core-CvKw_5zL.js";var d=36e5,f=24*d;function p(e,t,n){if(!(t>e))return[e];let r=(t-e)/Math.max(1,n),i=10**Math.floor(Math.log10(r)),a=([1,2,2.5,5,10].find(e=>e*i>=r)??10)*i,o=Math.floor(e/a+1e-9),s=Math.ceil(t/a-1e-9);return Array.from({length:s-o+1},(e,t)=>Number(((o+t)*a).toPrecision(12)))}var m=(e,t,n,r)=>{let i=t===e?0:(r-n)/(t-e);return t=>n+(t-e)*i};function h(e,t,n,r,i=56){let a=Math.max(2,Math.floor(n/i)),o=(t-e)/f;if(o>80)return b(e,t,a,r);if(o>3.5)return y(e,t,a,r);let s=[.25,.5,1,2,3,4,6,12,24].find(e=>o*24/e<=a)??24,c=[];for(let n=r.startOfDay(e);n<t;n=_(n,r))for(let i=0;i<24;i+=s){let a=v(n,i,r);a>=e&&a<=t&&a!==c.at(-1)?.at&&c.push({at:a,label:i===0?r.weekday(a):g(a,r),strong:i===0})}return c}var g=(e,t)=>t.dateParts(e,{hour:`numeric`,...t.time(e).match(/[ap]\.?m/i)?{}:{minute:`2-digit`}}),_=(e,t)=>t.startOfDay(e+26*d);function v(e,t,n){let r=e+t*d;if(_(e,n)-e===f||t===0)return r;let i=Number(new Intl.DateTimeFormat(`en`,{hour:`2-digit`,hourCycle:`h23`,timeZone:n.timeZone}).format(r));return r+(t-i-Math.round((t-i)/24)*24)*d}function y(e,t,n,r){let i=Math.max(1,Math.ceil((t-e)/f/n)),a=[],o=0;for(let n=r.startOfDay(e);n<t;n=_(n,r),o++){if(n<e||o%i)continue;let s=(t-e)/f>8;a.push({at:n,label:r.dateParts(n,s?{day:`numeric`,month:`short`}:{weekday:`short`,day:`numeric`}),strong:!1})}return a}function b(e,t,n,r){let i=Math.max(1,Math.ceil((t-e)/f/30/n)),a=[],o=0;for(let n=r.startOfDay(e);n<t;n=_(n,r))!r.dayKey(n).endsWith(`-01`)||n<e||o++%i===0&&a.push({at:n,label:r.dateParts(n,{month:`short`}),strong:!1});return a}var x=e=>Math.round(e*10)/10,S=e=>e.value!==null;function C(e){let t=e.layers.filter(e=>e.kind!==`band`).flatMap(e=>e.points.filter(S).flatMap(t=>[t.value,...w(e,t)?[t.base??0]:[]])),n=e.min??Math.min(0,...t),r=e.max??Math.max(n+1e-6,...t);if(!e.tick)return{low:n,high:r,ticks:[]};let i=p(n,r,e.tickCount??Math.max(2,Math.round(e.height/40))),a=e.min??Math.min(n,i[0]??n),o=e.max??Math.max(r,i.at(-1)??r);return{low:a,high:o,ticks:i.filter(e=>e>=a-1e-9&&e<=o+1e-9)}}var w=(e,t)=>e.kind!==`line`&&e.kind!==`step`&&t.base!==void 0,T=(e,t)=>m(t.low,t.high,e.height,0);function E(e,t,n){let r=e.kind===`step`||e.kind===`step-area`,i=[],a;for(let o of e.points){if(!S(o)){a=void 0;continue}let e=o.faint===!0,s=`${x(t(o.start))} ${x(n(o.value))}`,c=i.at(-1);if(a&&c&&c.faint===e)c.d+=`L${s}`;else{let o=a?`${x(t(r?a.end:a.start))} ${x(n(a.value))}L`:``;i.push({d:`M${o}${s}`,faint:e})}let l=i.at(-1);r&&l&&(l.d+=`H${x(t(o.end))}`),a=o}return i}function D(e,t,n){let r=e.kind===`step-area`,i=[],a=!1;for(let t of e.points){if(!S(t)){a=!1;continue}let e=i.at(-1),n=e?.at(-1);a&&e&&n&&n.faint===!0==(t.faint===!0)?e.push(t):i.push(a&&n&&!r?[{...n,faint:t.faint===!0},t]:[t]),a=!0}return i.map(e=>{let i=i=>e.flatMap(e=>r?[`${x(t(e.start))} ${x(n(i(e)))}`,`${x(t(e.end))} ${x(n(i(e)))}`]:[`${x(t(e.start))} ${x(n(i(e)))}`]),a=i(e=>e.value),o=i(e=>e.base??0).reverse();return{d:`M${[...a,...o].join(`L`)}Z`,faint:e[0]?.faint===!0}})}function O(e,t,n){let r=new Map;for(let i of e.points.filter(S)){let a=i.colour??e.colour,o=i.faint===!0,s=t(i.start),c=t(i.end),l=c-s>8?Math.min(3,(c-s)*.15):0,u=n(Math.max(i.value,i.base??0)),d=n(Math.min(i.value,i.base??0)),f=`${a}|${o}`,p=r.get(f)??{d:``,colour:a,faint:o};p.d+=`M${x(s+l/2)} ${x(u)}H${x(c-l/2)}V${x(d)}H${x(s+l/2)}Z`,r.set(f,p)}return[...r.values()]}function k(e,t){let n=0,r=e.length-1;for(;n<r;){let i=n+r+1>>1;(e[i]?.start??1/0)<=t?n=i:r=i-1}return n}var A=44,j=12,M=24,N=18,P=18,F=16,I=s`<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="1.5" height="6"></rect></pattern></defs>`,L=class extends a{constructor(...e){super(...e),this.width=0,this.#e=new ResizeObserver(([e])=>{this.width=Math.floor(e?.contentRect.width??0)}),this.#c=e=>{let t=e.currentTarget.getBoundingClientRect().left,n=m(A,this.width-j,this.spec.start,this.spec.end)(e.clientX-t);this.cursor=this.spec.spans.length>0?k(this.spec.spans,n):void 0},this.#l=e=>{e.pointerType!==`touch`&&(this.cursor=void 0)},this.#u=()=>{this.cursor!==void 0&&t(this,`chosen`,this.cursor)},this.#d=e=>{let n=this.spec.spans.length-1,r=this.cursor??this.chosen??0,i={ArrowLeft:r-1,ArrowRight:r+1,PageUp:r-12,PageDown:r+12,Home:0,End:n}[e.key];if(i!==void 0)this.cursor=Math.min(n,Math.max(0,this.cursor===void 0?r:i));else if(e.key===`Enter`)t(this,`chosen`,r);else if(e.key===`Escape`)this.cursor=void 0;else return;e.preventDefault()}}#e;static{this.styles=[c,n`
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
      .hatch {
        fill: var(--secondary-text-color);
      }
      .sign {
        fill: var(--primary-text-color);
      }
      text {
        fill: var(--secondary-text-color);
      }
      text.title {
        fill: var(--primary-text-color);
        font-weight: 500;
        font-size: 12px;
      }
      .name {
        fill: var(--secondary-text-color);
        font-weight: 400;
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
    `]}connectedCallback(){super.connectedCallback(),this.#e.observe(this)}disconnectedCallback(){super.disconnectedCallback(),this.#e.disconnect()}render(){let{spec:t,width:n}=this,r=R(t.panes),i=r.bottom+M;if(n<56)return e`<div style="height:${i}px"></div>`;let a=m(t.start,t.end,A,n-j);return e`
      <svg
        class="chart" role="img" aria-label=${t.label} width=${n} height=${i}
        @pointermove=${this.#c} @pointerdown=${this.#c} @pointerleave=${this.#l} @click=${this.#u}
      >
        ${I} ${this.#t(a,r)}
        ${this.#r(this.chosen,a,r.bottom,`chosen`)}
        ${this.#r(this.cursor,a,r.bottom,`cursor`)}
        ${r.placed.map(({pane:e,top:t})=>this.#n(e,t,a))}
        ${this.#i(a,r)}
      </svg>
      ${this.#a()} ${this.#s(a)}
    `}#t(e,{placed:t,bottom:n}){let{start:r,end:i}=this.spec,a=h(r,i,this.width-A-j,this.format);return s`${a.map(({at:r,label:i,strong:a})=>{let o=e(r),c=t.map(({pane:e,top:t})=>`M${o} ${t}v${e.height}`).join(``);return s`<path class="grid ${a?`strong`:``}" d=${c}></path>
        <text x=${Math.min(Math.max(o,A),this.width-j)} y=${n+16} text-anchor="middle" font-weight=${a?600:u}>${i}</text>`})}`}#n(e,t,n){let r=C(e),i=T(e,r);return s`<g transform="translate(0 ${t})">
      ${e.title?s`<text class="title" x=${A} y="-7">${e.title}${e.legend?z(e):u}</text>`:u}
      ${e.layers.filter(e=>e.kind===`band`).map(t=>B(t,n,e.height))}
      ${r.ticks.map(t=>s`
          <line class="grid ${t===0&&r.low<0?`strong`:``}" x1=${A} x2=${this.width-j} y1=${i(t)} y2=${i(t)}></line>
          <text x=${38} y=${i(t)+4} text-anchor="end">${e.tick?.(t)}</text>`)}
      ${e.layers.map(e=>V(e,n,i))}
    </g>`}#r(e,t,n,r){let i=e===void 0?void 0:this.spec.spans[e];return i?s`<rect class=${r} x=${t(i.start)} width=${Math.max(2,t(i.end)-t(i.start))} y="0" height=${n}></rect>`:u}#i(e,{placed:t,bottom:n}){let{now:r,start:i,end:a}=this.spec;return r===void 0||r<i||r>a?u:s`<line class="now" x1=${e(r)} x2=${e(r)} y1=${t[0]?.top??0} y2=${n}></line><circle cx=${e(r)} cy=${n} r="3.5" fill="var(--primary-color)"></circle>`}#a(){let t=this.cursor??this.chosen??0;return e`<div
      class="handle" role="slider" tabindex="0" aria-label=${this.spec.label} aria-valuemin="0"
      aria-valuemax=${Math.max(0,this.spec.spans.length-1)} aria-valuenow=${t} aria-valuetext=${this.#o(t)} @keydown=${this.#d} @blur=${this.#l}
    ></div>`}#o(e){if(!this.spec.spans[e])return``;let{title:t,readings:n,note:r}=this.spec.describe(e);return[t,...n.map(({name:e,value:t})=>`${e} ${t}`),r??``].filter(Boolean).join(`, `)}#s(t){let n=this.cursor===void 0?void 0:this.spec.spans[this.cursor];if(!n||this.cursor===void 0)return u;let{title:r,readings:i,note:a}=this.spec.describe(this.cursor),o=t((n.start+n.end)/2),s=o<this.width/2?`left:${o+14}px`:`right:${this.width-o+14}px`;return e`<div class="tip" style=${s} aria-hidden="true">
      <strong>${r}</strong>
      <dl>
        ${i.map(({name:t,value:n,colour:r})=>e`<dt>${r?e`<i style="background:${r}"></i>`:u}${t}</dt>
              <dd>${n}</dd>`)}
      </dl>
      ${a?e`<p class="note">${a}</p>`:u}
    </div>`}#c;#l;#u;#d};l([i({attribute:!1})],L.prototype,`spec`,void 0),l([i({attribute:!1})],L.prototype,`format`,void 0),l([i({attribute:!1})],L.prototype,`chosen`,void 0),l([r()],L.prototype,`cursor`,void 0),l([r()],L.prototype,`width`,void 0),L=l([o(`sigenstor-chart`)],L);function R(e){let t=0;return{placed:e.map((e,n)=>{let r=t+(n>0?N:6)+(e.title?P:0);return t=r+e.height,{pane:e,top:r}}),bottom:t}}var z=e=>e.layers.map(({name:e,colour:t})=>s`<tspan dx="12" fill=${t}>■</tspan><tspan class="name" dx="4">${e}</tspan>`);function B(e,t,n){return s`${e.points.map(({start:r,end:i,colour:a,icon:o})=>{let[c,l]=[t(r),Math.max(0,t(i)-t(r))],d=Math.min(F,n-2),f=`translate(${c+(l-d)/2} ${(n-d)/2}) scale(${d/24})`;return s`
      <rect x=${c} width=${l} y="0" height=${n} fill=${a??e.colour} opacity=${e.opacity??.12}></rect>
      ${o&&l>d?s`<path class="sign" d=${o} transform=${f}></path>`:u}`})}`}function V(e,t,n){if(e.kind===`band`)return u;let{colour:r,opacity:i=1}=e;if(e.kind===`bars`)return s`${O(e,t,n).map(e=>s`<path d=${e.d} fill=${e.colour} opacity=${e.faint?i*.45:i}></path>`)}`;let a=e.kind===`area`||e.kind===`step-area`;return s`
    ${a?D(e,t,n).map(({d:e,faint:t})=>s`<path d=${e} fill=${r} opacity=${(t?.12:.26)*i}></path>`):u}
    ${E(e,t,n).map(({d:t,faint:n})=>s`<path d=${t} fill="none" stroke=${r} stroke-width=${e.width??2} stroke-linejoin="round" stroke-dasharray=${n||e.dashed?`4 4`:u} opacity=${n?i*.7:i}></path>`)}`}