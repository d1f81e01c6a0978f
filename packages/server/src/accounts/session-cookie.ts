import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The session's token in a `Cookie` header, when it was signed with this secret; null otherwise. As better-auth writes
 * it: the token, a dot and its HMAC-SHA256 in base64, percent-encoded.
 */
export function sessionTokenOf(
  header: string,
  { name, secret }: { readonly name: string; readonly secret: string },
): string | null {
  for (const pair of header.split(';')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s);
    if (key.trim() !== name) continue;
    const token = signedToken(decoded(value.trim()), secret);
    if (token !== null) return token;
  }
  return null;
}

function signedToken(text: string, secret: string): string | null {
  const dot = text.lastIndexOf('.');
  if (dot < 1) return null;
  const token = text.slice(0, dot);
  const given = Buffer.from(text.slice(dot + 1));
  const expected = Buffer.from(createHmac('sha256', secret).update(token).digest('base64'));
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
}

/** Empty for what is not percent-encoded text: no cookie of ours. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
