import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "@shared": here("./src/shared"),
      "@domains": here("./src/domains"),
      "@views": here("./src/views"),
      "@locales": here("./locales"),
    },
  },
  test: { include: ["src/**/*.test.ts", "locales/**/*.test.ts"], environment: "node" },
});
