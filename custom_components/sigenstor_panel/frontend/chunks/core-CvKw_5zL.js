var e=`M13 13H11V7H13M11 15H13V17H11M15.73 3H8.27L3 8.27V15.73L8.27 21H15.73L21 15.73V8.27L15.73 3Z`,t=`M8.27,3L3,8.27V15.73L8.27,21H15.73C17.5,19.24 21,15.73 21,15.73V8.27L15.73,3M9.1,5H14.9L19,9.1V14.9L14.9,19H9.1L5,14.9V9.1M11,15H13V17H11V15M11,7H13V13H11V7`,n=`M12,2L1,21H23M12,6L19.53,19H4.47M11,10V14H13V10M11,16V18H13V16`,r=`M9,4H15V12H19.84L12,19.84L4.16,12H9V4Z`,i=`M15,20H9V12H4.16L12,4.16L19.84,12H15V20Z`,a=`M13.54 22H7.33C6.6 22 6 21.4 6 20.67V5.33C6 4.6 6.6 4 7.33 4H9V2H15V4H16.67C17.4 4 18 4.6 18 5.33V12C17.3 12 16.63 12.13 16 12.35V6H8V20H12.35C12.61 20.75 13 21.42 13.54 22M14.94 18.5L17.94 21.5L20.94 18.5H18.94V14.5H16.94V18.5H14.94`,o=`M13.54 22H7.33C6.6 22 6 21.4 6 20.67V5.33C6 4.6 6.6 4 7.33 4H9V2H15V4H16.67C17.4 4 18 4.6 18 5.33V12C17.3 12 16.63 12.13 16 12.35V6H8V20H12.35C12.61 20.75 13 21.42 13.54 22M20.94 17.5L17.94 14.5L14.94 17.5H16.94V21.5H18.94V17.5H20.94`,s=`M19,19H5V8H19M16,1V3H8V1H6V3H5C3.89,3 3,3.89 3,5V19A2,2 0 0,0 5,21H19A2,2 0 0,0 21,19V5C21,3.89 20.1,3 19,3H18V1M17,12H12V17H17V12Z`,c=`M15,13H16.5V15.82L18.94,17.23L18.19,18.53L15,16.69V13M19,8H5V19H9.67C9.24,18.09 9,17.07 9,16A7,7 0 0,1 16,9C17.07,9 18.09,9.24 19,9.67V8M5,21C3.89,21 3,20.1 3,19V5C3,3.89 3.89,3 5,3H6V1H8V3H16V1H18V3H19A2,2 0 0,1 21,5V11.1C22.24,12.36 23,14.09 23,16A7,7 0 0,1 16,23C14.09,23 12.36,22.24 11.1,21H5M16,11.15A4.85,4.85 0 0,0 11.15,16C11.15,18.68 13.32,20.85 16,20.85A4.85,4.85 0 0,0 20.85,16C20.85,13.32 18.68,11.15 16,11.15Z`,l=`M3,14L3.5,14.07L8.07,9.5C7.89,8.85 8.06,8.11 8.59,7.59C9.37,6.8 10.63,6.8 11.41,7.59C11.94,8.11 12.11,8.85 11.93,9.5L14.5,12.07L15,12C15.18,12 15.35,12 15.5,12.07L19.07,8.5C19,8.35 19,8.18 19,8A2,2 0 0,1 21,6A2,2 0 0,1 23,8A2,2 0 0,1 21,10C20.82,10 20.65,10 20.5,9.93L16.93,13.5C17,13.65 17,13.82 17,14A2,2 0 0,1 15,16A2,2 0 0,1 13,14L13.07,13.5L10.5,10.93C10.18,11 9.82,11 9.5,10.93L4.93,15.5L5,16A2,2 0 0,1 3,18A2,2 0 0,1 1,16A2,2 0 0,1 3,14Z`,u=`M7.41,8.58L12,13.17L16.59,8.58L18,10L12,16L6,10L7.41,8.58Z`,d=`M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z`,f=`M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z`,p=`M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z`,m=`M19,21H8V7H19M19,5H8A2,2 0 0,0 6,7V21A2,2 0 0,0 8,23H19A2,2 0 0,0 21,21V7A2,2 0 0,0 19,5M16,1H4A2,2 0 0,0 2,3V17H4V3H16V1Z`,ee=`M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19M8,9H16V19H8V9M15.5,4L14.5,3H9.5L8.5,4H5V6H19V4H15.5Z`,te=`M20.84 22.73L19.17 21.06C17.7 22.85 15.5 24 13 24C9.74 24 6.81 22 5.6 19L2.57 11.37C2.26 10.58 3 9.79 3.81 10.05L4.6 10.31C5.16 10.5 5.62 10.92 5.84 11.47L7.25 15H8V9.89L1.11 3L2.39 1.73L22.11 21.46L20.84 22.73M14 1.25C14 .56 13.44 0 12.75 0S11.5 .56 11.5 1.25V8.3L14 10.8V1.25M21 16V5.75C21 5.06 20.44 4.5 19.75 4.5S18.5 5.06 18.5 5.75V12H17.5V2.75C17.5 2.06 16.94 1.5 16.25 1.5S15 2.06 15 2.75V11.8L20.83 17.63C20.94 17.11 21 16.56 21 16M10.5 3.25C10.5 2.56 9.94 2 9.25 2S8 2.56 8 3.25V4.8L10.5 7.3V3.25Z`,ne=`M21 7C21 5.62 19.88 4.5 18.5 4.5C18.33 4.5 18.16 4.5 18 4.55V4C18 2.62 16.88 1.5 15.5 1.5C15.27 1.5 15.04 1.53 14.83 1.59C14.46 .66 13.56 0 12.5 0C11.27 0 10.25 .89 10.04 2.06C9.87 2 9.69 2 9.5 2C8.12 2 7 3.12 7 4.5V10.39C6.66 10.08 6.24 9.85 5.78 9.73L5 9.5C4.18 9.29 3.31 9.61 2.82 10.35C2.44 10.92 2.42 11.66 2.67 12.3L5.23 18.73C6.5 21.91 9.57 24 13 24C17.42 24 21 20.42 21 16V7M19 16C19 19.31 16.31 22 13 22C10.39 22 8.05 20.41 7.09 18L4.5 11.45L5 11.59C5.5 11.71 5.85 12.05 6 12.5L7 15H9V4.5C9 4.22 9.22 4 9.5 4S10 4.22 10 4.5V12H12V2.5C12 2.22 12.22 2 12.5 2S13 2.22 13 2.5V12H15V4C15 3.72 15.22 3.5 15.5 3.5S16 3.72 16 4V12H18V7C18 6.72 18.22 6.5 18.5 6.5S19 6.72 19 7V16Z`,re=`M13.5,8H12V13L16.28,15.54L17,14.33L13.5,12.25V8M13,3A9,9 0 0,0 4,12H1L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3`,ie=`M12 20L5 20V12H2L12 3L14.78 5.5H14V7.17C12.84 7.58 12 8.7 12 10V20M15 9H16V7.5H20V9H21C21.55 9 22 9.45 22 10V21C22 21.55 21.55 22 21 22H15C14.45 22 14 21.55 14 21V10C14 9.45 14.45 9 15 9M16 11V14H20V11H16Z`,ae=`M12 3L2 12H5V20H19V12H22L12 3M11.5 18V14H9L12.5 7V11H15L11.5 18Z`,oe=`M12 5.69L17 10.19V18H15V12H9V18H7V10.19L12 5.69M12 3L2 12H5V20H11V14H13V20H19V12H22`,se=`M11,9H13V7H11M12,20C7.59,20 4,16.41 4,12C4,7.59 7.59,4 12,4C16.41,4 20,7.59 20,12C20,16.41 16.41,20 12,20M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M11,17H13V11H11V17Z`,ce=`M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M3.88,13.46L2.46,14.88L4.59,17L2.46,19.12L3.88,20.54L6,18.41L8.12,20.54L9.54,19.12L7.41,17L9.54,14.88L8.12,13.46L6,15.59L3.88,13.46M14,15H20V19H14V15Z`,le=`M14,19H18V5H14M6,19H10V5H6V19Z`,ue=`M13,16V8H15V16H13M9,16V8H11V16H9M12,2A10,10 0 0,1 22,12A10,10 0 0,1 12,22A10,10 0 0,1 2,12A10,10 0 0,1 12,2M12,4A8,8 0 0,0 4,12A8,8 0 0,0 12,20A8,8 0 0,0 20,12A8,8 0 0,0 12,4Z`,de=`M14.06,9L15,9.94L5.92,19H5V18.08L14.06,9M17.66,3C17.41,3 17.15,3.1 16.96,3.29L15.13,5.12L18.88,8.87L20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18.17,3.09 17.92,3 17.66,3M14.06,6.19L3,17.25V21H6.75L17.81,9.94L14.06,6.19Z`,fe=`M19,13H13V19H11V13H5V11H11V5H13V11H19V13Z`,pe=`M18.73,18C15.4,21.69 9.71,22 6,18.64C2.33,15.31 2.04,9.62 5.37,5.93C6.9,4.25 9,3.2 11.27,3C7.96,6.7 8.27,12.39 12,15.71C13.63,17.19 15.78,18 18,18C18.25,18 18.5,18 18.73,18Z`,me=`M8.28,5.45L6.5,4.55L7.76,2H16.23L17.5,4.55L15.72,5.44L15,4H9L8.28,5.45M18.62,8H14.09L13.3,5H10.7L9.91,8H5.38L4.1,10.55L5.89,11.44L6.62,10H17.38L18.1,11.45L19.89,10.56L18.62,8M17.77,22H15.7L15.46,21.1L12,15.9L8.53,21.1L8.3,22H6.23L9.12,11H11.19L10.83,12.35L12,14.1L13.16,12.35L12.81,11H14.88L17.77,22M11.4,15L10.5,13.65L9.32,18.13L11.4,15M14.68,18.12L13.5,13.64L12.6,15L14.68,18.12Z`,he=`M2 12H4V17H20V12H22V17C22 18.11 21.11 19 20 19H4C2.9 19 2 18.11 2 17V12M12 15L17.55 9.54L16.13 8.13L13 11.25V2H11V11.25L7.88 8.13L6.46 9.55L12 15Z`,ge=`M3.55 19.09L4.96 20.5L6.76 18.71L5.34 17.29M12 6C8.69 6 6 8.69 6 12S8.69 18 12 18 18 15.31 18 12C18 8.68 15.31 6 12 6M20 13H23V11H20M17.24 18.71L19.04 20.5L20.45 19.09L18.66 17.29M20.45 5L19.04 3.6L17.24 5.39L18.66 6.81M13 1H11V4H13M6.76 5.39L4.96 3.6L3.55 5L5.34 6.81L6.76 5.39M1 13H4V11H1M13 20H11V23H13`,h=globalThis,_e=h.ShadowRoot&&(h.ShadyCSS===void 0||h.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,ve=Symbol(),ye=new WeakMap,be=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==ve)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(_e&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=ye.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&ye.set(t,e))}return e}toString(){return this.cssText}},xe=e=>new be(typeof e==`string`?e:e+``,void 0,ve),g=(e,...t)=>new be(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,ve),Se=(e,t)=>{if(_e)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=h.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},Ce=_e?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return xe(t)})(e):e,{is:we,defineProperty:Te,getOwnPropertyDescriptor:Ee,getOwnPropertyNames:De,getOwnPropertySymbols:Oe,getPrototypeOf:ke}=Object,Ae=globalThis,je=Ae.trustedTypes,Me=je?je.emptyScript:``,Ne=Ae.reactiveElementPolyfillSupport,_=(e,t)=>e,Pe={toAttribute(e,t){switch(t){case Boolean:e=e?Me:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},Fe=(e,t)=>!we(e,t),Ie={attribute:!0,type:String,converter:Pe,reflect:!1,useDefault:!1,hasChanged:Fe};Symbol.metadata??=Symbol(`metadata`),Ae.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=Ie){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&Te(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=Ee(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??Ie}static _$Ei(){if(this.hasOwnProperty(_(`elementProperties`)))return;let e=ke(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(_(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(_(`properties`))){let e=this.properties,t=[...De(e),...Oe(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(Ce(e))}else e!==void 0&&t.push(Ce(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return Se(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?Pe:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?Pe:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??Fe)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[_(`elementProperties`)]=new Map,v[_(`finalized`)]=new Map,Ne?.({ReactiveElement:v}),(Ae.reactiveElementVersions??=[]).push(`2.1.2`);var Le=globalThis,Re=e=>e,ze=Le.trustedTypes,Be=ze?ze.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,Ve=`$lit$`,y=`lit$${Math.random().toFixed(9).slice(2)}$`,He=`?`+y,Ue=`<${He}>`,b=document,x=()=>b.createComment(``),S=e=>e===null||typeof e!=`object`&&typeof e!=`function`,We=Array.isArray,Ge=e=>We(e)||typeof e?.[Symbol.iterator]==`function`,Ke=`[ 	
\f\r]`,C=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,qe=/-->/g,Je=/>/g,w=RegExp(`>|${Ke}(?:([^\\s"'>=/]+)(${Ke}*=${Ke}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),Ye=/'/g,Xe=/"/g,Ze=/^(?:script|style|textarea|title)$/i,Qe=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),T=Qe(1),$e=Qe(2),E=Symbol.for(`lit-noChange`),D=Symbol.for(`lit-nothing`),et=new WeakMap,O=b.createTreeWalker(b,129);function tt(e,t){if(!We(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return Be===void 0?t:Be.createHTML(t)}var nt=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=C;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===C?c[1]===`!--`?o=qe:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=w):(Ze.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=w):o=Je:o===w?c[0]===`>`?(o=i??C,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?w:c[3]===`"`?Xe:Ye):o===Xe||o===Ye?o=w:o===qe||o===Je?o=C:(o=w,i=void 0);let d=o===w&&e[t+1].startsWith(`/>`)?` `:``;a+=o===C?n+Ue:l>=0?(r.push(s),n.slice(0,l)+Ve+n.slice(l)+y+d):n+y+(l===-2?t:d)}return[tt(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},rt=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=nt(t,n);if(this.el=e.createElement(l,r),O.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=O.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(Ve)){let t=u[o++],n=i.getAttribute(e).split(y),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?at:r[1]===`?`?ot:r[1]===`@`?st:j}),i.removeAttribute(e)}else e.startsWith(y)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(Ze.test(i.tagName)){let e=i.textContent.split(y),t=e.length-1;if(t>0){i.textContent=ze?ze.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],x()),O.nextNode(),c.push({type:2,index:++a});i.append(e[t],x())}}}else if(i.nodeType===8){if(i.data===He)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(y,e+1))!==-1;)c.push({type:7,index:a}),e+=y.length-1}}a++}}static createElement(e,t){let n=b.createElement(`template`);return n.innerHTML=e,n}};function k(e,t,n=e,r){if(t===E)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=S(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=k(e,i._$AS(e,t.values),i,r)),t}var it=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??b).importNode(t,!0);O.currentNode=r;let i=O.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new A(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new ct(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=O.nextNode(),a++)}return O.currentNode=b,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},A=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=D,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=k(this,e,t),S(e)?e===D||e==null||e===``?(this._$AH!==D&&this._$AR(),this._$AH=D):e!==this._$AH&&e!==E&&this._(e):e._$litType$===void 0?e.nodeType===void 0?Ge(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==D&&S(this._$AH)?this._$AA.nextSibling.data=e:this.T(b.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=rt.createElement(tt(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new it(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=et.get(e.strings);return t===void 0&&et.set(e.strings,t=new rt(e)),t}k(t){We(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(x()),this.O(x()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=Re(e).nextSibling;Re(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},j=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=D,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=D}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=k(this,e,t,0),a=!S(e)||e!==this._$AH&&e!==E,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=k(this,r[n+o],t,o),s===E&&(s=this._$AH[o]),a||=!S(s)||s!==this._$AH[o],s===D?e=D:e!==D&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===D?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},at=class extends j{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===D?void 0:e}},ot=class extends j{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==D)}},st=class extends j{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=k(this,e,t,0)??D)===E)return;let n=this._$AH,r=e===D&&n!==D||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==D&&(n===D||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},ct=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){k(this,e)}},lt={M:Ve,P:y,A:He,C:1,L:nt,R:it,D:Ge,V:k,I:A,H:j,N:ot,U:st,B:at,F:ct},ut=Le.litHtmlPolyfillSupport;ut?.(rt,A),(Le.litHtmlVersions??=[]).push(`3.3.3`);var dt=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new A(t.insertBefore(x(),e),e,void 0,n??{})}return i._$AI(e),i},ft=globalThis,M=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=dt(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return E}};M._$litElement$=!0,M.finalized=!0,ft.litElementHydrateSupport?.({LitElement:M});var pt=ft.litElementPolyfillSupport;pt?.({LitElement:M}),(ft.litElementVersions??=[]).push(`4.2.2`);var mt={attribute:!0,type:String,converter:Pe,reflect:!1,hasChanged:Fe},ht=(e=mt,t,n)=>{let{kind:r,metadata:i}=n,a=globalThis.litPropertyMetadata.get(i);if(a===void 0&&globalThis.litPropertyMetadata.set(i,a=new Map),r===`setter`&&((e=Object.create(e)).wrapped=!0),a.set(n.name,e),r===`accessor`){let{name:r}=n;return{set(n){let i=t.get.call(this);t.set.call(this,n),this.requestUpdate(r,i,e,!0,n)},init(t){return t!==void 0&&this.C(r,void 0,e,t),t}}}if(r===`setter`){let{name:r}=n;return function(n){let i=this[r];t.call(this,n),this.requestUpdate(r,i,e,!0,n)}}throw Error(`Unsupported decorator location: `+r)};function N(e){return(t,n)=>typeof n==`object`?ht(e,t,n):((e,t,n)=>{let r=t.hasOwnProperty(n);return t.constructor.createProperty(n,e),r?Object.getOwnPropertyDescriptor(t,n):void 0})(e,t,n)}function gt(e){return N({...e,state:!0,attribute:!1})}var _t=(e,t,n)=>(n.configurable=!0,n.enumerable=!0,Reflect.decorate&&typeof t!=`object`&&Object.defineProperty(e,t,n),n);function vt(e,t){return(n,r,i)=>{let a=t=>t.renderRoot?.querySelector(e)??null;if(t){let{get:e,set:t}=typeof r==`object`?n:i??(()=>{let e=Symbol();return{get(){return this[e]},set(t){this[e]=t}}})();return _t(n,r,{get(){let n=e.call(this);return n===void 0&&(n=a(this),(n!==null||this.hasUpdated)&&t.call(this,n)),n}})}return _t(n,r,{get(){return a(this)}})}}var P=class extends Error{constructor(e,t){super(t),this.code=e,this.name=`ApiError`}},yt=e=>[`unknown_command`,`connection_lost`,`not_loaded`,`timeout`].includes(e.code),bt=3,F=e=>{if(e instanceof P)return e;if(e===bt)return new P(`connection_lost`,``);if(typeof e==`object`&&e){let{code:t,message:n,body:r}=e,i=r?.message??(typeof n==`string`?n:``);return t===bt?new P(`connection_lost`,i):new P(typeof t==`string`?t:`unknown`,i)}return new P(`unknown`,typeof e==`string`?e:``)},xt={state:`loading`},St=(e,t=!1)=>({state:`ready`,value:e,stale:t}),Ct=e=>({state:`error`,error:e}),wt=e=>e.state===`ready`?e.value:void 0,Tt=500,Et=1e4,Dt=class{#e;#t;#n;#r;#i;constructor(e,t,n){this.connection=e,this.message=t,this.pick=n,this.current=xt,this.#e=new Set,this.#r=Tt,this.#i=0,this.#s=()=>{this.#t=void 0,clearTimeout(this.#n),this.#r=Tt,this.#a()},this.#c=()=>{this.#t=void 0,this.current.state===`ready`&&this.#u({...this.current,stale:!0})}}subscribe(e){return this.#e.add(e),this.#e.size===1&&(this.connection.addEventListener(`ready`,this.#s),this.connection.addEventListener(`disconnected`,this.#c),this.#a()),()=>{this.#e.delete(e)&&this.#e.size===0&&this.#l()}}async#a(){let e=++this.#i;try{let t=await this.connection.subscribeMessage(t=>{e===this.#i&&this.#u(St(this.pick(t)))},this.message,{resubscribe:!1});if(e!==this.#i)return void Ot(t);this.#t=t,this.#r=Tt}catch(t){e===this.#i&&this.#o(t)}}#o(e){let t=F(e);yt(t)||this.#u(Ct(t)),this.#n=setTimeout(()=>void this.#a(),this.#r),this.#r=Math.min(this.#r*2,Et)}#s;#c;#l(){this.#i++,clearTimeout(this.#n),this.connection.removeEventListener(`ready`,this.#s),this.connection.removeEventListener(`disconnected`,this.#c),this.#t&&Ot(this.#t),this.#t=void 0}#u(e){this.current=e;for(let e of[...this.#e])e()}},Ot=e=>void Promise.resolve(e()).catch(()=>void 0),I=`sigenstor_panel`,kt=class{constructor(e,t){this.hass=e,this.plant=t,this.whatIf=e=>this.#n(`plan/what_if`,e),this.applyPlan=e=>this.#n(`plan/apply`,e),this.schedules=async()=>(await this.#n(`schedules/list`)).schedules,this.setSchedule=e=>this.#n(`schedules/set`,{schedule:e}),this.deleteSchedule=e=>this.#n(`schedules/delete`,{schedule_id:e}),this.decisions=e=>this.#n(`decisions/query`,e),this.audit=e=>this.#n(`audit/query`,e),this.history=e=>this.#n(`history/query`,e),this.scores=async e=>(await this.#n(`scores/query`,e)).rows,this.override=(e,{minutes:t,...n})=>this.#e(e,{...n,...t?{duration:{minutes:t}}:{}}),this.clearOverride=()=>this.#e(`clear_override`),this.emergencyStop=()=>this.#e(`emergency_stop`),this.clearEmergencyStop=()=>this.#e(`clear_emergency_stop`),this.#t=(e,t={})=>({type:`${I}/${e}`,entry_id:this.plant.entry_id,...t}),this.#n=(e,t={})=>this.#r(this.#t(e,t)),this.#r=e=>this.#i(this.hass().callWS(e));let{connection:n}=e();this.live=new Dt(n,this.#t(`live/subscribe`),e=>e.live),this.plan=new Dt(n,this.#t(`plan/subscribe`),e=>e.plan)}async csvUrl(e,t){let n=`/api/${I}/${e}.csv?${new URLSearchParams({entry_id:this.plant.entry_id,...t})}`;return(await this.#r({type:`auth/sign_path`,path:n})).path}async setMode(e){let t=this.plant.entities.control_mode;if(!t)throw F({code:`not_found`,message:``});await this.#i(this.hass().callService(`select`,`select_option`,{option:e},{entity_id:t},!1))}#e(e,t={}){let n={...t,config_entry_id:this.plant.entry_id};return this.#i(this.hass().callService(I,e,n,void 0,!1))}#t;#n;#r;async#i(e){try{return await e}catch(e){throw F(e)}}};async function At(e){try{return(await e.callWS({type:`${I}/plants`})).plants}catch(e){throw F(e)}}var jt=new WeakMap;function Mt(e,t){let n=jt.get(e.connection)??new Map;jt.set(e.connection,n);let r=JSON.stringify(t),i=n.get(r)??new kt(()=>e,t);return n.set(r,i),i}var Nt=class{#e;#t;constructor(e,t){this.host=e,this.choose=t,e.addController(this)}get current(){return this.#e?.current??xt}hostConnected(){this.#n()}hostUpdate(){this.#n()}hostDisconnected(){this.#t?.(),this.#t=void 0,this.#e=void 0}#n(){let e=this.choose();e!==this.#e&&(this.#t?.(),this.#e=e,this.#t=e?.subscribe(()=>this.host.requestUpdate()))}},Pt=class{#e;#t;constructor(e,t,n){this.host=e,this.question=t,this.answer=n,this.current=xt,this.busy=!1,this.#t=0,e.addController(this)}hostUpdate(){let e=this.question(),t=JSON.stringify(e);t!==this.#e&&(this.#e=t,this.#n(e))}hostDisconnected(){this.#t++,this.#e=void 0}again(){this.#e=void 0,this.host.requestUpdate()}async#n(e){let t=++this.#t;this.busy=!0,this.current.state===`ready`&&(this.current={...this.current,stale:!0});let n;try{n=St(await this.answer(e))}catch(e){n=Ct(F(e))}t===this.#t&&(this.busy=!1,this.current=n,this.host.requestUpdate())}},Ft=class{#e;constructor(e,t){this.host=e,this.everyMs=t,e.addController(this)}hostConnected(){this.#e=setInterval(()=>{document.hidden||this.host.requestUpdate()},this.everyMs)}hostDisconnected(){clearInterval(this.#e)}},L=e=>t=>{customElements.get(e)||customElements.define(e,t)},R=(e,t,n)=>e.dispatchEvent(new CustomEvent(t,{detail:n,bubbles:!0,composed:!0})),z=6e4,It={AUD:`c`,NZD:`c`,USD:`¢`,CAD:`¢`,EUR:`ct`,GBP:`p`},B=`–`,V=`\xA0`,Lt={comma_decimal:`en-US`,decimal_comma:`de`,space_comma:`fr`,quote_decimal:`de-CH`,system:void 0},Rt={DMY:`en-GB`,MDY:`en-US`,YMD:`en-CA`,system:void 0},zt=class e{#e;#t;#n;#r=new Map;constructor(e,t,n){this.locale=e,this.currency=n,this.timeZone=e.time_zone===`server`?t:Intl.DateTimeFormat().resolvedOptions().timeZone,this.#e=e.number_format in Lt?Lt[e.number_format]:e.language,this.#t=new Intl.DateTimeFormat(`en-CA`,{timeZone:this.timeZone,year:`numeric`,month:`2-digit`,day:`2-digit`}),this.#n=e.time_format===`12`||e.time_format!==`24`&&void 0}static of(t,n=t.config.currency){return new e(t.locale,t.config.time_zone,n)}number(e,t=0,n=t){if(e==null||!Number.isFinite(e))return B;let r=Number(e.toFixed(t))||0;return this.#i({maximumFractionDigits:t,minimumFractionDigits:n}).format(r)}power(e){if(e==null)return B;let t=Math.abs(e);return t<1e3?`${this.number(t<100?e:Math.round(e/10)*10)}${V}W`:`${this.number(e/1e3,+(t<99950))}${V}kW`}energy(e){if(e==null)return B;let t=Math.abs(e);return t>=1e3?`${this.number(e/1e3,1)}${V}MWh`:`${this.number(e,+(t<99.95))}${V}kWh`}percent(e,t=0){return e==null?B:`${this.number(e,t)}${V}%`}temperature(e){return e==null?B:`${this.number(e)}${V}°C`}money(e,t=2){if(e==null)return B;let n={style:`currency`,currency:this.currency,currencyDisplay:`narrowSymbol`},r=Number(e.toFixed(t))||0;return this.#i({...n,maximumFractionDigits:t,minimumFractionDigits:t}).format(r)}price(e,t=!0){if(e==null)return B;let n=It[this.currency];if(!n)return`${this.number(e,2)}${t?`${V}${this.currency}`:``}`;let r=this.number(e*100,+(Math.abs(e)<.1));return t?`${r}${V}${n}`:r}priceTick(e){return It[this.currency]?this.number(e*100):this.number(e,2)}get priceUnit(){return`${It[this.currency]??this.currency}/kWh`}time(e){return this.#a({hour:`numeric`,minute:`2-digit`}).format(new Date(e))}date(e){return this.#a({weekday:`short`,day:`numeric`,month:`short`}).format(new Date(e))}dateTime(e){return this.#a({weekday:`short`,day:`numeric`,month:`short`,hour:`numeric`,minute:`2-digit`}).format(new Date(e))}fullDate(e){return this.#a({year:`numeric`,month:`numeric`,day:`numeric`}).format(new Date(e))}month(e){return this.#a({month:`long`,year:`numeric`}).format(new Date(e))}weekday(e,t=`short`){return this.#a({weekday:t}).format(new Date(e))}dateParts(e,t){return this.#a(t).format(new Date(e))}soon(e,t=Date.now()){return this.dayKey(e)===this.dayKey(t)?this.time(e):`${this.weekday(e)} ${this.time(e)}`}dayKey(e){return this.#t.format(new Date(e))}duration(e){if(e==null||!Number.isFinite(e))return B;let t=Math.round(e*60),n=(e,t)=>this.#i({style:`unit`,unit:t,unitDisplay:`short`},this.locale.language).format(e);if(t<60)return n(t,`minute`);let r=t%60,i=n(Math.floor(t/60),`hour`);return r===0||t>=1440?i:`${i} ${n(r,`minute`)}`}relative(e,t=Date.now(),n=`long`){let r=(new Date(e).getTime()-t)/1e3,i=Math.abs(r),[a,o]=i<60?[r,`second`]:i<3600?[r/60,`minute`]:i<86400?[r/3600,`hour`]:[r/86400,`day`];return new Intl.RelativeTimeFormat(this.locale.language,{numeric:`auto`,style:n}).format(Math.round(a),o)}startOfDay(e){let t=this.dayKey(e),n=new Date(e).getTime()-1560*z,r=new Date(e).getTime();for(;r-n>z;){let e=Math.floor((n+r)/2/z)*z;if(e<=n)break;this.dayKey(e)<t?n=e:r=e}return Math.floor(r/z)*z}#i(e,t=this.#e){let n={...e,useGrouping:this.locale.number_format!==`none`};return this.#o(`n${t}${JSON.stringify(n)}`,()=>new Intl.NumberFormat(t,n))}#a(e){let t=e.month===`numeric`&&this.locale.date_format in Rt?Rt[this.locale.date_format]:this.locale.language,n={...e,timeZone:this.timeZone,...this.#n===void 0?{}:{hour12:this.#n}},r=this.#n===!1?{...n,hour12:void 0,hourCycle:`h23`}:n;return this.#o(`d${t}${JSON.stringify(r)}`,()=>new Intl.DateTimeFormat(t,r))}#o(e,t){let n=this.#r.get(e)??t();return this.#r.set(e,n),n}},H=(e,t)=>T`<svg class="icon" viewBox="0 0 24 24" role=${t?`img`:D} aria-label=${t??D} aria-hidden=${t?D:`true`}>${$e`<path d=${e}></path>`}</svg>`,Bt=e=>customElements.get(e)!==void 0,Vt=(e,t,n)=>Bt(`ha-menu-button`)?T`<ha-menu-button .hass=${e} .narrow=${t}></ha-menu-button>`:t?T`<button class="icon-button" aria-label=${n} @click=${Ht}>${H(`M3,6H21V8H3V6M3,11H21V13H3V11M3,16H21V18H3V16Z`)}</button>`:D,Ht=e=>R(e.currentTarget,`hass-toggle-menu`),Ut=(e,t)=>R(e,`hass-notification`,{message:t}),Wt=(e,t=!1)=>{history[t?`replaceState`:`pushState`](null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:t}}))},Gt=e=>{let t=document.createElement(`a`);t.href=e,t.download=``,t.rel=`noopener`,document.body.append(t),t.click(),t.remove()},Kt=`sigenstor_panel`,qt=()=>``,Jt,Yt;function Xt(e){return Jt===e.language&&Yt||(Jt=e.language,Yt=e.loadBackendTranslation(`config_panel`,Kt).then(e=>{qt=e},e=>{throw Yt=void 0,e})),Yt}var U=(e,t)=>qt(`component.${Kt}.config_panel.${e}`,t),Zt=(e,t)=>U(`word.${e}_${t}`),W={sun:`var(--energy-solar-color, #ff9800)`,battery:`var(--energy-battery-out-color, #4db6ac)`,charge:`var(--energy-battery-in-color, #f06292)`,discharge:`var(--energy-battery-out-color, #4db6ac)`,grid:`var(--energy-grid-consumption-color, #488fc2)`,export:`var(--energy-grid-return-color, #8353d1)`,house:`var(--sigenstor-house-color)`,hold:`var(--sigenstor-hold-color)`,soc:`var(--sigenstor-soc-color)`,text:`var(--primary-text-color)`,faint:`var(--secondary-text-color)`,line:`var(--divider-color)`},Qt={charge:W.charge,discharge:W.discharge,hold:W.hold,self_consume:W.sun,release:W.line},$t=g`
  :host {
    --sigenstor-house-color: #a0826d;
    --sigenstor-hold-color: #8a8f98;
    --sigenstor-soc-color: var(--energy-battery-out-color, #4db6ac);
    --sigenstor-gap: 16px;
    --sigenstor-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --sigenstor-surface: var(--ha-card-background, var(--card-background-color, #fff));
    --sigenstor-sunken: color-mix(in srgb, var(--primary-text-color, #141414) 5%, transparent);
    --sigenstor-danger: var(--error-color, #db4437);
    --sigenstor-warning: var(--warning-color, #ffa600);
    --sigenstor-good: var(--success-color, #43a047);
  }
`,G=g`
  :host {
    display: block;
    color: var(--primary-text-color);
    font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 1.45;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
    font-weight: inherit;
    font-size: inherit;
  }
  a {
    color: var(--primary-color);
  }
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
    border-radius: 4px;
  }
  .faint {
    color: var(--secondary-text-color);
  }
  .numbers {
    font-variant-numeric: tabular-nums;
  }
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .wrap {
    flex-wrap: wrap;
  }
  .spread {
    justify-content: space-between;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg.icon {
    width: var(--icon-size, 24px);
    height: var(--icon-size, 24px);
    fill: currentColor;
    flex: none;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`,en=g`
  .card {
    display: block;
    background: var(--sigenstor-surface);
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color));
    border-radius: var(--sigenstor-radius);
    box-shadow: var(--ha-card-box-shadow, none);
    padding: 16px;
    min-width: 0;
  }
  .card > h2:first-child,
  .card-title {
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 24px;
    margin: 0 0 12px;
  }
`,tn=g`
  .button,
  .icon-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 40px;
    padding: 0 16px;
    border: 1px solid var(--divider-color);
    border-radius: 9999px;
    background: transparent;
    color: var(--primary-text-color);
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    cursor: pointer;
    text-decoration: none;
    transition: background-color 120ms;
  }
  .button:hover,
  .icon-button:hover {
    background: var(--sigenstor-sunken);
  }
  .button:focus-visible,
  .icon-button:focus-visible {
    border-radius: 9999px;
  }
  .button[disabled],
  .icon-button[disabled] {
    opacity: 0.5;
    cursor: default;
  }
  .button.primary {
    background: var(--primary-color);
    border-color: transparent;
    color: var(--text-primary-color, #fff);
  }
  .button.danger {
    background: var(--sigenstor-danger);
    border-color: transparent;
    color: #fff;
  }
  .button.plain,
  .icon-button {
    border-color: transparent;
  }
  .button.plain {
    color: var(--primary-color);
  }
  .icon-button {
    min-width: 40px;
    padding: 0;
  }
  label.field {
    display: grid;
    gap: 4px;
    font-size: var(--ha-font-size-s, 12px);
    color: var(--secondary-text-color);
  }
  .field input:not([type="range"]),
  .field select,
  input.field,
  select.field {
    min-height: 44px;
    width: 100%;
    padding: 0 12px;
    border: 1px solid var(--input-outlined-idle-border-color, var(--divider-color));
    border-radius: 8px;
    background: var(--sigenstor-surface);
    color: var(--primary-text-color);
    font: inherit;
    font-size: 16px;
  }
  input[type="range"] {
    appearance: none;
    height: 32px;
    margin: 0;
    background: none;
    cursor: pointer;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    height: 6px;
    border-radius: 3px;
    background: linear-gradient(to right, var(--primary-color) var(--fill, 0%), var(--divider-color) var(--fill, 0%));
  }
  input[type="range"]::-moz-range-track {
    height: 6px;
    border-radius: 3px;
    background: var(--divider-color);
  }
  input[type="range"]::-moz-range-progress {
    height: 6px;
    border-radius: 3px;
    background: var(--primary-color);
  }
  input[type="range"]::-webkit-slider-thumb {
    appearance: none;
    width: 20px;
    height: 20px;
    margin-top: -7px;
    border-radius: 50%;
    background: var(--primary-color);
  }
  input[type="range"]::-moz-range-thumb {
    width: 20px;
    height: 20px;
    border: none;
    border-radius: 50%;
    background: var(--primary-color);
  }
  input[type="checkbox"],
  input[type="radio"] {
    accent-color: var(--primary-color);
  }
  input.toggle {
    appearance: none;
    width: 44px;
    height: 24px;
    margin: 0;
    border-radius: 12px;
    background: var(--switch-unchecked-track-color, var(--secondary-text-color));
    position: relative;
    cursor: pointer;
    flex: none;
    transition: background-color 120ms;
  }
  input.toggle::before {
    content: "";
    position: absolute;
    inset: 3px auto 3px 3px;
    width: 18px;
    border-radius: 50%;
    background: #fff;
    transition: transform 120ms;
  }
  input.toggle:checked {
    background: var(--primary-color);
  }
  input.toggle:checked::before {
    transform: translateX(20px);
  }
  input.toggle:disabled {
    opacity: 0.5;
    cursor: default;
  }
  input.toggle:focus-visible {
    border-radius: 12px;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    padding: 0 10px;
    border-radius: 14px;
    background: var(--sigenstor-sunken);
    font-size: var(--ha-font-size-s, 12px);
    white-space: nowrap;
    --icon-size: 16px;
  }
`;function K(e,t,n,r){var i=arguments.length,a=i<3?t:r===null?r=Object.getOwnPropertyDescriptor(t,n):r,o;if(typeof Reflect==`object`&&typeof Reflect.decorate==`function`)a=Reflect.decorate(e,t,n,r);else for(var s=e.length-1;s>=0;s--)(o=e[s])&&(a=(i<3?o(a):i>3?o(t,n,a):o(t,n))||a);return i>3&&a&&Object.defineProperty(t,n,a),a}var nn=class extends M{constructor(...e){super(...e),this.query=new URLSearchParams,this.narrow=!1}setQuery(e,t=!1){R(this,`sigenstor-query`,{changes:e,push:t})}};K([N({attribute:!1})],nn.prototype,`app`,void 0),K([N({attribute:!1})],nn.prototype,`query`,void 0),K([N({type:Boolean,reflect:!0})],nn.prototype,`narrow`,void 0);var rn=(e,t=``,n=``)=>T`<div class="blank" style="display:grid;justify-items:center;gap:8px;padding:48px 16px;text-align:center">
    ${H(`M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z`)}
    <p style="font-size:var(--ha-font-size-l,16px)">${e}</p>
    <p class="faint" style="max-width:48ch">${t}</p>
    ${n}
  </div>`,an=()=>T`<div role="status" style="display:grid;place-items:center;padding:48px 16px"><sigenstor-spinner></sigenstor-spinner><span class="visually-hidden">${U(`common.loading`)}</span></div>`,on=e=>e.message||U(`common.error_unknown`);function sn(e,t,n){if(e.state===`loading`)return an();if(e.state===`ready`)return t(e.value,e.stale);let r=n?T`<button class="button" @click=${n}>${U(`common.try_again`)}</button>`:``;return rn(U(`common.error_title`),on(e.error),r)}var q=class extends M{constructor(...e){super(...e),this.control=null,this.busy=!1}static{this.styles=[G,tn,g`
      .banner {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 8px 16px;
        min-height: 52px;
      }
      .banner div {
        flex: 1 1 200px;
      }
      strong {
        font-weight: 700;
        letter-spacing: 0.04em;
      }
      .override {
        background: #ffb300;
        color: #1c1c1c;
      }
      .stop {
        background: #b3261e;
        color: #fff;
      }
      .button {
        border-color: currentColor;
        color: inherit;
        min-height: 36px;
      }
    `]}render(){let t=this.control;if(t?.emergency_stop)return this.#e(`stop`,e,U(`common.emergency_title`),U(`common.emergency_text`),U(`common.emergency_clear`),()=>this.app.service.clearEmergencyStop());if(!t?.override)return D;let{format:n}=this.app,{kind:r,power_w:i,expires_at:a,target_soc:o}=t.override,s=[Zt(`override`,r),r===`force_hold`?``:n.power(i),o===null||r===`force_hold`?``:U(`common.override_target`,{soc:n.percent(o)}),a?U(`common.override_until`,{time:n.soon(a)}):U(`common.override_open`)];return this.#e(`override`,`M13 24C9.74 24 6.81 22 5.6 19L2.57 11.37C2.26 10.58 3 9.79 3.81 10.05L4.6 10.31C5.16 10.5 5.62 10.92 5.84 11.47L7.25 15H8V3.25C8 2.56 8.56 2 9.25 2S10.5 2.56 10.5 3.25V12H11.5V1.25C11.5 .56 12.06 0 12.75 0S14 .56 14 1.25V12H15V2.75C15 2.06 15.56 1.5 16.25 1.5C16.94 1.5 17.5 2.06 17.5 2.75V12H18.5V5.75C18.5 5.06 19.06 4.5 19.75 4.5S21 5.06 21 5.75V16C21 20.42 17.42 24 13 24Z`,U(`common.override_title`),s.filter(Boolean).join(` · `),U(`common.override_stop`),()=>this.app.service.clearOverride())}#e(e,t,n,r,i,a){return T`<div class="banner ${e}" role="alert">
      ${H(t)}
      <div><strong>${n}</strong><br />${r}</div>
      <button class="button" ?disabled=${this.busy} @click=${()=>void this.#t(a)}>${i}</button>
    </div>`}async#t(e){this.busy=!0;try{await e()}catch(e){Ut(this,on(F(e)))}finally{this.busy=!1}}};K([N({attribute:!1})],q.prototype,`app`,void 0),K([N({attribute:!1})],q.prototype,`control`,void 0),K([gt()],q.prototype,`busy`,void 0),q=K([L(`sigenstor-alarm`)],q);var J=class extends M{constructor(...e){super(...e),this.compact=!1,this.ticker=new Ft(this,5e3)}static{this.styles=[G,g`
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-height: 28px;
        padding: 0 10px;
        border-radius: 14px;
        background: color-mix(in srgb, currentColor 12%, transparent);
        font-size: 12px;
        white-space: nowrap;
        --icon-size: 16px;
      }
      .chip.stale {
        background: var(--warning-color, #ffa600);
        color: #1c1c1c;
      }
    `]}render(){let e=wt(this.remote)?.telemetry,t=e?this.format.relative(e.read_at,Date.now(),this.compact?`narrow`:`long`):``;if(this.remote.state===`ready`&&this.remote.stale)return this.#e(ce,U(`common.source_lost`),``,!0);if(!e)return this.#e(ce,U(`common.source_none`),``,this.remote.state===`ready`);if(e.source===`stale`)return this.#e(ce,U(`common.source_stale`),t,!0);let n=e.source===`cloud`;return this.#e(n?`M6.5 20Q4.22 20 2.61 18.43 1 16.85 1 14.58 1 12.63 2.17 11.1 3.35 9.57 5.25 9.15 5.88 6.85 7.75 5.43 9.63 4 12 4 14.93 4 16.96 6.04 19 8.07 19 11 20.73 11.2 21.86 12.5 23 13.78 23 15.5 23 17.38 21.69 18.69 20.38 20 18.5 20M6.5 18H18.5Q19.55 18 20.27 17.27 21 16.55 21 15.5 21 14.45 20.27 13.73 19.55 13 18.5 13H17V11Q17 8.93 15.54 7.46 14.08 6 12 6 9.93 6 8.46 7.46 7 8.93 7 11H6.5Q5.05 11 4.03 12.03 3 13.05 3 14.5 3 15.95 4.03 17 5.05 18 6.5 18M12 12Z`:`M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M3,13V18L3,20H10V18H5V13H3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M14,15H20V19H14V15Z`,U(n?`common.source_cloud`:`common.source_modbus`),t,!1)}#e(e,t,n,r){let i=this.compact&&n!==``&&!r;return T`<span class="chip ${r?`stale`:``}" title=${t}>
      ${H(e,i?t:void 0)}<span>${i?``:t}${n&&!i?` · `:``}${n}</span>
    </span>`}};K([N({attribute:!1})],J.prototype,`remote`,void 0),K([N({attribute:!1})],J.prototype,`format`,void 0),K([N({type:Boolean})],J.prototype,`compact`,void 0),J=K([L(`sigenstor-source-chip`)],J);var cn=class extends M{static{this.styles=g`
    :host {
      display: block;
    }
    div {
      width: 32px;
      height: 32px;
      border-radius: 50%;
      border: 3px solid var(--divider-color);
      border-top-color: var(--primary-color);
      animation: turn 0.9s linear infinite;
    }
    @keyframes turn {
      to {
        transform: rotate(360deg);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      div {
        animation-duration: 6s;
      }
    }
  `}render(){return T`<div></div>`}};cn=K([L(`sigenstor-spinner`)],cn);var Y=class extends M{constructor(...e){super(...e),this.heading=``,this.open=!1,this.#e=e=>{e.target===this.dialog&&this.dialog.close()},this.#t=()=>{this.open=!1,R(this,`closed`)}}static{this.styles=[G,tn,g`
      dialog {
        width: min(560px, calc(100vw - 32px));
        max-height: calc(100dvh - 32px);
        padding: 0;
        border: none;
        border-radius: var(--ha-dialog-border-radius, 24px);
        background: var(--ha-dialog-surface-background, var(--sigenstor-surface, var(--card-background-color)));
        color: inherit;
        box-shadow: 0 8px 40px rgb(0 0 0 / 30%);
        overflow: hidden;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 50%);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 12px 12px 4px 24px;
      }
      h2 {
        flex: 1;
        font-size: var(--ha-font-size-xl, 20px);
      }
      .content {
        padding: 8px 24px 16px;
        overflow: auto;
      }
      footer {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        padding: 8px 24px 20px;
      }
      @media (max-width: 450px) {
        dialog {
          width: 100vw;
          max-width: 100vw;
          margin: auto 0 0;
          border-radius: 24px 24px 0 0;
        }
      }
    `]}updated(){this.open&&!this.dialog.open&&this.dialog.showModal(),!this.open&&this.dialog.open&&this.dialog.close()}disconnectedCallback(){super.disconnectedCallback(),this.open=!1}render(){return T`<dialog aria-labelledby="heading" @close=${this.#t} @click=${this.#e}>
      <header>
        <h2 id="heading">${this.heading}</h2>
        <button class="icon-button" aria-label=${U(`common.close`)} @click=${()=>this.dialog.close()}>${H(`M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z`)}</button>
      </header>
      <div class="content"><slot></slot></div>
      <footer><slot name="actions"></slot></footer>
    </dialog>`}#e;#t};K([N()],Y.prototype,`heading`,void 0),K([N({type:Boolean})],Y.prototype,`open`,void 0),K([vt(`dialog`)],Y.prototype,`dialog`,void 0),Y=K([L(`sigenstor-dialog`)],Y);var X=class extends M{constructor(...e){super(...e),this.label=``,this.options=[],this.value=``,this.disabled=!1,this.#e=e=>{this.value=e.target.value,R(this,`chosen`,this.value)}}static{this.styles=[G,g`
      :host {
        display: inline-block;
        max-width: 100%;
      }
      .group {
        display: flex;
        padding: 3px;
        flex-wrap: wrap;
        border-radius: 21px;
        background: var(--sigenstor-sunken);
      }
      label {
        position: relative;
        flex: 1 0 auto;
        min-height: 36px;
        padding: 0 14px;
        display: grid;
        place-items: center;
        border-radius: 9999px;
        cursor: pointer;
        white-space: nowrap;
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: inherit;
      }
      label:has(:checked) {
        background: color-mix(in srgb, var(--primary-color) 24%, var(--sigenstor-surface, var(--card-background-color)));
        color: var(--primary-text-color);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--primary-color);
      }
      .group.disabled {
        opacity: 0.6;
      }
      .disabled label {
        cursor: default;
      }
    `]}render(){return T`<div class="group ${this.disabled?`disabled`:``}" role="radiogroup" aria-label=${this.label}>
      ${this.options.map(({value:e,label:t})=>T`<label>
          <input type="radio" name="option" .value=${e} .checked=${e===this.value} ?disabled=${this.disabled} @change=${this.#e} />
          <span>${t}</span>
        </label>`)}
    </div>`}#e};K([N()],X.prototype,`label`,void 0),K([N({attribute:!1})],X.prototype,`options`,void 0),K([N()],X.prototype,`value`,void 0),K([N({type:Boolean})],X.prototype,`disabled`,void 0),X=K([L(`sigenstor-segments`)],X);var Z=class extends M{constructor(...e){super(...e),this.caption=``,this.columns=[],this.rows=[]}static{this.styles=[G,g`
      div {
        overflow: auto;
        max-height: var(--sigenstor-table-height, none);
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 8px 12px;
        text-align: start;
        vertical-align: top;
        border-bottom: 1px solid var(--divider-color);
      }
      th {
        position: sticky;
        top: 0;
        background: var(--sigenstor-surface, var(--card-background-color));
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
        white-space: nowrap;
      }
      .numeric {
        text-align: end;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      tbody tr:last-child td {
        border-bottom: none;
      }
    `]}render(){let e=e=>e.numeric?`numeric`:``;return T`<div tabindex="0" role="region" aria-label=${this.caption}>
      <table>
        <caption class="visually-hidden">${this.caption}</caption>
        <thead>
          <tr>${this.columns.map(t=>T`<th scope="col" class=${e(t)}>${t.heading}</th>`)}</tr>
        </thead>
        <tbody>
          ${this.rows.map(t=>T`<tr>${this.columns.map(n=>T`<td class=${e(n)}>${n.cell(t)}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>`}};K([N()],Z.prototype,`caption`,void 0),K([N({attribute:!1})],Z.prototype,`columns`,void 0),K([N({attribute:!1})],Z.prototype,`rows`,void 0),Z=K([L(`sigenstor-table`)],Z);function ln(e){let t=/^([a-z][a-z0-9_]*) must be (.*?)(?:, not .*)?\.?$/s.exec(e.message),[,n=``,r=``]=t??[];return t?{field:n,text:U(`common.must_be`,{allowed:r})}:void 0}var un={charge:i,discharge:r,hold:le,self_consume:ae,release:ne},dn={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},fn=e=>(...t)=>({_$litDirective$:e,values:t}),pn=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:mn}=lt,hn=e=>e,gn=()=>document.createComment(``),Q=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new mn(r.insertBefore(gn(),i),r.insertBefore(gn(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=hn(e).nextSibling;hn(r).insertBefore(e,i),e=t}}}return n},$=(e,t,n=e)=>(e._$AI(t,n),e),_n={},vn=(e,t=_n)=>e._$AH=t,yn=e=>e._$AH,bn=e=>{e._$AR(),e._$AA.remove()},xn=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},Sn=fn(class extends pn{constructor(e){if(super(e),e.type!==dn.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=yn(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=$(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=$(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=$(i[d],a[m]),Q(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=$(i[f],a[p]),Q(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=xn(o,p,m),u=xn(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=Q(e,i[d]);$(t,a[p]),c[p]=t}else c[p]=$(n,a[p]),Q(e,i[d],n),i[t]=null;p++}else bn(i[f]),f--}else bn(i[d]),d++;for(;p<=m;){let t=Q(e,c[m+1]);$(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&bn(e)}return this.ut=o,vn(e,c),E}});export{u as $,At as A,T as B,H as C,Nt as D,R as E,vt as F,n as G,g as H,gt as I,a as J,r as K,N as L,wt as M,F as N,Pt as O,yt as P,l as Q,M as R,Ut as S,L as T,e as U,$e as V,t as W,s as X,o as Y,c as Z,U as _,ge as _t,rn as a,te as at,Vt as b,an as c,oe as ct,W as d,ue as dt,d as et,G as f,de as ft,Xt as g,he as gt,$t as h,me as ht,nn as i,ee as it,Mt as j,Ft as k,K as l,se as lt,tn as m,pe as mt,un as n,p as nt,on as o,re as ot,en as p,fe as pt,i as q,ln as r,m as rt,sn as s,ie as st,Sn as t,f as tt,Qt as u,le as ut,Zt as v,zt as w,Wt as x,Gt as y,D as z};