import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The web application, built into dist/web, from where `tunewright serve` sends it.
export default defineConfig({
  root: fileURLToPath(new URL("../src/web", import.meta.url)),
  plugins: [react()],
  logLevel: "warn",
  build: {
    outDir: fileURLToPath(new URL("../dist/web", import.meta.url)),
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // While developing: `npx vite -c scripts/web.config.mjs` next to a server that listens on the default port.
  server: { proxy: { "/api": "http://127.0.0.1:5000" } },
});
