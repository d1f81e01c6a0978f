import type { ExchangedRequest } from './test.ts';

/** A command line that sends the same bytes, for POSIX shells. */
export function curlCommand(request: ExchangedRequest): string {
  const parts = [`curl -X ${request.method} ${quote(request.url)}`];
  for (const [name, value] of Object.entries(request.headers)) parts.push(`-H ${quote(`${name}: ${value}`)}`);
  // Not --data: it would read a file where the body begins with "@", and drop line breaks.
  if (request.body !== null) parts.push(`--data-raw ${quote(request.body)}`);
  return parts.join(' \\\n  ');
}

/** Single quotes keep everything but themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
