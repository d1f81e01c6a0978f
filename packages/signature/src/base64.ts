/** Standard alphabet (RFC 4648 section 4), padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/**
 * Decodes the standard alphabet, padded or not; null when the text is anything else. Stricter than `atob`:
 * no whitespace, no wrong padding, no stray bits at the end, so every value has one spelling (and one
 * without its padding).
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const parts = /^([A-Za-z0-9+/]*)(={0,2})$/.exec(text);
  const digits = parts?.[1];
  if (digits === undefined || (parts?.[2] !== '' && text.length % 4 !== 0) || digits.length % 4 === 1)
    return null;
  const binary = atob(digits);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return btoa(binary).startsWith(digits) ? bytes : null;
}
