import { z } from 'zod';

/** Values of a query, behind one another without blanks; each counts once. */
export function commaSeparated(what: string, most: number) {
  return z
    .string()
    .max(10_000, 'expected at most 10,000 characters')
    .transform((text) => [...new Set(text.split(',').filter((part) => part !== ''))])
    .refine(({ length }) => length > 0, `expected at least one ${what}`)
    .refine(({ length }) => length <= most, `expected at most ${most} ${what}s, separated by commas`);
}
