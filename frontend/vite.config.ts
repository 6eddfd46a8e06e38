import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { minifyHTMLLiterals } from "minify-literals";
import { defineConfig } from "vitest/config";

const source = resolve(import.meta.dirname, "src");

/** Home Assistant loads an entry with its version in the URL: a chunk importing that entry would load it a second time. */
const entriesAreImportedByNobody = {
  name: "entries-are-imported-by-nobody",
  generateBundle(_options: unknown, bundle: Record<string, { type: string; imports?: string[] }>) {
    for (const [name, chunk] of Object.entries(bundle)) {
      const entry = chunk.imports?.find((file) => file === "panel.js" || file === "cards.js");
      if (entry) throw new Error(`${name} imports ${entry}: move what they share into src/components.`);
    }
  },
};

/** Vite's helper preloads styles of chunks; ours are in the code. */
const plainImports = {
  name: "plain-imports",
  enforce: "pre" as const,
  load: (id: string) =>
    id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : undefined,
};

/** Vite minifies no templates. A space beside an element stays: it may be one that stands in a line of text. */
export const minifyTemplates = {
  name: "minify-templates",
  apply: "build" as const,
  enforce: "pre" as const,
  transform: (code: string, id: string) =>
    id.startsWith(source) && id.endsWith(".ts")
      ? minifyHTMLLiterals(code, {
          fileName: id,
          // Declarations of an element's own style would be put into another order, and what stands in them would not.
          html: { conservativeCollapse: true, minifyCSS: false },
          sourceMap: false,
        })
      : undefined,
};

/** Home Assistant's server sends these to browsers that take them, and compresses nothing by itself. */
const compressedBeside = {
  name: "compressed-beside",
  apply: "build" as const,
  writeBundle({ dir }: { dir?: string }, bundle: Record<string, { type: string }>) {
    for (const [name, { type }] of Object.entries(bundle)) {
      if (type !== "chunk" || !dir) continue;
      const script = readFileSync(resolve(dir, name));
      writeFileSync(resolve(dir, `${name}.gz`), gzipSync(script, { level: 9 }));
      writeFileSync(resolve(dir, `${name}.br`), brotliCompressSync(script));
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [plainImports, minifyTemplates, entriesAreImportedByNobody, compressedBeside],
  build: {
    target: "es2022",
    outDir: process.env.BUNDLE_DIR ?? resolve(import.meta.dirname, "../custom_components/sigenstor_panel/frontend"),
    emptyOutDir: true,
    modulePreload: false,
    license: { fileName: "licenses.md" },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { panel: resolve(source, "panel.ts"), cards: resolve(source, "cards.ts") },
      preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        codeSplitting: {
          groups: [
            {
              name: "core",
              test: /node_modules|src[\\/](api|charts|components|ha|parts)[\\/]|src[\\/](?!panel|cards)[a-z-]+\.ts$/,
              priority: 1,
            },
            // Together they compress better than each by itself, and after the first of them the others are there.
            { name: "pages", test: /src[\\/]views[\\/](history|plan|schedules|settings)[\\/]/ },
          ],
        },
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    restoreMocks: true,
    // How long a test takes says something about the machine, nothing about the code.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
