import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Brotli kilobytes of scripts and styles the browser fetches before a page can be drawn. */
const BUDGET_KB = 150;

const kilobytes = (source: string | Uint8Array) => brotliCompressSync(Buffer.from(source)).length / 1000;

function reachable(entry: Rolldown.OutputChunk, bundle: Rolldown.OutputBundle): Set<string> {
  const seen = new Set<string>();
  const walk = (name: string) => {
    const part = bundle[name];
    if (seen.has(name) || part?.type !== "chunk") return;
    seen.add(name);
    part.imports.forEach(walk);
  };
  walk(entry.fileName);
  return seen;
}

/** Prints what each page costs beyond the first load, and fails the build when the first load is over budget. */
export function firstLoad(): Plugin {
  return {
    name: "overture-first-load",
    apply: "build",
    writeBundle(_options, bundle) {
      const parts = Object.values(bundle);
      const chunks = parts.filter((part) => part.type === "chunk");
      const entry = chunks.find((chunk) => chunk.isEntry);
      if (!entry) return;
      const first = reachable(entry, bundle);
      const styles = parts.filter((part) => part.type === "asset" && part.fileName.endsWith(".css"));
      const script = [...first].reduce((sum, name) => sum + kilobytes((bundle[name] as Rolldown.OutputChunk).code), 0);
      const style = styles.reduce((sum, part) => sum + kilobytes((part as Rolldown.OutputAsset).source), 0);
      const total = script + style;
      console.log(`\nfirst load (brotli): ${script.toFixed(1)} kB script + ${style.toFixed(1)} kB style`);
      for (const chunk of chunks.filter((part) => part.isDynamicEntry)) {
        const own = [...reachable(chunk, bundle)].filter((name) => !first.has(name));
        const size = own.reduce((sum, name) => sum + kilobytes((bundle[name] as Rolldown.OutputChunk).code), 0);
        console.log(`  + ${chunk.name.padEnd(18)} ${size.toFixed(1).padStart(6)} kB`);
      }
      if (total > BUDGET_KB) {
        this.error(
          `The first load is ${total.toFixed(1)} kB, over the budget of ${BUDGET_KB} kB: split what a page does not need.`,
        );
      }
    },
  };
}

const PACKED = /\.(js|css|html|svg|json)$/;

/** Writes a brotli copy beside each text file: the server hands it out as it is. */
export function brotliCopies(): Plugin {
  return {
    name: "overture-brotli-copies",
    apply: "build",
    writeBundle({ dir = "" }) {
      for (const name of readdirSync(dir, { recursive: true }).map(String)) {
        const path = join(dir, name);
        if (PACKED.test(name) && statSync(path).isFile())
          writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
      }
    },
  };
}
