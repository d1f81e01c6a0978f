/**
 * A text as a header value, encoded as CloudEvents asks of its attributes (HTTP binding 1.0.2, section
 * 3.1.3.2): space, double quote, per cent and everything outside U+0021 to U+007E percent-encoded as UTF-8.
 */
export function headerValue(value: string): string {
  if (/^[!#$&-~]*$/.test(value)) return value;
  let encoded = '';
  for (const byte of new TextEncoder().encode(value)) {
    const plain = byte >= 0x21 && byte <= 0x7e && byte !== 0x22 && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}
