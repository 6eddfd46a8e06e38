import { describe, expect, it } from "vitest";
import { COLOUR, tokens } from "./theme";

/** Not things: what is written, and lines between. */
const NEUTRAL = ["text", "faint", "line"];

/** The colour that is seen with Home Assistant's own theme, as red, green and blue. */
function seen(colour: string): number[] {
  const name = /var\((--sigenstor-[a-z-]+)/.exec(colour)?.[1];
  const value = name ? (new RegExp(`${name}: ([^;]+);`).exec(tokens.cssText)?.[1] ?? "") : colour;
  const [, ...parts] = /#(..)(..)(..)/.exec(value) ?? [];
  return parts.map((part) => Number.parseInt(part, 16));
}

describe("the colours", () => {
  const things = Object.entries(COLOUR).filter(([name]) => !NEUTRAL.includes(name));

  it("are one for each thing, far enough from each other to tell them apart", () => {
    for (const [index, [one, first]] of things.entries())
      for (const [other, second] of things.slice(index + 1)) {
        const [a, b] = [seen(first), seen(second)];
        expect([one, a.length, other, b.length]).toEqual([one, 3, other, 3]);
        const distance = Math.hypot(...a.map((part, at) => part - (b[at] ?? 0)));
        expect(distance, `${one} and ${other}`).toBeGreaterThan(40);
      }
  });
});
