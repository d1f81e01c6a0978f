import type { FastifyRequest } from 'fastify';
import { forbidden } from './access.ts';

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Against requests that another page makes a browser send with its cookies (CSRF): whatever is not safe (RFC 9110, 9.2.1)
 * must come from a page of Fanfare itself, as its `Origin` header says, which no page can change and every browser
 * sends with such methods. The cookies are SameSite=Lax besides. Throws `forbidden`.
 */
export function requireOwnOrigin(
  request: Pick<FastifyRequest, 'method' | 'headers'>,
  own: string,
  needed: 'always' | 'if there is one',
): void {
  if (safeMethods.includes(request.method)) return;
  const { origin, host } = request.headers;
  if (origin === undefined) {
    if (needed === 'always') {
      throw forbidden(
        'A session that changes something needs the header Origin, found none. Browsers send it by themselves; programs use an API token instead.',
      );
    }
    return;
  }
  if (origin === own) return;
  // Without TLS nobody may have said under which names this is reached; the browser says which one it used.
  if (!own.startsWith('https:') && host !== undefined && origin === `http://${host}`) return;
  throw forbidden(
    `Found the origin ${JSON.stringify(origin)}, expected ${own}. Other pages may not act for somebody who is signed in here; if this is where Fanfare is reached, set FANFARE_PUBLIC_URL to it.`,
  );
}
