import { describe, expect, it } from 'vitest';
import { cut, toJson } from '../src/text';

describe('JSON of what a page says', () => {
  it.each([[{ a: 1, b: [true, null, 'x"\\\n\0'], c: { d: 1.5e300 } }], [['', {}, [], -0.1]]])(
    'reads as what was said: %j',
    (said) => expect(JSON.parse(toJson(said))).toEqual(said),
  );

  it('says what JSON cannot say in words', () => {
    const said = { a: NaN, b: -Infinity, c: 10n, d: undefined, e: () => 1, f: new Date(0), g: [undefined] };
    const read = { a: 'NaN', b: '-Infinity', c: '10', f: '1970-01-01T00:00:00.000Z', g: [null] };
    expect(JSON.parse(toJson(said))).toEqual(read);
  });

  it('asks nothing that a page may have replaced', () => {
    const array = Array.prototype as { toJSON?: unknown };
    const text = String.prototype as { toJSON?: unknown };
    const object = Object.prototype as { each?: unknown };
    array.toJSON = text.toJSON = () => '"bent"';
    object.each = 'inherited';
    try {
      expect(toJson({ a: ['x'] })).toBe('{"a":["x"]}');
    } finally {
      delete array.toJSON;
      delete text.toJSON;
      delete object.each;
    }
  });

  it('writes half a character as U+FFFD', () => {
    expect(toJson({ 'a\ud83d': 'b\ude00', c: '😀' })).toBe('{"a\ufffd":"b\ufffd","c":"😀"}');
  });

  it('refuses too much, and what refers to itself', () => {
    const itself: { me?: object } = {};
    itself.me = itself;
    for (const said of ['x'.repeat(30_000), Array(30_000).fill({}), itself]) expect(() => toJson(said)).toThrow();
  });
});

describe('text cut to a length', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['a😀', 2, 'a'],
    ['a😀', 3, 'a😀'],
    ['a\ud83d', 2, 'a\ud83d'],
  ])('%s at %i', (text, length, left) => expect(cut(text, length)).toBe(left));
});
