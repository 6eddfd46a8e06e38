import { resolve } from "node:path";
import { defineConfig } from "vite";
import { minifyTemplates } from "../vite.config.ts";

/** Built like the bundle, so that what is looked at is what people get. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [minifyTemplates],
  build: { outDir: resolve(import.meta.dirname, "dist"), emptyOutDir: true, reportCompressedSize: false },
});
