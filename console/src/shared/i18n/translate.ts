import type english from "@locales/en.json";

type Raw = keyof typeof english;
type Stem<K extends string> = K extends `${infer S}_one` | `${infer S}_other` ? S : K;

/** Every string of the console, plural forms folded into one key. */
export type Key = Stem<Raw>;
export type Catalogue = Record<string, string>;
export type Params = Record<string, string | number>;
export type Translate = (key: Key, params?: Params) => string;

/** `{days, plural, one {# day} other {# days}}`: for a sentence that counts more than one thing. */
const PLURAL = /\{(\w+), plural, one \{([^{}]*)\} other \{([^{}]*)\}\}/g;

/** `{name}` is replaced by `params.name`; with `count` the plural form of the language is taken (`key_one`, `key_other`). */
export function translator(catalogue: Catalogue, language: string): Translate {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (key, params = {}) => {
    const plural = typeof params.count === "number" ? `${key}_${plurals.select(params.count)}` : key;
    const text = catalogue[plural] ?? catalogue[`${key}_other`] ?? catalogue[key] ?? key;
    const counted = text.replace(PLURAL, (whole, name: string, one: string, other: string) => {
      const value = params[name];
      if (typeof value !== "number") return whole;
      return (plurals.select(value) === "one" ? one : other).replaceAll("#", numbers.format(value));
    });
    return counted.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      return value === undefined ? whole : typeof value === "number" ? numbers.format(value) : value;
    });
  };
}
