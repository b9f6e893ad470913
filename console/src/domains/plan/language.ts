/** What may stand in a plan, as the server tells it, and what fits at a place in a text. */

export interface Fact {
  name: string;
  kind: string;
  meaning: string;
}

export interface PlanKey {
  /** `teams.NAME.goal`: NAME stands for a name of one's own. */
  path: string;
  holds: string;
  needed: boolean;
  meaning: string;
  example: string;
}

export interface Language {
  facts: Fact[];
  keys: PlanKey[];
  /** The words to choose from, by a key's path. */
  choices: Record<string, string[]>;
}

interface Schema {
  enum?: unknown[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
}

/** `enum`s of the JSON Schema, by the catalogue's paths. */
export function choicesOf(schema: unknown, path = ""): Record<string, string[]> {
  const { enum: words, properties = {}, additionalProperties, items } = schema as Schema;
  const found: Record<string, string[]> = words && path ? { [path]: words.map(String) } : {};
  const below = (name: string) => (path ? `${path}.${name}` : name);
  for (const [name, inner] of Object.entries(properties)) Object.assign(found, choicesOf(inner, below(name)));
  if (items) Object.assign(found, choicesOf(items, path));
  if (typeof additionalProperties === "object") Object.assign(found, choicesOf(additionalProperties, below("NAME")));
  return found;
}

interface Line {
  /** The column at which its key (or text) begins, after any dashes. */
  column: number;
  key: string;
  blank: boolean;
}

const LINE = /^(\s*(?:-\s+)*)(?:\{\s*)?(?:(["']?)([\w./-]+)\2\s*:(?=\s|$))?/;

function read(line: string): Line {
  const match = LINE.exec(line);
  const column = match?.[1]?.length ?? 0;
  const rest = line.slice(column);
  return { column, key: match?.[3] ?? "", blank: !rest.trim() || rest.startsWith("#") };
}

/** The keys around a place, from the outermost: `["teams", "care", "goal"]`. */
export function pathAt(lines: string[], at: number, column: number): string[] {
  const path: string[] = [];
  let within = column;
  for (let n = at - 1; n >= 0 && within > 0; n -= 1) {
    const line = read(lines[n]!);
    if (line.blank || !line.key || line.column >= within) continue;
    path.unshift(line.key);
    within = line.column;
  }
  return path;
}

const NAMED = new Set(["teams", "audiences"]);

/** A path of a text as the catalogue writes it. */
export const catalogued = (path: string[]): string =>
  path.map((part, index) => (index === 1 && NAMED.has(path[0]!) ? "NAME" : part)).join(".");

/** Names that the text gives in a section: its teams, say. */
export function namesIn(text: string, section: string): string[] {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.startsWith(`${section}:`));
  if (from < 0) return [];
  const found: string[] = [];
  let column = -1;
  for (const raw of lines.slice(from + 1)) {
    const line = read(raw);
    if (line.blank) continue;
    if (line.column === 0) break;
    if (column < 0) column = line.column;
    if (line.column === column && line.key) found.push(line.key);
  }
  return found;
}

export interface Option {
  label: string;
  apply: string;
  type: "property" | "variable" | "enum" | "function" | "namespace";
  detail: string;
  info: string;
}

export interface Completion {
  from: number;
  options: Option[];
}

const CONDITIONS = new Set(["when"]);
const METHODS = ["startsWith", "endsWith", "contains", "matches"];
const MAPS = new Set(["strings", "counts", "traits"]);

/** Whether a condition stands at this path, and what of the plan it may not ask. */
function isCondition(path: string[]): boolean {
  if (path.length === 2 && (path[0] === "audiences" || path[0] === "stages")) return true;
  return CONDITIONS.has(path.at(-1) ?? "");
}

function facts(language: Language, text: string, path: string[]): Option[] {
  const outer = path[0];
  const options = language.facts
    .filter((fact) => !fact.name.startsWith("audience."))
    .filter((fact) => !(outer === "stages" && fact.name === "visit.stage"))
    .map((fact): Option => {
      const apply = MAPS.has(fact.kind) ? `${fact.name}["` : fact.name;
      return { label: fact.name, apply, type: "variable", detail: fact.kind, info: fact.meaning };
    });
  if (outer !== "audiences" && outer !== "stages") {
    const about = language.facts.find((fact) => fact.name.startsWith("audience."))?.meaning ?? "";
    for (const name of namesIn(text, "audiences")) {
      options.push({
        label: `audience.${name}`,
        apply: `audience.${name}`,
        type: "namespace",
        detail: "bool",
        info: about,
      });
    }
  }
  return options;
}

function keys(language: Language, path: string, taken: Set<string>): Option[] {
  const prefix = path ? `${path}.` : "";
  return language.keys
    .filter((key) => key.path.startsWith(prefix))
    .map((key) => ({ key, name: key.path.slice(prefix.length) }))
    .filter(({ name }) => name && !name.includes(".") && name !== "NAME" && !taken.has(name))
    .map(({ key, name }) => ({
      label: name,
      apply: `${name}: `,
      type: "property",
      detail: key.needed ? `${key.holds} *` : key.holds,
      info: `${key.meaning} · ${key.example}`,
    }));
}

function values(language: Language, text: string, path: string[]): Option[] {
  const at = catalogued(path);
  const key = language.keys.find((one) => one.path === at);
  const last = path.at(-1) ?? "";
  const option = (label: string, detail: string): Option => ({
    label,
    apply: label,
    type: "enum",
    detail,
    info: key?.meaning ?? "",
  });
  const words = language.choices[at];
  if (words) return words.map((word) => option(word, last));
  if (["team", "to", "owner"].includes(last)) return namesIn(text, "teams").map((team) => option(team, "team"));
  if (!key || ["...", ""].includes(key.example) || /^[{-]/.test(key.example) || key.holds.startsWith("mapping"))
    return [];
  return [option(key.example, key.holds)];
}

/** Keys that stand beside this one, so that none is offered twice. */
function siblings(lines: string[], at: number, column: number): Set<string> {
  const found = new Set<string>();
  for (const step of [-1, 1]) {
    for (let n = at + step; n >= 0 && n < lines.length; n += step) {
      const line = read(lines[n]!);
      if (line.blank) continue;
      if (line.column < column) break;
      if (line.column === column && line.key) found.add(line.key);
      // A dash begins the next entry of a list: beyond it stand another's keys.
      if (line.column === column && /^\s*-/.test(lines[n]!)) break;
      if (step === 1 && /^\s*-/.test(lines[n]!) && line.column <= column) break;
    }
  }
  return found;
}

/** What fits at a place of the text, and from where it would be put in; null if nothing does. */
export function completionAt(text: string, at: number, language: Language): Completion | null {
  const lines = text.split("\n");
  const before = text.slice(0, at);
  const n = before.split("\n").length - 1;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (/(^|\s)#/.test(line)) return null;
  const { column, key } = read(line);
  const around = pathAt(lines, n, column);
  const found = (from: string, options: Option[]): Completion | null =>
    options.length > 0 ? { from: at - from.length, options } : null;

  const flow = /^(.*[{,]\s*)([\w-]*)$/.exec(line.slice(column));
  const inFlow = /\{[^}]*$/.test(line) && !isCondition(key ? [...around, key] : around);
  if (inFlow && flow && !/"[^"]*$/.test(flow[1]!)) {
    const owner = key && !/^\s*(?:-\s*)?\{/.test(line) ? [...around, key] : around;
    const taken = new Set([...line.slice(line.lastIndexOf("{")).matchAll(/([\w-]+)\s*:/g)].map((match) => match[1]!));
    return found(flow[2]!, keys(language, catalogued(owner), taken));
  }
  const inner = /(?:[{,]\s*)([\w-]+)\s*:\s*(["']?)([^{},]*)$/.exec(line);
  const owner = inner && /^\s*(?:-\s*)?\{/.test(line) ? around : key ? [...around, key] : around;
  const path = inner ? [...owner, inner[1]!] : owner;

  if (isCondition(path)) {
    const word = /[A-Za-z_][\w.-]*$/.exec(line)?.[0] ?? "";
    const method = /(?:page|visit|visitor)\.\w+(?:\["[^"]*"\])?\.(\w*)$/.exec(line);
    if (method && !language.facts.some((fact) => fact.name.startsWith(word) && fact.name !== word)) {
      const calls = METHODS.map(
        (name): Option => ({ label: name, apply: `${name}("`, type: "function", detail: "bool", info: "" }),
      );
      return found(method[1]!, calls);
    }
    if (/"[^"]*$/.test(line.replaceAll(/'[^']*'|"[^"]*"/g, "")) && !/^[^:]*:\s*"[^"]*$/.test(line)) return null;
    return found(word, facts(language, text, path));
  }
  if (inner || (key && /:\s+\S*$/.test(line))) {
    const word = /[^\s{},[\]]*$/.exec(line)?.[0] ?? "";
    return found(word, values(language, text, path));
  }
  if (key) return null;
  const word = line.slice(column);
  if (!/^[\w-]*$/.test(word)) return null;
  return found(word, keys(language, catalogued(around), siblings(lines, n, column)));
}

/** What a word of the text means: a fact, or a key at its place. */
export function meaningAt(
  text: string,
  at: number,
  language: Language,
): { from: number; to: number; title: string; text: string } | null {
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at) < 0 ? text.length : text.indexOf("\n", at);
  const line = text.slice(start, end);
  for (const match of line.matchAll(/[A-Za-z_][\w.-]*/g)) {
    const [from, to] = [start + match.index, start + match.index + match[0].length];
    if (at < from || at > to) continue;
    const fact = language.facts.find(
      (one) =>
        one.name === match[0] ||
        // What is asked of it stands behind it: page.path.startsWith(…)
        match[0].startsWith(`${one.name}.`) ||
        (one.name === "audience.NAME" && match[0].startsWith("audience.")),
    );
    if (fact) {
      const name = fact.name === "audience.NAME" ? match[0] : fact.name;
      if (at > from + name.length) continue;
      return { from, to: from + name.length, title: `${name} · ${fact.kind}`, text: fact.meaning };
    }
    const lines = text.split("\n");
    const n = text.slice(0, from).split("\n").length - 1;
    const own = read(lines[n]!);
    if (own.key !== match[0] || match.index > own.column + 1) continue;
    const path = catalogued([...pathAt(lines, n, own.column), own.key]);
    const key = language.keys.find((one) => one.path === path);
    if (key) return { from, to, title: `${match[0]} · ${key.holds}`, text: key.meaning };
  }
  return null;
}

/** The names of a text's triggers, in its order. */
export function triggerNames(text: string): string[] {
  const from = text.search(/^triggers:/m);
  if (from < 0) return [];
  return [...text.slice(from).matchAll(/^\s*(?:-\s*)?(?:\{\s*)?name:\s*["']?([\w-]+)/gm)].map((match) => match[1]!);
}
