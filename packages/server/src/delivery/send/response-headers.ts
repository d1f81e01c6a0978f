/**
 * The headers of an answer by lower-case name; repeated ones are joined with a comma (RFC 9110 section 5.3).
 * Values are read as Latin-1, one character per byte: nothing is lost whatever encoding the receiver meant.
 */
export function readResponseHeaders(raw: readonly Buffer[]): Readonly<Record<string, string>> {
  // No prototype: a receiver may well name a header `__proto__`.
  const headers: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]?.toString('latin1').toLowerCase() ?? '';
    const value = raw[i + 1]?.toString('latin1') ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}
