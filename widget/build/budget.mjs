// What the visitor's browser pays, in brotli bytes (quality 11): the loader alone, all of it with the chat open, and each
// part that is loaded only when it is needed.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const LOADER_BYTES = 5_000;
const OPEN_BYTES = 25_000;
const LAZY_BYTES = 4_000; // each: half a second on a slow line, while something stands in its place

function brotli(content) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
  return brotliCompressSync(content, { params });
}

async function files(dir) {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  return names.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
}

/** Writes `NAME.br` beside every file, for the server to send as it is. */
export async function compressAll(dir) {
  for (const file of await files(dir)) await writeFile(`${file}.br`, brotli(await readFile(file)));
}

/** Prints each file's weight; false when a budget is passed. Of the catalogues only the heaviest counts: one is loaded. */
export async function reportBudget(dir) {
  const weights = [];
  for (const file of await files(dir)) {
    if (file.endsWith('.br')) weights.push([file.slice(dir.length + 1, -3), (await readFile(file)).length]);
  }
  const isCatalogue = ([name]) => name.startsWith('assets/catalogue-');
  const isLazy = ([name]) => name.startsWith('assets/lazy-') || name === 'teaser.js';
  const catalogue = Math.max(...weights.filter(isCatalogue).map(([, bytes]) => bytes));
  const always = weights.filter((weight) => !isCatalogue(weight) && !isLazy(weight));
  const fixed = always.reduce((sum, [, bytes]) => sum + bytes, 0);
  const loader = weights.find(([name]) => name === 'overture.js')[1];
  for (const [name, bytes] of weights) console.log(`${String(bytes).padStart(7)}  ${name}`);
  return [
    within('loader', loader, LOADER_BYTES),
    within('loader and chat open, heaviest language', fixed + catalogue, OPEN_BYTES),
    ...weights.filter(isLazy).map(([name, bytes]) => within(name, bytes, LAZY_BYTES)),
  ].every(Boolean);
}

function within(what, bytes, limit) {
  console.log(`${what}: ${bytes} bytes brotli of ${limit}${bytes > limit ? ' - OVER THE BUDGET' : ''}`);
  return bytes <= limit;
}
