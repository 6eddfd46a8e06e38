// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { minifyTemplates } from "../../vite.config";

const SOURCE = new URL("../", import.meta.url).pathname;
const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) =>
  /(?<!\.test)\.ts$/.test(name),
);
const stylesIn = (code: string) => code.match(/style="[^"]*\$\{[^\n]*?"/g) ?? [];

it("leaves what an element's style is made of in its order", async () => {
  const written = files.map((name) => [name, stylesIn(readFileSync(SOURCE + name, "utf8"))] as const);
  expect(written.flatMap(([, styles]) => styles).length).toBeGreaterThan(10);
  for (const [name, styles] of written.filter(([, styles]) => styles.length)) {
    const built = await minifyTemplates.transform(readFileSync(SOURCE + name, "utf8"), SOURCE + name);
    for (const style of styles) expect((built as { code: string }).code).toContain(style);
  }
});
