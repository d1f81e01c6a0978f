export const headerNames = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
export type HeaderName = (typeof headerNames)[number];

/** A Fetch `Headers`, Node's `IncomingHttpHeaders`, or any record of headers in any case. */
export type HeaderSource =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * One header's value; null when absent or empty. A header that came several times is joined with `, `, as
 * Fetch and HTTP do, whether it came as an array or under names of different case.
 */
export function readHeader(source: HeaderSource, name: HeaderName): string | null {
  if (hasGet(source)) return source.get(name) || null;
  const values: string[] = [];
  for (const key of Object.keys(source)) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    const value = source[key];
    if (typeof value === 'string') values.push(value);
    else if (value !== undefined) values.push(...value);
  }
  return values.join(', ') || null;
}

function hasGet(source: HeaderSource): source is { get(name: string): string | null } {
  return typeof source.get === 'function';
}
