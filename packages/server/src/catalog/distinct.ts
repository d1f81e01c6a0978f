import type { Effort } from './effort.ts';

/**
 * Whether no two values of this array are equal as JSON (the keyword `uniqueItems`; the order of an object's names
 * does not count). Ajv compares every pair, which for some thousand objects takes seconds; here each value is
 * written once, and the texts are compared.
 */
export function allDistinct(values: readonly unknown[], effort: Effort): boolean {
  const seen = new Set<string>();
  for (const value of values) {
    const text = canonical(value);
    effort.spend(text.length);
    if (seen.has(text)) return false;
    seen.add(text);
  }
  return true;
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(record)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(record[name])}`);
  return `{${members.join(',')}}`;
}
