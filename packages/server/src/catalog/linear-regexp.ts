import { RE2JS } from 're2js';
import type { Effort } from './effort.ts';

/** Longest regular expression that a registered schema may hold. */
export const maxPatternLength = 256;

/**
 * A regular expression from outside, matched in time linear in the text (RE2). JavaScript's own engine can
 * be made to run for years by a pattern of ten characters. Throws for what RE2 does not have: look-around
 * and back-references.
 *
 * Linear is not yet cheap: counted repetitions make a pattern of 20 characters a program of thousands of
 * instructions, and each may be tried on each character. `effort` is charged for that.
 */
export function linearRegExp(
  pattern: string,
  effort?: Effort,
): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  const instructions = compiled.programSize();
  return {
    test: (text) => {
      effort?.spend((text.length + 1) * instructions);
      return compiled.test(text);
    },
    // Ajv tells expressions apart by their text.
    toString: () => pattern,
  };
}
