var e=`M9,4H15V12H19.84L12,19.84L4.16,12H9V4Z`,t=`M15,20H9V12H4.16L12,4.16L19.84,12H15V20Z`,n=`M15,13H16.5V15.82L18.94,17.23L18.19,18.53L15,16.69V13M19,8H5V19H9.67C9.24,18.09 9,17.07 9,16A7,7 0 0,1 16,9C17.07,9 18.09,9.24 19,9.67V8M5,21C3.89,21 3,20.1 3,19V5C3,3.89 3.89,3 5,3H6V1H8V3H16V1H18V3H19A2,2 0 0,1 21,5V11.1C22.24,12.36 23,14.09 23,16A7,7 0 0,1 16,23C14.09,23 12.36,22.24 11.1,21H5M16,11.15A4.85,4.85 0 0,0 11.15,16C11.15,18.68 13.32,20.85 16,20.85A4.85,4.85 0 0,0 20.85,16C20.85,13.32 18.68,11.15 16,11.15Z`,r=`M3,14L3.5,14.07L8.07,9.5C7.89,8.85 8.06,8.11 8.59,7.59C9.37,6.8 10.63,6.8 11.41,7.59C11.94,8.11 12.11,8.85 11.93,9.5L14.5,12.07L15,12C15.18,12 15.35,12 15.5,12.07L19.07,8.5C19,8.35 19,8.18 19,8A2,2 0 0,1 21,6A2,2 0 0,1 23,8A2,2 0 0,1 21,10C20.82,10 20.65,10 20.5,9.93L16.93,13.5C17,13.65 17,13.82 17,14A2,2 0 0,1 15,16A2,2 0 0,1 13,14L13.07,13.5L10.5,10.93C10.18,11 9.82,11 9.5,10.93L4.93,15.5L5,16A2,2 0 0,1 3,18A2,2 0 0,1 1,16A2,2 0 0,1 3,14Z`,i=`M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z`,a=`M19,21H8V7H19M19,5H8A2,2 0 0,0 6,7V21A2,2 0 0,0 8,23H19A2,2 0 0,0 21,21V7A2,2 0 0,0 19,5M16,1H4A2,2 0 0,0 2,3V17H4V3H16V1Z`,o=`M6,19A2,2 0 0,0 8,21H16A2,2 0 0,0 18,19V7H6V19M8,9H16V19H8V9M15.5,4L14.5,3H9.5L8.5,4H5V6H19V4H15.5Z`,s=`M21 7C21 5.62 19.88 4.5 18.5 4.5C18.33 4.5 18.16 4.5 18 4.55V4C18 2.62 16.88 1.5 15.5 1.5C15.27 1.5 15.04 1.53 14.83 1.59C14.46 .66 13.56 0 12.5 0C11.27 0 10.25 .89 10.04 2.06C9.87 2 9.69 2 9.5 2C8.12 2 7 3.12 7 4.5V10.39C6.66 10.08 6.24 9.85 5.78 9.73L5 9.5C4.18 9.29 3.31 9.61 2.82 10.35C2.44 10.92 2.42 11.66 2.67 12.3L5.23 18.73C6.5 21.91 9.57 24 13 24C17.42 24 21 20.42 21 16V7M19 16C19 19.31 16.31 22 13 22C10.39 22 8.05 20.41 7.09 18L4.5 11.45L5 11.59C5.5 11.71 5.85 12.05 6 12.5L7 15H9V4.5C9 4.22 9.22 4 9.5 4S10 4.22 10 4.5V12H12V2.5C12 2.22 12.22 2 12.5 2S13 2.22 13 2.5V12H15V4C15 3.72 15.22 3.5 15.5 3.5S16 3.72 16 4V12H18V7C18 6.72 18.22 6.5 18.5 6.5S19 6.72 19 7V16Z`,c=`M13.5,8H12V13L16.28,15.54L17,14.33L13.5,12.25V8M13,3A9,9 0 0,0 4,12H1L4.96,16.03L9,12H6A7,7 0 0,1 13,5A7,7 0 0,1 20,12A7,7 0 0,1 13,19C11.07,19 9.32,18.21 8.06,16.94L6.64,18.36C8.27,20 10.5,21 13,21A9,9 0 0,0 22,12A9,9 0 0,0 13,3`,l=`M12 20L5 20V12H2L12 3L14.78 5.5H14V7.17C12.84 7.58 12 8.7 12 10V20M15 9H16V7.5H20V9H21C21.55 9 22 9.45 22 10V21C22 21.55 21.55 22 21 22H15C14.45 22 14 21.55 14 21V10C14 9.45 14.45 9 15 9M16 11V14H20V11H16Z`,u=`M12 3L2 12H5V20H19V12H22L12 3M11.5 18V14H9L12.5 7V11H15L11.5 18Z`,d=`M11,9H13V7H11M12,20C7.59,20 4,16.41 4,12C4,7.59 7.59,4 12,4C16.41,4 20,7.59 20,12C20,16.41 16.41,20 12,20M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M11,17H13V11H11V17Z`,f=`M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M3.88,13.46L2.46,14.88L4.59,17L2.46,19.12L3.88,20.54L6,18.41L8.12,20.54L9.54,19.12L7.41,17L9.54,14.88L8.12,13.46L6,15.59L3.88,13.46M14,15H20V19H14V15Z`,p=`M14,19H18V5H14M6,19H10V5H6V19Z`,m=`M14.06,9L15,9.94L5.92,19H5V18.08L14.06,9M17.66,3C17.41,3 17.15,3.1 16.96,3.29L15.13,5.12L18.88,8.87L20.71,7.04C21.1,6.65 21.1,6 20.71,5.63L18.37,3.29C18.17,3.09 17.92,3 17.66,3M14.06,6.19L3,17.25V21H6.75L17.81,9.94L14.06,6.19Z`,ee=`M19,13H13V19H11V13H5V11H11V5H13V11H19V13Z`,h=globalThis,te=h.ShadowRoot&&(h.ShadyCSS===void 0||h.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,ne=Symbol(),re=new WeakMap,ie=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==ne)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(te&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=re.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&re.set(t,e))}return e}toString(){return this.cssText}},ae=e=>new ie(typeof e==`string`?e:e+``,void 0,ne),g=(e,...t)=>new ie(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,ne),oe=(e,t)=>{if(te)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=h.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},se=te?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return ae(t)})(e):e,{is:ce,defineProperty:le,getOwnPropertyDescriptor:ue,getOwnPropertyNames:de,getOwnPropertySymbols:fe,getPrototypeOf:pe}=Object,me=globalThis,he=me.trustedTypes,ge=he?he.emptyScript:``,_e=me.reactiveElementPolyfillSupport,_=(e,t)=>e,ve={toAttribute(e,t){switch(t){case Boolean:e=e?ge:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},ye=(e,t)=>!ce(e,t),be={attribute:!0,type:String,converter:ve,reflect:!1,useDefault:!1,hasChanged:ye};Symbol.metadata??=Symbol(`metadata`),me.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=be){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&le(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=ue(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??be}static _$Ei(){if(this.hasOwnProperty(_(`elementProperties`)))return;let e=pe(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(_(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(_(`properties`))){let e=this.properties,t=[...de(e),...fe(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(se(e))}else e!==void 0&&t.push(se(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return oe(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?ve:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?ve:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??ye)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[_(`elementProperties`)]=new Map,v[_(`finalized`)]=new Map,_e?.({ReactiveElement:v}),(me.reactiveElementVersions??=[]).push(`2.1.2`);var xe=globalThis,Se=e=>e,y=xe.trustedTypes,Ce=y?y.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,we=`$lit$`,b=`lit$${Math.random().toFixed(9).slice(2)}$`,Te=`?`+b,Ee=`<${Te}>`,x=document,S=()=>x.createComment(``),C=e=>e===null||typeof e!=`object`&&typeof e!=`function`,De=Array.isArray,Oe=e=>De(e)||typeof e?.[Symbol.iterator]==`function`,ke=`[ 	
\f\r]`,w=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,Ae=/-->/g,je=/>/g,T=RegExp(`>|${ke}(?:([^\\s"'>=/]+)(${ke}*=${ke}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),Me=/'/g,Ne=/"/g,Pe=/^(?:script|style|textarea|title)$/i,Fe=e=>(t,...n)=>({_$litType$:e,strings:t,values:n}),E=Fe(1),Ie=Fe(2),D=Symbol.for(`lit-noChange`),O=Symbol.for(`lit-nothing`),Le=new WeakMap,k=x.createTreeWalker(x,129);function Re(e,t){if(!De(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return Ce===void 0?t:Ce.createHTML(t)}var ze=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=w;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===w?c[1]===`!--`?o=Ae:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=T):(Pe.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=T):o=je:o===T?c[0]===`>`?(o=i??w,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?T:c[3]===`"`?Ne:Me):o===Ne||o===Me?o=T:o===Ae||o===je?o=w:(o=T,i=void 0);let d=o===T&&e[t+1].startsWith(`/>`)?` `:``;a+=o===w?n+Ee:l>=0?(r.push(s),n.slice(0,l)+we+n.slice(l)+b+d):n+b+(l===-2?t:d)}return[Re(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},Be=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=ze(t,n);if(this.el=e.createElement(l,r),k.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=k.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(we)){let t=u[o++],n=i.getAttribute(e).split(b),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?He:r[1]===`?`?Ue:r[1]===`@`?We:M}),i.removeAttribute(e)}else e.startsWith(b)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(Pe.test(i.tagName)){let e=i.textContent.split(b),t=e.length-1;if(t>0){i.textContent=y?y.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],S()),k.nextNode(),c.push({type:2,index:++a});i.append(e[t],S())}}}else if(i.nodeType===8){if(i.data===Te)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(b,e+1))!==-1;)c.push({type:7,index:a}),e+=b.length-1}}a++}}static createElement(e,t){let n=x.createElement(`template`);return n.innerHTML=e,n}};function A(e,t,n=e,r){if(t===D)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=C(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=A(e,i._$AS(e,t.values),i,r)),t}var Ve=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??x).importNode(t,!0);k.currentNode=r;let i=k.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new j(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new Ge(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=k.nextNode(),a++)}return k.currentNode=x,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},j=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=O,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=A(this,e,t),C(e)?e===O||e==null||e===``?(this._$AH!==O&&this._$AR(),this._$AH=O):e!==this._$AH&&e!==D&&this._(e):e._$litType$===void 0?e.nodeType===void 0?Oe(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==O&&C(this._$AH)?this._$AA.nextSibling.data=e:this.T(x.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=Be.createElement(Re(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new Ve(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=Le.get(e.strings);return t===void 0&&Le.set(e.strings,t=new Be(e)),t}k(t){De(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(S()),this.O(S()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=Se(e).nextSibling;Se(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},M=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=O,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=O}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=A(this,e,t,0),a=!C(e)||e!==this._$AH&&e!==D,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=A(this,r[n+o],t,o),s===D&&(s=this._$AH[o]),a||=!C(s)||s!==this._$AH[o],s===O?e=O:e!==O&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===O?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},He=class extends M{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===O?void 0:e}},Ue=class extends M{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==O)}},We=class extends M{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=A(this,e,t,0)??O)===D)return;let n=this._$AH,r=e===O&&n!==O||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==O&&(n===O||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},Ge=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){A(this,e)}},Ke={M:we,P:b,A:Te,C:1,L:ze,R:Ve,D:Oe,V:A,I:j,H:M,N:Ue,U:We,B:He,F:Ge},qe=xe.litHtmlPolyfillSupport;qe?.(Be,j),(xe.litHtmlVersions??=[]).push(`3.3.3`);var Je=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new j(t.insertBefore(S(),e),e,void 0,n??{})}return i._$AI(e),i},Ye=globalThis,N=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=Je(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return D}};N._$litElement$=!0,N.finalized=!0,Ye.litElementHydrateSupport?.({LitElement:N});var Xe=Ye.litElementPolyfillSupport;Xe?.({LitElement:N}),(Ye.litElementVersions??=[]).push(`4.2.2`);var Ze={attribute:!0,type:String,converter:ve,reflect:!1,hasChanged:ye},Qe=(e=Ze,t,n)=>{let{kind:r,metadata:i}=n,a=globalThis.litPropertyMetadata.get(i);if(a===void 0&&globalThis.litPropertyMetadata.set(i,a=new Map),r===`setter`&&((e=Object.create(e)).wrapped=!0),a.set(n.name,e),r===`accessor`){let{name:r}=n;return{set(n){let i=t.get.call(this);t.set.call(this,n),this.requestUpdate(r,i,e,!0,n)},init(t){return t!==void 0&&this.C(r,void 0,e,t),t}}}if(r===`setter`){let{name:r}=n;return function(n){let i=this[r];t.call(this,n),this.requestUpdate(r,i,e,!0,n)}}throw Error(`Unsupported decorator location: `+r)};function P(e){return(t,n)=>typeof n==`object`?Qe(e,t,n):((e,t,n)=>{let r=t.hasOwnProperty(n);return t.constructor.createProperty(n,e),r?Object.getOwnPropertyDescriptor(t,n):void 0})(e,t,n)}function $e(e){return P({...e,state:!0,attribute:!1})}var et=(e,t,n)=>(n.configurable=!0,n.enumerable=!0,Reflect.decorate&&typeof t!=`object`&&Object.defineProperty(e,t,n),n);function tt(e,t){return(n,r,i)=>{let a=t=>t.renderRoot?.querySelector(e)??null;if(t){let{get:e,set:t}=typeof r==`object`?n:i??(()=>{let e=Symbol();return{get(){return this[e]},set(t){this[e]=t}}})();return et(n,r,{get(){let n=e.call(this);return n===void 0&&(n=a(this),(n!==null||this.hasUpdated)&&t.call(this,n)),n}})}return et(n,r,{get(){return a(this)}})}}var F=class extends Error{constructor(e,t){super(t),this.code=e,this.name=`ApiError`}},nt=e=>[`unknown_command`,`connection_lost`,`not_loaded`,`timeout`].includes(e.code),rt=3,I=e=>{if(e instanceof F)return e;if(e===rt)return new F(`connection_lost`,``);if(typeof e==`object`&&e){let{code:t,message:n,body:r}=e,i=r?.message??(typeof n==`string`?n:``);return t===rt?new F(`connection_lost`,i):new F(typeof t==`string`?t:`unknown`,i)}return new F(`unknown`,typeof e==`string`?e:``)},it={state:`loading`},at=(e,t=!1)=>({state:`ready`,value:e,stale:t}),ot=e=>({state:`error`,error:e}),st=e=>e.state===`ready`?e.value:void 0,ct=500,lt=1e4,ut=class{#e;#t;#n;#r;#i;constructor(e,t,n){this.connection=e,this.message=t,this.pick=n,this.current=it,this.#e=new Set,this.#r=ct,this.#i=0,this.#s=()=>{this.#t=void 0,clearTimeout(this.#n),this.#r=ct,this.#a()},this.#c=()=>{this.#t=void 0,this.current.state===`ready`&&this.#u({...this.current,stale:!0})}}subscribe(e){return this.#e.add(e),this.#e.size===1&&(this.connection.addEventListener(`ready`,this.#s),this.connection.addEventListener(`disconnected`,this.#c),this.#a()),()=>{this.#e.delete(e)&&this.#e.size===0&&this.#l()}}async#a(){let e=++this.#i;try{let t=await this.connection.subscribeMessage(t=>{e===this.#i&&this.#u(at(this.pick(t)))},this.message,{resubscribe:!1});if(e!==this.#i)return void dt(t);this.#t=t,this.#r=ct}catch(t){e===this.#i&&this.#o(t)}}#o(e){let t=I(e);nt(t)||this.#u(ot(t)),this.#n=setTimeout(()=>void this.#a(),this.#r),this.#r=Math.min(this.#r*2,lt)}#s;#c;#l(){this.#i++,clearTimeout(this.#n),this.connection.removeEventListener(`ready`,this.#s),this.connection.removeEventListener(`disconnected`,this.#c),this.#t&&dt(this.#t),this.#t=void 0}#u(e){this.current=e;for(let e of[...this.#e])e()}},dt=e=>void Promise.resolve(e()).catch(()=>void 0),L=`sigenstor_panel`,ft=class{constructor(e,t){this.hass=e,this.plant=t,this.whatIf=e=>this.#n(`plan/what_if`,e),this.applyPlan=e=>this.#n(`plan/apply`,e),this.schedules=async()=>(await this.#n(`schedules/list`)).schedules,this.setSchedule=e=>this.#n(`schedules/set`,{schedule:e}),this.deleteSchedule=e=>this.#n(`schedules/delete`,{schedule_id:e}),this.decisions=e=>this.#n(`decisions/query`,e),this.audit=e=>this.#n(`audit/query`,e),this.history=e=>this.#n(`history/query`,e),this.scores=async e=>(await this.#n(`scores/query`,e)).rows,this.override=(e,{minutes:t,...n})=>this.#e(e,{...n,...t?{duration:{minutes:t}}:{}}),this.clearOverride=()=>this.#e(`clear_override`),this.emergencyStop=()=>this.#e(`emergency_stop`),this.clearEmergencyStop=()=>this.#e(`clear_emergency_stop`),this.#t=(e,t={})=>({type:`${L}/${e}`,entry_id:this.plant.entry_id,...t}),this.#n=(e,t={})=>this.#r(this.#t(e,t)),this.#r=e=>this.#i(this.hass().callWS(e));let{connection:n}=e();this.live=new ut(n,this.#t(`live/subscribe`),e=>e.live),this.plan=new ut(n,this.#t(`plan/subscribe`),e=>e.plan)}async csvUrl(e,t){let n=`/api/${L}/${e}.csv?${new URLSearchParams({entry_id:this.plant.entry_id,...t})}`;return(await this.#r({type:`auth/sign_path`,path:n})).path}async setMode(e){let t=this.plant.entities.control_mode;if(!t)throw I({code:`not_found`,message:``});await this.#i(this.hass().callService(`select`,`select_option`,{option:e},{entity_id:t},!1))}#e(e,t={}){let n={...t,config_entry_id:this.plant.entry_id};return this.#i(this.hass().callService(L,e,n,void 0,!1))}#t;#n;#r;async#i(e){try{return await e}catch(e){throw I(e)}}};async function pt(e){try{return(await e.callWS({type:`${L}/plants`})).plants}catch(e){throw I(e)}}var mt=new WeakMap;function ht(e,t){let n=mt.get(e.connection)??new Map;mt.set(e.connection,n);let r=JSON.stringify(t),i=n.get(r)??new ft(()=>e,t);return n.set(r,i),i}var gt=class{#e;#t;constructor(e,t){this.host=e,this.choose=t,e.addController(this)}get current(){return this.#e?.current??it}hostConnected(){this.#n()}hostUpdate(){this.#n()}hostDisconnected(){this.#t?.(),this.#t=void 0,this.#e=void 0}#n(){let e=this.choose();e!==this.#e&&(this.#t?.(),this.#e=e,this.#t=e?.subscribe(()=>this.host.requestUpdate()))}},_t=class{#e;constructor(e,t){this.host=e,this.everyMs=t,e.addController(this)}hostConnected(){this.#e=setInterval(()=>{document.hidden||this.host.requestUpdate()},this.everyMs)}hostDisconnected(){clearInterval(this.#e)}},R=e=>t=>{customElements.get(e)||customElements.define(e,t)},z=(e,t,n)=>e.dispatchEvent(new CustomEvent(t,{detail:n,bubbles:!0,composed:!0})),B=6e4,vt={AUD:`c`,NZD:`c`,USD:`¢`,CAD:`¢`,EUR:`ct`,GBP:`p`},V=`–`,yt={comma_decimal:`en-US`,decimal_comma:`de`,space_comma:`fr`,quote_decimal:`de-CH`,system:void 0},bt={DMY:`en-GB`,MDY:`en-US`,YMD:`en-CA`,system:void 0},xt=class e{#e;#t;#n;#r=new Map;constructor(e,t,n){this.locale=e,this.currency=n,this.timeZone=e.time_zone===`server`?t:Intl.DateTimeFormat().resolvedOptions().timeZone,this.#e=e.number_format in yt?yt[e.number_format]:e.language,this.#t=new Intl.DateTimeFormat(`en-CA`,{timeZone:this.timeZone,year:`numeric`,month:`2-digit`,day:`2-digit`}),this.#n=e.time_format===`12`||e.time_format!==`24`&&void 0}static of(t,n=t.config.currency){return new e(t.locale,t.config.time_zone,n)}number(e,t=0,n=t){if(e==null||!Number.isFinite(e))return V;let r=Number(e.toFixed(t))||0;return this.#i({maximumFractionDigits:t,minimumFractionDigits:n}).format(r)}power(e){if(e==null)return V;let t=Math.abs(e);return t<1e3?`${this.number(t<100?e:Math.round(e/10)*10)} W`:`${this.number(e/1e3,+(t<99950))} kW`}energy(e){if(e==null)return V;let t=Math.abs(e);return t>=1e3?`${this.number(e/1e3,1)} MWh`:`${this.number(e,+(t<99.95))} kWh`}percent(e,t=0){return e==null?V:`${this.number(e,t)} %`}temperature(e){return e==null?V:`${this.number(e)} °C`}money(e,t=2){if(e==null)return V;let n={style:`currency`,currency:this.currency,currencyDisplay:`narrowSymbol`},r=Number(e.toFixed(t))||0;return this.#i({...n,maximumFractionDigits:t,minimumFractionDigits:t}).format(r)}price(e,t=!0){if(e==null)return V;let n=vt[this.currency];if(!n)return`${this.number(e,2)}${t?` ${this.currency}`:``}`;let r=this.number(e*100,+(Math.abs(e)<.1));return t?`${r} ${n}`:r}get priceUnit(){return`${vt[this.currency]??this.currency}/kWh`}time(e){return this.#a({hour:`numeric`,minute:`2-digit`}).format(new Date(e))}date(e){return this.#a({weekday:`short`,day:`numeric`,month:`short`}).format(new Date(e))}dateTime(e){return this.#a({weekday:`short`,day:`numeric`,month:`short`,hour:`numeric`,minute:`2-digit`}).format(new Date(e))}fullDate(e){return this.#a({year:`numeric`,month:`numeric`,day:`numeric`}).format(new Date(e))}month(e){return this.#a({month:`long`,year:`numeric`}).format(new Date(e))}weekday(e,t=`short`){return this.#a({weekday:t}).format(new Date(e))}dateParts(e,t){return this.#a(t).format(new Date(e))}soon(e,t=Date.now()){return this.dayKey(e)===this.dayKey(t)?this.time(e):`${this.weekday(e)} ${this.time(e)}`}dayKey(e){return this.#t.format(new Date(e))}duration(e){if(e==null||!Number.isFinite(e))return V;let t=Math.round(e*60),n=(e,t)=>this.#i({style:`unit`,unit:t,unitDisplay:`short`},this.locale.language).format(e);if(t<60)return n(t,`minute`);let r=t%60,i=n(Math.floor(t/60),`hour`);return r===0||t>=1440?i:`${i} ${n(r,`minute`)}`}relative(e,t=Date.now()){let n=(new Date(e).getTime()-t)/1e3,r=Math.abs(n),[i,a]=r<60?[n,`second`]:r<3600?[n/60,`minute`]:r<86400?[n/3600,`hour`]:[n/86400,`day`];return new Intl.RelativeTimeFormat(this.locale.language,{numeric:`auto`}).format(Math.round(i),a)}startOfDay(e){let t=this.dayKey(e),n=new Date(e).getTime()-1560*B,r=new Date(e).getTime();for(;r-n>B;){let e=Math.floor((n+r)/2/B)*B;if(e<=n)break;this.dayKey(e)<t?n=e:r=e}return Math.floor(r/B)*B}#i(e,t=this.#e){let n={...e,useGrouping:this.locale.number_format!==`none`};return this.#o(`n${t}${JSON.stringify(n)}`,()=>new Intl.NumberFormat(t,n))}#a(e){let t=e.month===`numeric`&&this.locale.date_format in bt?bt[this.locale.date_format]:this.locale.language,n={...e,timeZone:this.timeZone,...this.#n===void 0?{}:{hour12:this.#n}},r=this.#n===!1?{...n,hour12:void 0,hourCycle:`h23`}:n;return this.#o(`d${t}${JSON.stringify(r)}`,()=>new Intl.DateTimeFormat(t,r))}#o(e,t){let n=this.#r.get(e)??t();return this.#r.set(e,n),n}},St=e=>customElements.get(e)!==void 0,Ct=(e,t,n)=>St(`ha-menu-button`)?E`<ha-menu-button .hass=${e} .narrow=${t}></ha-menu-button>`:t?E`<button class="icon-button" aria-label=${n} @click=${wt}>☰</button>`:O,wt=e=>z(e.currentTarget,`hass-toggle-menu`),Tt=(e,t)=>z(e,`hass-notification`,{message:t}),Et=(e,t=!1)=>{history[t?`replaceState`:`pushState`](null,``,e),window.dispatchEvent(new CustomEvent(`location-changed`,{detail:{replace:t}}))},Dt=`sigenstor_panel`,Ot=()=>``,kt,H;function At(e){return kt===e.language&&H||(kt=e.language,H=e.loadBackendTranslation(`config_panel`,Dt).then(e=>{Ot=e},e=>{throw H=void 0,e})),H}var U=(e,t)=>Ot(`component.${Dt}.config_panel.${e}`,t),jt=(e,t)=>U(`word.${e}_${t}`),W=(e,t)=>E`<svg class="icon" viewBox="0 0 24 24" role=${t?`img`:O} aria-label=${t??O} aria-hidden=${t?O:`true`}>${Ie`<path d=${e}></path>`}</svg>`,G={sun:`var(--energy-solar-color, #ff9800)`,battery:`var(--energy-battery-out-color, #4db6ac)`,charge:`var(--energy-battery-in-color, #f06292)`,discharge:`var(--energy-battery-out-color, #4db6ac)`,grid:`var(--energy-grid-consumption-color, #488fc2)`,export:`var(--energy-grid-return-color, #8353d1)`,house:`var(--sigenstor-house-color)`,hold:`var(--sigenstor-hold-color)`,soc:`var(--sigenstor-soc-color)`,text:`var(--primary-text-color)`,faint:`var(--secondary-text-color)`,line:`var(--divider-color)`},Mt={charge:G.charge,discharge:G.discharge,hold:G.hold,self_consume:G.sun,release:G.line},Nt=g`
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
`,K=g`
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
`,Pt=g`
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
`,Ft=g`
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
  .field input,
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
  input[type="range"],
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
`;function q(e,t,n,r){var i=arguments.length,a=i<3?t:r===null?r=Object.getOwnPropertyDescriptor(t,n):r,o;if(typeof Reflect==`object`&&typeof Reflect.decorate==`function`)a=Reflect.decorate(e,t,n,r);else for(var s=e.length-1;s>=0;s--)(o=e[s])&&(a=(i<3?o(a):i>3?o(t,n,a):o(t,n))||a);return i>3&&a&&Object.defineProperty(t,n,a),a}var J=class extends N{constructor(...e){super(...e),this.query=new URLSearchParams,this.narrow=!1}setQuery(e,t=!1){z(this,`sigenstor-query`,{changes:e,push:t})}};q([P({attribute:!1})],J.prototype,`app`,void 0),q([P({attribute:!1})],J.prototype,`query`,void 0),q([P({type:Boolean,reflect:!0})],J.prototype,`narrow`,void 0);var It=(e,t=``,n=``)=>E`<div class="blank" style="display:grid;justify-items:center;gap:8px;padding:48px 16px;text-align:center">
    ${W(`M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z`)}
    <p style="font-size:var(--ha-font-size-l,16px)">${e}</p>
    <p class="faint" style="max-width:48ch">${t}</p>
    ${n}
  </div>`,Lt=()=>E`<div role="status" style="display:grid;place-items:center;padding:48px 16px"><sigenstor-spinner></sigenstor-spinner><span class="visually-hidden">${U(`common.loading`)}</span></div>`,Rt=e=>e.message||U(`common.error_unknown`);function zt(e,t,n){if(e.state===`loading`)return Lt();if(e.state===`ready`)return t(e.value,e.stale);let r=n?E`<button class="button" @click=${n}>${U(`common.try_again`)}</button>`:``;return It(U(`common.error_title`),Rt(e.error),r)}var Y=class extends N{constructor(...e){super(...e),this.control=null,this.busy=!1}static{this.styles=[K,Ft,g`
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
    `]}render(){let e=this.control;if(e?.emergency_stop)return this.#e(`stop`,`M13 13H11V7H13M11 15H13V17H11M15.73 3H8.27L3 8.27V15.73L8.27 21H15.73L21 15.73V8.27L15.73 3Z`,U(`common.emergency_title`),U(`common.emergency_text`),U(`common.emergency_clear`),()=>this.app.service.clearEmergencyStop());if(!e?.override)return O;let{format:t}=this.app,{kind:n,power_w:r,expires_at:i,target_soc:a}=e.override,o=[jt(`override`,n),n===`force_hold`?``:t.power(r),a===null||n===`force_hold`?``:U(`common.override_target`,{soc:t.percent(a)}),i?U(`common.override_until`,{time:t.soon(i)}):U(`common.override_open`)];return this.#e(`override`,`M13 24C9.74 24 6.81 22 5.6 19L2.57 11.37C2.26 10.58 3 9.79 3.81 10.05L4.6 10.31C5.16 10.5 5.62 10.92 5.84 11.47L7.25 15H8V3.25C8 2.56 8.56 2 9.25 2S10.5 2.56 10.5 3.25V12H11.5V1.25C11.5 .56 12.06 0 12.75 0S14 .56 14 1.25V12H15V2.75C15 2.06 15.56 1.5 16.25 1.5C16.94 1.5 17.5 2.06 17.5 2.75V12H18.5V5.75C18.5 5.06 19.06 4.5 19.75 4.5S21 5.06 21 5.75V16C21 20.42 17.42 24 13 24Z`,U(`common.override_title`),o.filter(Boolean).join(` · `),U(`common.override_stop`),()=>this.app.service.clearOverride())}#e(e,t,n,r,i,a){return E`<div class="banner ${e}" role="alert">
      ${W(t)}
      <div><strong>${n}</strong><br />${r}</div>
      <button class="button" ?disabled=${this.busy} @click=${()=>void this.#t(a)}>${i}</button>
    </div>`}async#t(e){this.busy=!0;try{await e()}catch(e){Tt(this,Rt(I(e)))}finally{this.busy=!1}}};q([P({attribute:!1})],Y.prototype,`app`,void 0),q([P({attribute:!1})],Y.prototype,`control`,void 0),q([$e()],Y.prototype,`busy`,void 0),Y=q([R(`sigenstor-alarm`)],Y);var Bt=class extends N{constructor(...e){super(...e),this.ticker=new _t(this,5e3)}static{this.styles=[K,g`
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
    `]}render(){let e=st(this.remote)?.telemetry,t=e?this.format.relative(e.read_at):``;if(this.remote.state===`ready`&&this.remote.stale)return this.#e(f,U(`common.source_lost`),``,!0);if(!e)return this.#e(f,U(`common.source_none`),``,this.remote.state===`ready`);if(e.source===`stale`)return this.#e(f,U(`common.source_stale`),t,!0);let n=e.source===`cloud`;return this.#e(n?`M6.5 20Q4.22 20 2.61 18.43 1 16.85 1 14.58 1 12.63 2.17 11.1 3.35 9.57 5.25 9.15 5.88 6.85 7.75 5.43 9.63 4 12 4 14.93 4 16.96 6.04 19 8.07 19 11 20.73 11.2 21.86 12.5 23 13.78 23 15.5 23 17.38 21.69 18.69 20.38 20 18.5 20M6.5 18H18.5Q19.55 18 20.27 17.27 21 16.55 21 15.5 21 14.45 20.27 13.73 19.55 13 18.5 13H17V11Q17 8.93 15.54 7.46 14.08 6 12 6 9.93 6 8.46 7.46 7 8.93 7 11H6.5Q5.05 11 4.03 12.03 3 13.05 3 14.5 3 15.95 4.03 17 5.05 18 6.5 18M12 12Z`:`M4,1C2.89,1 2,1.89 2,3V7C2,8.11 2.89,9 4,9H1V11H13V9H10C11.11,9 12,8.11 12,7V3C12,1.89 11.11,1 10,1H4M4,3H10V7H4V3M3,13V18L3,20H10V18H5V13H3M14,13C12.89,13 12,13.89 12,15V19C12,20.11 12.89,21 14,21H11V23H23V21H20C21.11,21 22,20.11 22,19V15C22,13.89 21.11,13 20,13H14M14,15H20V19H14V15Z`,U(n?`common.source_cloud`:`common.source_modbus`),t,!1)}#e(e,t,n,r){return E`<span class="chip ${r?`stale`:``}">${W(e)}<span>${t}${n?E` · ${n}`:``}</span></span>`}};q([P({attribute:!1})],Bt.prototype,`remote`,void 0),q([P({attribute:!1})],Bt.prototype,`format`,void 0),Bt=q([R(`sigenstor-source-chip`)],Bt);var Vt=class extends N{static{this.styles=g`
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
  `}render(){return E`<div></div>`}};Vt=q([R(`sigenstor-spinner`)],Vt);var X=class extends N{constructor(...e){super(...e),this.heading=``,this.open=!1,this.#e=e=>{e.target===this.dialog&&this.dialog.close()},this.#t=()=>{this.open=!1,z(this,`closed`)}}static{this.styles=[K,Ft,g`
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
    `]}updated(){this.open&&!this.dialog.open&&this.dialog.showModal(),!this.open&&this.dialog.open&&this.dialog.close()}disconnectedCallback(){super.disconnectedCallback(),this.open=!1}render(){return E`<dialog aria-labelledby="heading" @close=${this.#t} @click=${this.#e}>
      <header>
        <h2 id="heading">${this.heading}</h2>
        <button class="icon-button" aria-label=${U(`common.close`)} @click=${()=>this.dialog.close()}>${W(`M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41Z`)}</button>
      </header>
      <div class="content"><slot></slot></div>
      <footer><slot name="actions"></slot></footer>
    </dialog>`}#e;#t};q([P()],X.prototype,`heading`,void 0),q([P({type:Boolean})],X.prototype,`open`,void 0),q([tt(`dialog`)],X.prototype,`dialog`,void 0),X=q([R(`sigenstor-dialog`)],X);function Ht(e){let t=/^([a-z][a-z0-9_]*) must be (.*?)(?:, not .*)?\.?$/s.exec(e.message),[,n=``,r=``]=t??[];return t?{field:n,text:U(`common.must_be`,{allowed:r})}:void 0}var Z=class extends N{constructor(...e){super(...e),this.label=``,this.options=[],this.value=``,this.disabled=!1,this.#e=e=>{this.value=e.target.value,z(this,`chosen`,this.value)}}static{this.styles=[K,g`
      :host {
        display: inline-block;
        max-width: 100%;
      }
      .group {
        display: flex;
        padding: 3px;
        border-radius: 9999px;
        background: var(--sigenstor-sunken);
        overflow-x: auto;
        scrollbar-width: none;
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
        background: color-mix(in srgb, var(--primary-color) 14%, var(--sigenstor-surface, var(--card-background-color)));
        color: var(--primary-text-color);
        box-shadow: 0 1px 3px rgb(0 0 0 / 25%);
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
    `]}render(){return E`<div class="group ${this.disabled?`disabled`:``}" role="radiogroup" aria-label=${this.label}>
      ${this.options.map(({value:e,label:t})=>E`<label>
          <input type="radio" name="option" .value=${e} .checked=${e===this.value} ?disabled=${this.disabled} @change=${this.#e} />
          <span>${t}</span>
        </label>`)}
    </div>`}#e};q([P()],Z.prototype,`label`,void 0),q([P({attribute:!1})],Z.prototype,`options`,void 0),q([P()],Z.prototype,`value`,void 0),q([P({type:Boolean})],Z.prototype,`disabled`,void 0),Z=q([R(`sigenstor-segments`)],Z);var Ut={charge:t,discharge:e,hold:p,self_consume:u,release:s},Wt={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Gt=e=>(...t)=>({_$litDirective$:e,values:t}),Kt=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:qt}=Ke,Jt=e=>e,Yt=()=>document.createComment(``),Q=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new qt(r.insertBefore(Yt(),i),r.insertBefore(Yt(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=Jt(e).nextSibling;Jt(r).insertBefore(e,i),e=t}}}return n},$=(e,t,n=e)=>(e._$AI(t,n),e),Xt={},Zt=(e,t=Xt)=>e._$AH=t,Qt=e=>e._$AH,$t=e=>{e._$AR(),e._$AA.remove()},en=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},tn=Gt(class extends Kt{constructor(e){if(super(e),e.type!==Wt.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=Qt(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=$(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=$(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=$(i[d],a[m]),Q(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=$(i[f],a[p]),Q(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=en(o,p,m),u=en(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=Q(e,i[d]);$(t,a[p]),c[p]=t}else c[p]=$(n,a[p]),Q(e,i[d],n),i[t]=null;p++}else $t(i[f]),f--}else $t(i[d]),d++;for(;p<=m;){let t=Q(e,c[m+1]);$(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&$t(e)}return this.ut=o,Zt(e,c),D}});export{I as A,r as B,R as C,pt as D,_t as E,N as F,l as G,a as H,O as I,ee as J,d as K,E as L,tt as M,$e as N,ht as O,P,g as R,xt as S,gt as T,o as U,i as V,c as W,U as _,It as a,Et as b,Lt as c,K as d,Pt as f,At as g,W as h,J as i,nt as j,st as k,q as l,Nt as m,Ut as n,Rt as o,Ft as p,m as q,Ht as r,zt as s,tn as t,Mt as u,jt as v,z as w,Tt as x,Ct as y,n as z};