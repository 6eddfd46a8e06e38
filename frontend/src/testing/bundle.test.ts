// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";

const BUNDLE = new URL("../../../custom_components/sigenstor_panel/frontend/", import.meta.url).pathname;
const files = readdirSync(BUNDLE, { recursive: true, encoding: "utf8" }).sort();
const scripts = files.filter((name) => name.endsWith(".js"));

describe("the bundle that is committed", () => {
  it("has both compressed forms beside each script, and of nothing else", () => {
    const compressed = files.filter((name) => /\.(br|gz)$/.test(name));
    expect(compressed).toEqual(scripts.flatMap((name) => [`${name}.br`, `${name}.gz`]).sort());
  });

  it.each(scripts)("is the same compressed as not: %s", (name) => {
    const script = readFileSync(BUNDLE + name);
    expect(gunzipSync(readFileSync(`${BUNDLE}${name}.gz`)).equals(script)).toBe(true);
    expect(brotliDecompressSync(readFileSync(`${BUNDLE}${name}.br`)).equals(script)).toBe(true);
  });
});
