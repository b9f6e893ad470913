import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { brotliCopies, firstLoad } from "./scripts/build-plugins";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.OVERTURE_SERVER ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/console/",
  plugins: [react(), tailwindcss(), firstLoad(), brotliCopies()],
  resolve: {
    alias: {
      "@shared": here("./src/shared"),
      "@domains": here("./src/domains"),
      "@views": here("./src/views"),
      "@locales": here("./locales"),
    },
  },
  build: {
    outDir: "../src/overture/web/static/console",
    emptyOutDir: true,
    target: "es2022",
    // Fonts and icons stay files: a data: URL would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: {
    proxy: { "/api": server, "/v1": { target: server, ws: true } },
  },
});
