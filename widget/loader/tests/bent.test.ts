import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What libraries and polyfills replace: the loader's own code does without (docs/reference/snippet.md). */
const BENDABLE =
  /for \(.* of |JSON\.|new (Set|Map|Promise)\(|Array\.from|Object\.(keys|entries|fromEntries)|\.(map|filter|find|forEach|reduce|includes|at|trim|startsWith|padStart|bind)\(|\[\.\.\.|(const|let) \[/;

it('uses nothing of the language that pages replace', () => {
  const found: string[] = [];
  for (const name of readdirSync('loader/src').filter((one) => one.endsWith('.ts'))) {
    const lines = readFileSync(`loader/src/${name}`, 'utf8').split('\n');
    found.push(...lines.filter((line) => BENDABLE.test(line)).map((line) => `${name}: ${line.trim()}`));
  }
  expect(found).toEqual([]);
});
