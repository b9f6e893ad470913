// Puts the page and swagger-ui's own files where the server hands them out, with brotli copies.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const to = new URL("../src/overture/web/static/apidocs/", import.meta.url).pathname;
const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const file of ["index.html", "start.js"]) copyFileSync(new URL(file, import.meta.url), join(to, file));
for (const file of ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE"]) copyFileSync(join(swagger, file), join(to, file));
for (const file of ["index.html", "start.js", "swagger-ui.css", "swagger-ui-bundle.js"]) {
  writeFileSync(join(to, `${file}.br`), brotliCompressSync(readFileSync(join(to, file))));
}
