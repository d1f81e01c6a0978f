import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxJsonDepth, parseJsonBody } from '../../src/http/json-body.ts';
import { whereJsonBreaks } from '../../src/http/json-tokens.ts';

const parse = (text: string) => parseJsonBody(Buffer.from(text));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('a JSON body', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'grapheme', maxDepth: 8 }), (text) => {
        const expected = JSON.parse(text);
        fc.pre(!/\\u|"__proto__"/.test(text));
        expect(parse(text)).toEqual({ value: expected, faults: [] });
      }),
    );
  });

  it('may hold escapes, pairs of surrogates and quotes after backslashes', () => {
    expect(parse('{"a":"\\ud83d\\ude00\\u00e9\\\\","b\\"":"\\\\\\""}')).toEqual({
      value: { a: '😀é\\', 'b"': '\\"' },
      faults: [],
    });
  });

  it(`may be ${maxJsonDepth} levels deep and no deeper`, () => {
    expect(parse(nested(maxJsonDepth)).faults).toEqual([]);
    expect(parse(nested(maxJsonDepth + 1)).faults).toHaveLength(1);
  });

  it('is refused unparsed when it is millions of levels deep, and not for brackets within texts', () => {
    const began = performance.now();
    expect(() => parse(nested(4_000_000))).toThrow('deeper than 20,000 levels');
    expect(() => parse('['.repeat(8_000_000))).toThrow('deeper than 20,000 levels');
    // Parsing the first alone takes four seconds.
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(parse(JSON.stringify('['.repeat(100_000))).faults).toEqual([]);
    expect(parse(JSON.stringify(['\\"', '{'.repeat(100_000)])).faults).toEqual([]);
  });

  it('names the place of every name that stands twice, first one first', () => {
    expect(parse('{"a":{"b":[0,{"c":1,"c":2}]}}').faults[0]?.pointer).toBe('/a/b/1/c');
    expect(parse('[{"x":":"},{"x":1,"y":{},"\\u0078":2}]').faults[0]?.pointer).toBe('/1/x');
  });

  it('finds a name that stands twice beside megabytes of text', () => {
    const text = `{"long":"${'\\"x'.repeat(1_000_000)}","a":1,"a":2}`;
    expect(parse(text).faults[0]?.pointer).toBe('/a');
  });

  it('lists at most twenty faults', () => {
    expect(parse(JSON.stringify(Array(100).fill('\0'))).faults).toHaveLength(20);
  });

  it.each([
    ['{"a":1', 6],
    ['[1,2', 4],
    ['"abc', 4],
    ['{"a":nope}', 5],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['[1,]', 3],
    ['{"a":1,}', 7],
    ['[1}', 2],
    ['{]', 1],
    ['1 2', 2],
    ['01', 0],
    ['["a\nb"]', 1],
    ['{"a":"\\x"}', 5],
    ['', 0],
  ])('that is broken (%j) breaks at %i', (text, position) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(whereJsonBreaks(text)).toBe(position);
  });

  it('that is cut anywhere says that it ends too early, or where', () => {
    const whole = '{"a":[1,{"b":"c\\u00e9"},-1.5e3,true],"d":null}';
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => parse(whole.slice(0, length))).toThrow(/too early|unexpected/);
    }
  });
});
