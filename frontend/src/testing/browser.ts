import { vi } from "vitest";
import type { Live } from "../api/types";
import { FakeConnection } from "./fake-hass";
import { sampleLive, samplePlan } from "./sample";

/** What tests of elements share. */

export const NOW = Date.parse("2026-01-05T01:40:00Z");

/** A connection that answers every subscription with the sample, changed as a test needs it. */
export const connect = (change: (live: Live) => void = () => undefined) =>
  new FakeConnection(({ message, send }) => {
    const live = sampleLive(NOW);
    change(live);
    send(message.type === "sigenstor_panel/live/subscribe" ? { live } : { plan: samplePlan(NOW) });
  });

/** Wait until an assertion holds, however slow the machine is. */
export const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 200_000 });

/** Wait until modules, promises and elements have come to rest. */
export const settle = async () => {
  for (let turn = 0; turn < 5; turn++) {
    await vi.dynamicImportSettled();
    await new Promise((resolve) => setTimeout(resolve));
  }
};

/** All text below an element, through shadow roots, as a reader would find it. */
export function textOf(node: Node): string {
  const parts =
    node instanceof Element && node.shadowRoot ? [node.shadowRoot, ...node.childNodes] : [...node.childNodes];
  if (node instanceof Text) return node.data;
  return node instanceof HTMLStyleElement ? "" : parts.map(textOf).join(" ").replace(/\s+/g, " ");
}

/** The first element that matches, looked for through shadow roots. */
export function find<E extends HTMLElement>(root: Element | ShadowRoot, selector: string): E | null {
  const here = root.querySelector<E>(selector);
  if (here) return here;
  for (const child of root.querySelectorAll("*")) {
    const found = child.shadowRoot && find<E>(child.shadowRoot, selector);
    if (found) return found;
  }
  return null;
}
