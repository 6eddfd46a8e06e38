/**
 * Returns sentences: what stands out of the screen or of its box, what is cut off, what lies on or touches something else,
 * what is written backwards, and which labels of a drawing cannot be read. The contrast of all other text is axe's.
 */
(root) => {
  const found = new Set();
  const name = (element) =>
    `${element.localName}${[...element.classList].map((part) => `.${part}`).join("")} "${element.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}"`;
  const CONTROLS = "button, a, input, select, summary, [role=button]";

  /** The element that this one is drawn in, through slots and shadow roots. */
  const around = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;
  const path = (element) => {
    const all = [];
    for (let each = element; each; each = around(each)) all.push(each);
    return all;
  };
  const children = (element) => {
    if (element.shadowRoot) return element.shadowRoot.childNodes;
    const assigned = element.localName === "slot" ? element.assignedNodes() : [];
    return assigned.length ? assigned : element.childNodes;
  };
  /** In Home Assistant's own form fields, whose labels lie on them. */
  const isTheirs = (boxes) => [...boxes].some(({ localName }) => localName === "ha-form");
  const scrolls = (overflow, size, room) => ["auto", "scroll"].includes(overflow) && size > room + 1;
  const isPainted = (style) =>
    style.backgroundColor !== "rgba(0, 0, 0, 0)" ||
    ["Top", "Right", "Bottom", "Left"].every((side) => parseFloat(style[`border${side}Width`]) > 0);

  /** What a person sees of it in the boxes around it, and where it stands out of one that does not scroll. */
  const shown = (element, { left, top, right, bottom }, from) => {
    let [across, down] = [true, true];
    const seen = { left, top, right, bottom };
    for (const box of path(from)) {
      if (box === document.body) break;
      const style = getComputedStyle(box);
      const isDrawing = box.localName === "svg";
      if ((["contents", "inline"].includes(style.display) && !isDrawing) || box.ownerSVGElement) continue;
      const edge = box.getBoundingClientRect();
      const clips = style.overflowX !== "visible" || style.overflowY !== "visible";
      if (scrolls(style.overflowX, box.scrollWidth, box.clientWidth)) across = false;
      if (scrolls(style.overflowY, box.scrollHeight, box.clientHeight)) down = false;
      if (clips) {
        seen.left = Math.max(seen.left, edge.left);
        seen.right = Math.min(seen.right, edge.right);
        seen.top = Math.max(seen.top, edge.top);
        seen.bottom = Math.min(seen.bottom, edge.bottom);
      }
      if (!clips && !isPainted(style) && !isDrawing) continue;
      if ((across && (left < edge.left - 2 || right > edge.right + 2)) || (down && (top < edge.top - 3 || bottom > edge.bottom + 3))) {
        found.add(`${name(element)} ${clips ? "is cut off by" : "stands out of"} ${name(box)}`);
        break;
      }
      if (style.position === "fixed") break;
    }
    if (across && (left < -1 || right > innerWidth + 1)) found.add(`${name(element)} stands out of the screen`);
    return seen;
  };

  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const readable = (label) => {
    const behind = path(label).find((box) => /^rgb\(/.test(getComputedStyle(box).backgroundColor));
    const [dark, light] = [getComputedStyle(label).fill, getComputedStyle(behind ?? document.body).backgroundColor]
      .map(luminance)
      .sort((a, b) => a - b);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.add(`${name(label)} has a contrast of ${contrast.toFixed(1)}`);
  };

  const place = (node, from, to) => {
    const range = document.createRange();
    range.setStart(node, from);
    range.setEnd(node, to);
    return range;
  };
  /** Whether the end of a line stands before its beginning: "kWh 24.1", ".Not known". */
  const isBackwards = (text) => {
    const [first, last] = [text.data.search(/\S/), text.data.trimEnd().length - 1];
    const end = place(text, last, last + 1).getBoundingClientRect();
    const begin = [first, last - 1]
      .map((at) => place(text, at, at + 1).getBoundingClientRect())
      .find(({ top, width }) => width && Math.abs(top - end.top) < 2);
    return begin && end.width && end.left < begin.left;
  };

  const things = [];
  const add = (element, box, from) => {
    const seen = shown(element, box, from);
    const inside = new Set(path(element));
    if (seen.right - seen.left > 1 && seen.bottom - seen.top > 1 && !isTheirs(inside)) {
      const floats = [...inside].find((each) => ["fixed", "sticky"].includes(getComputedStyle(each).position));
      things.push({ element, inside, floats, isText: element === from, ...seen });
    }
  };
  const read = (text, element) => {
    for (const box of place(text, 0, text.length).getClientRects())
      if (box.width > 1 && box.height > 1) add(element, box, element);
    if (text.data.trim().length > 1 && !isTheirs(path(element)) && isBackwards(text)) found.add(`${name(element)} is written backwards`);
    if (element.ownerSVGElement && /[\p{L}\d]/u.test(text.data)) readable(element);
  };
  const look = (node, parent) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) read(node, parent);
    if (node.nodeType !== Node.ELEMENT_NODE || ["style", "script", "title"].includes(node.localName)) return;
    const style = getComputedStyle(node);
    if (style.display !== "contents") {
      if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
      const box = node.getBoundingClientRect();
      if (style.clipPath !== "none" || style.clip !== "auto" || (box.width <= 1 && box.height <= 1)) return;
      if (node.matches(CONTROLS) && style.display !== "inline") add(node, box, around(node));
    }
    for (const child of children(node)) look(child, node);
  };
  look(root);

  things.forEach((one, index) => {
    for (const other of things.slice(index + 1)) {
      if (one.floats !== other.floats || one.inside.has(other.element) || other.inside.has(one.element)) continue;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      const gap = one.isText && other.isText ? 1 : -1;
      if (across > -gap && down > 3) found.add(`${name(one.element)} lies on ${name(other.element)}`);
    }
  });
  const wide = document.scrollingElement.scrollWidth;
  if (wide > innerWidth) found.add(`the page is ${wide} px wide on a screen of ${innerWidth}`);
  return [...found];
}
