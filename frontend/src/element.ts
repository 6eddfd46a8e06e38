/** Define an element once: after an update, the old and the new bundle can meet in one page, and the first one stays. */
export const element = (name: string) => (of: CustomElementConstructor) => {
  if (!customElements.get(name)) customElements.define(name, of);
};

/** Tell the parents something; crosses shadow roots. */
export const fire = (from: HTMLElement, type: string, detail?: unknown) =>
  from.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
