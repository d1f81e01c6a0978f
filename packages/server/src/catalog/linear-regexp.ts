import { RE2JS } from 're2js';

/** Longest regular expression that a registered schema may hold. */
export const maxPatternLength = 256;

/**
 * A regular expression from outside, matched in time linear in the text (RE2). JavaScript's own engine can
 * be made to run for years by a pattern of ten characters. Throws for what RE2 does not have: look-around
 * and back-references.
 */
export function linearRegExp(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return {
    test: (text) => compiled.test(text),
    // Ajv tells expressions apart by their text.
    toString: () => pattern,
  };
}
