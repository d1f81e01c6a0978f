/** A call as the types let it be made, without its types. */
export interface Input {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly csv?: string | Blob;
  readonly idempotencyKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Path and query. Throws a TypeError for a path parameter that would lead elsewhere. */
export function target(template: string, { path = {}, query = {} }: Input): string {
  const filled = template.replace(/\{([^}]+)\}/g, (_whole, name: string) =>
    segment(template, name, path[name]),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/** Dots alone are resolved by whoever reads the address, also when they are escaped (WHATWG URL, 4.1). */
function segment(template: string, name: string, value: string | undefined): string {
  if (value === undefined || value === '' || value === '.' || value === '..') {
    throw new TypeError(
      `${template}: path.${name} is ${value === undefined ? 'missing' : `"${value}"`}; it must be an id or a name.`,
    );
  }
  return encodeURIComponent(value);
}

export function headersOf(input: Input, token: string | null): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(input.csv !== undefined && { 'content-type': 'text/csv' }),
    ...(input.body !== undefined && { 'content-type': 'application/json' }),
    ...(input.idempotencyKey !== undefined && { 'idempotency-key': input.idempotencyKey }),
    ...input.headers,
  };
}

export function bodyOf({ body, csv }: Input): string | Blob | undefined {
  return csv ?? (body === undefined ? undefined : JSON.stringify(body));
}
