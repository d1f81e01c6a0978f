/** Names whose values say how to read a request and hold no credentials. */
const plainNames = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

/** Whether the value of an owner's header is shown to nobody once it is saved: it may hold credentials. */
export function isHidden(name: string): boolean {
  return !plainNames.has(name.toLowerCase());
}

/** Headers of a request, with `instead` where a value of the owner's own that may hold credentials stands. */
export function hideHeaders(
  headers: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
  instead: string,
): Readonly<Record<string, string>> {
  const hidden = new Set(
    Object.keys(own)
      .filter(isHidden)
      .map((name) => name.toLowerCase()),
  );
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, hidden.has(name.toLowerCase()) ? instead : value]),
  );
}
