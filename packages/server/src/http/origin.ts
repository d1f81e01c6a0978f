/**
 * What is wrong with an origin that somebody wants to allow; null: nothing. It is compared with the `Origin` header
 * letter by letter, so it must be the serialization that browsers send (RFC 6454, 6.2; WHATWG URL, "origin").
 */
export function originFault(text: string): string | null {
  if (text.includes('*')) {
    return `found "${text}", expected one origin without "*": wildcards are not taken. List each origin`;
  }
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return `found "${text}", expected http:// or https://, a host and perhaps a port, such as https://play.example.com`;
  }
  if (url.origin !== text) {
    return `found "${text}", expected an origin exactly as browsers send it, which is ${url.origin}`;
  }
  return null;
}
