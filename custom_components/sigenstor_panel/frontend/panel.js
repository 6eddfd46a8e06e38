import{A as e,B as t,C as n,D as r,H as i,I as a,L as o,M as s,N as c,P as l,Q as u,R as d,T as f,Z as p,_ as m,a as h,b as g,c as _,f as v,g as y,h as b,j as x,l as S,m as C,nt as w,o as T,ot as E,st as D,w as O,x as k,z as A}from"./chunks/core-CvKw_5zL.js";var j=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),M=function(e,t){return new URL(e,t).href},N={},P=function(e){return e.pathname.endsWith(`.css`)},F=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},I=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=M(t,n);let r=s(t),i=P(r);return F(N,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:j,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})},L=[{path:`dashboard`,title:`dashboard.title`,icon:D,load:()=>I(()=>import(`./chunks/dashboard-view-BLYR3Pfs.js`),[],import.meta.url),draw:(e,n,r)=>t`<sigenstor-dashboard-view .app=${e} .query=${n} .narrow=${r}></sigenstor-dashboard-view>`},{path:`plan`,title:`plan.title`,icon:u,load:()=>I(()=>import(`./chunks/plan-view-x4k8fXBC.js`),[],import.meta.url),draw:(e,n,r)=>t`<sigenstor-plan-view .app=${e} .query=${n} .narrow=${r}></sigenstor-plan-view>`},{path:`schedules`,title:`schedules.title`,icon:p,load:()=>I(()=>import(`./chunks/schedules-view-Cb7u-Y5I.js`),[],import.meta.url),draw:(e,n,r)=>t`<sigenstor-schedules-view .app=${e} .query=${n} .narrow=${r}></sigenstor-schedules-view>`},{path:`history`,title:`history.title`,icon:E,load:()=>I(()=>import(`./chunks/history-view-ByHBsNKG.js`),[],import.meta.url),draw:(e,n,r)=>t`<sigenstor-history-view .app=${e} .query=${n} .narrow=${r}></sigenstor-history-view>`},{path:`settings`,title:`settings.title`,icon:w,load:()=>I(()=>import(`./chunks/settings-view-Cikc8kn2.js`),[],import.meta.url),draw:(e,n,r)=>t`<sigenstor-settings-view .app=${e} .query=${n} .narrow=${r}></sigenstor-settings-view>`}],R=5e3,z=class extends d{constructor(...e){super(...e),this.narrow=!1,this.route={prefix:`/sigenstor`,path:``},this.texts=!1,this.loaded=new Set,this.broken=``,this.search=location.search,this.#n=new r(this,()=>this.#e?.service.live),this.#i=e=>h(this.texts?m(`common.error_title`):``,this.texts?T(e):e.message,t`<button class="button" @click=${()=>void this.#l()}>${this.texts?m(`common.try_again`):`↻`}</button>`),this.#d=()=>{this.search=location.search},this.#f=e=>{e.ctrlKey||e.metaKey||e.shiftKey||e.button!==0||(e.preventDefault(),k(e.currentTarget.getAttribute(`href`)??``))},this.#p=e=>{let t=e.target.value;k(`${location.pathname}?plant=${encodeURIComponent(t)}`)},this.#m=e=>{let{changes:t,push:n}=e.detail,r=new URLSearchParams(location.search);for(let[e,n]of Object.entries(t))n===null?r.delete(e):r.set(e,n);k(`${location.pathname}${r.size?`?${r}`:``}`,!n)}}#e;#t;#n;static{this.styles=[b,v,C,i`
      :host {
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color);
        color-scheme: light;
      }
      :host([dark]) {
        color-scheme: dark;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 4;
        display: flex;
        align-items: center;
        gap: 4px 16px;
        min-height: var(--header-height, 56px);
        padding: 0 16px 0 4px;
        padding-top: env(safe-area-inset-top);
        background: var(--app-header-background-color, var(--primary-color));
        color: var(--app-header-text-color, var(--text-primary-color, #fff));
        border-bottom: var(--app-header-border-bottom, none);
      }
      h1 {
        font-size: var(--ha-font-size-xl, 20px);
        padding-inline-start: 12px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      h1:last-of-type {
        flex: 0 1 auto;
      }
      select {
        min-height: 36px;
        max-width: 40vw;
        border: 1px solid currentColor;
        border-radius: 8px;
        padding: 0 8px;
        background: transparent;
        color: inherit;
        font: inherit;
      }
      option {
        color: #212121;
        background: #fff;
      }
      nav {
        display: flex;
        align-self: stretch;
        flex: 1;
        justify-content: center;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 0 16px;
        color: inherit;
        text-decoration: none;
        opacity: 0.85;
        border-bottom: 3px solid transparent;
        border-top: 3px solid transparent;
        font-weight: var(--ha-font-weight-medium, 500);
        --icon-size: 20px;
      }
      nav a:hover {
        opacity: 1;
      }
      nav a[aria-current] {
        opacity: 1;
        border-bottom-color: currentColor;
      }
      nav a:focus-visible {
        outline-color: currentColor;
        outline-offset: -4px;
      }
      sigenstor-source-chip {
        margin-inline-start: auto;
        flex: none;
      }
      main {
        display: block;
        padding: 16px;
        max-width: 2400px;
        margin: 0 auto;
        outline: none;
      }
      :host([narrow]) header {
        padding-inline-end: 12px;
      }
      :host([narrow]) nav {
        position: fixed;
        z-index: 4;
        inset: auto 0 0 0;
        height: calc(56px + env(safe-area-inset-bottom));
        padding-bottom: env(safe-area-inset-bottom);
        background: var(--sidebar-background-color, var(--card-background-color, #fff));
        color: var(--primary-text-color);
        border-top: 1px solid var(--divider-color);
        justify-content: space-around;
      }
      :host([narrow]) nav a {
        flex: 1 1 0;
        min-width: 0;
        flex-direction: column;
        justify-content: center;
        gap: 2px;
        padding: 0 2px;
        font-size: 11px;
        border: none;
        --icon-size: 24px;
      }
      :host([narrow]) nav a[aria-current] {
        color: var(--primary-color);
      }
      :host([narrow]) main {
        padding: 8px 8px calc(72px + env(safe-area-inset-bottom));
      }
    `]}connectedCallback(){super.connectedCallback(),window.addEventListener(`location-changed`,this.#d),window.addEventListener(`popstate`,this.#d),this.addEventListener(`sigenstor-query`,this.#m),this.hass&&!this.plants&&this.#l()}disconnectedCallback(){super.disconnectedCallback(),window.removeEventListener(`location-changed`,this.#d),window.removeEventListener(`popstate`,this.#d),this.removeEventListener(`sigenstor-query`,this.#m),clearTimeout(this.#t)}willUpdate(e){let t=e.get(`hass`);e.has(`hass`)&&t?.language!==this.hass.language&&this.#l(),e.has(`hass`)&&(this.style.colorScheme=this.hass.themes?.darkMode?`dark`:`light`),e.has(`route`)&&(this.search=location.search),this.toggleAttribute(`dark`,this.hass?.themes?.darkMode===!0),this.#e=this.#c(),this.#u(this.#o)}render(){if(!this.texts)return this.error?this.#i(this.error):t`<main>${_()}</main>`;let e=this.#n.current,r=this.#e;return t`
      <header>
        ${g(this.hass,this.narrow,m(`common.menu`))}
        <h1>${m(`common.panel_title`)}</h1>
        ${this.#a()}
        <nav aria-label=${m(`common.pages`)}>
          ${L.map(e=>t`<a href=${this.#s(e.path)} aria-current=${e===this.#o?`page`:A} @click=${this.#f}>${n(e.icon)}<span>${m(e.title)}</span></a>`)}
        </nav>
        ${r?t`<sigenstor-source-chip .remote=${e} .format=${r.format} .compact=${this.narrow}></sigenstor-source-chip>`:A}
      </header>
      ${r?t`<sigenstor-alarm .app=${r} .control=${s(e)?.control??null}></sigenstor-alarm>`:A}
      <main>${this.#r(r)}</main>
    `}#r(e){let n=this.#o;return this.error&&!this.plants?this.#i(this.error):this.plants?.length===0?h(m(`common.no_plant_title`),m(`common.no_plant_text`)):this.broken===n.path?h(m(`common.error_title`),m(`common.page_broken`),t`<button class="button" @click=${()=>location.reload()}>${m(`common.reload`)}</button>`):!e||!this.loaded.has(n.path)?_():n.draw(e,new URLSearchParams(this.search),this.narrow)}#i;#a(){return!this.plants||this.plants.length<2?A:t`<select aria-label=${m(`common.plant`)} @change=${this.#p}>
      ${this.plants.map(e=>t`<option value=${e.entry_id} ?selected=${e.entry_id===this.#e?.plant.entry_id}>${e.title}</option>`)}
    </select>`}get#o(){let e=this.route.path.split(`/`)[1];return L.find(t=>t.path===e)??L[0]}#s(e){let t=new URLSearchParams(this.search).get(`plant`);return`${this.route.prefix}/${e}${t?`?plant=${encodeURIComponent(t)}`:``}`}#c(){let e=new URLSearchParams(this.search).get(`plant`),t=this.plants?.find(({entry_id:t})=>t===e)??this.plants?.[0];if(!t||!this.hass)return;let n=x(this.hass,t),r=this.hass.user?.is_admin??!1,i=this.#e;return i?.service===n&&i.isAdmin===r&&i.format.locale===this.hass.locale?i:{hass:()=>this.hass,plant:t,service:n,isAdmin:r,format:O.of(this.hass,t.currency)}}async#l(){clearTimeout(this.#t);try{await y(this.hass),this.texts=!0,this.requestUpdate(),this.plants=await e(this.hass),this.error=void 0}catch(e){this.error=c(e),this.isConnected&&l(this.error)&&(this.#t=setTimeout(()=>void this.#l(),R))}}async#u(e){if(!this.loaded.has(e.path))try{await e.load(),this.loaded=new Set([...this.loaded,e.path])}catch{this.broken=e.path}}#d;#f;#p;#m};S([o({attribute:!1,hasChanged:B})],z.prototype,`hass`,void 0),S([o({type:Boolean,reflect:!0})],z.prototype,`narrow`,void 0),S([o({attribute:!1})],z.prototype,`route`,void 0),S([o({attribute:!1})],z.prototype,`panel`,void 0),S([a()],z.prototype,`texts`,void 0),S([a()],z.prototype,`plants`,void 0),S([a()],z.prototype,`error`,void 0),S([a()],z.prototype,`loaded`,void 0),S([a()],z.prototype,`broken`,void 0),S([a()],z.prototype,`search`,void 0),z=S([f(`sigenstor-panel`)],z);function B(e,t){return e?.locale!==t?.locale||e?.language!==t?.language||e?.user!==t?.user||e?.themes?.darkMode!==t?.themes?.darkMode||e?.connection!==t?.connection||e?.connected!==t?.connected||e?.themes?.darkMode!==t?.themes?.darkMode}export{z as SigenstorPanel};