import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BrowserAccess, Principal } from '../accounts/index.ts';
import { forbidden, isParticipantToken } from './access.ts';
import { type Api, pathOf } from './api.ts';
import { pathPattern } from './problem-replies.ts';

/** What a page may read of an answer besides its body. */
const exposedHeaders = 'x-request-id, retry-after, location, ratelimit, ratelimit-policy';
const takenHeaders = 'authorization, content-type, x-request-id';
/** How long a browser remembers a preflight. An origin that is taken off the list is refused at the request itself. */
const preflightSeconds = 600;

/**
 * Cross-origin requests (Fetch standard, "CORS protocol"), for the routes that participants may call and for no other.
 *
 * A preflight brings no credential, so it is answered to every origin that some organization allows; the request
 * itself is then held against its own organization's list (`requireOrigin`). Until that is known, an answer may be
 * read by any such origin: how else would a page learn that its token has expired. Whoever brings an API token is no
 * browser of ours, and its answers are shown to no page.
 *
 * Hooks of our own, because @fastify/cors answers preflights for every path there is, without knowing which route
 * they are about, and decides before the credential is known.
 */
export function answerOtherOrigins(
  app: Api,
  parts: { readonly browserAccess: Pick<BrowserAccess, 'isAllowedOrigin'> },
): void {
  const doors: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.access?.participants !== true) return;
    doors.push({ pattern: pathPattern(url), methods: Array.isArray(method) ? method : [method] });
  });
  const methodsAt = (path: string) =>
    doors.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);

  app.addHook('onRequest', (request, reply, done) => {
    const { origin, authorization } = request.headers;
    const isOpen = request.routeOptions.config?.access?.participants === true;
    if (isOpen) reply.header('vary', 'Origin');
    if (origin === undefined) {
      done();
      return;
    }
    const wanted =
      request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined;
    if (wanted !== undefined) {
      const methods = methodsAt(pathOf(request));
      // Whatever is not for browsers answers OPTIONS as ever: this path does not take it.
      if (methods.includes(wanted)) preflight(origin, methods, reply).catch(done);
      else done();
      return;
    }
    if (!isOpen || (authorization !== undefined && !isParticipantToken(authorization))) {
      done();
      return;
    }
    showTo(origin, reply).then(() => done(), done);
  });

  async function preflight(origin: string, methods: readonly string[], reply: FastifyReply): Promise<void> {
    reply.header('vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
    if (!(await parts.browserAccess.isAllowedOrigin(origin))) throw notAllowed(origin);
    reply
      .code(204)
      .header('access-control-allow-origin', origin)
      .header('access-control-allow-methods', methods.join(', '))
      .header('access-control-allow-headers', takenHeaders)
      .header('access-control-max-age', String(preflightSeconds))
      .send();
  }

  async function showTo(origin: string, reply: FastifyReply): Promise<void> {
    if (!(await parts.browserAccess.isAllowedOrigin(origin))) return;
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', exposedHeaders);
  }
}

/**
 * Throws `forbidden` when a page sends a participant token from where the token's organization does not allow it; the
 * page cannot read why. Requests without an origin come from no page: apps and servers may use these tokens too.
 */
export function requireOrigin(principal: Principal, request: FastifyRequest, reply: FastifyReply): void {
  const { origin } = request.headers;
  if (principal.kind !== 'participant' || origin === undefined || principal.allowedOrigins.has(origin))
    return;
  reply.removeHeader('access-control-allow-origin');
  reply.removeHeader('access-control-expose-headers');
  throw notAllowed(origin);
}

function notAllowed(origin: string) {
  return forbidden(
    `Found the origin ${JSON.stringify(origin)}, from which participants of this organization may not call. Allow it with PUT /v1/organization/allowed-origins if the page is yours.`,
  );
}
