import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from './api.ts';

/**
 * Nothing Fanfare serves runs scripts, so none may run. Styles and pictures come from Fanfare itself.
 * `no-store`: answers hold people's data and must not outlive the token in a cache.
 */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const pairs = Object.entries(headers);

/** Sets the headers that every answer carries. A route may overwrite them. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  for (const [name, value] of pairs) reply.header(name, value);
  reply.header('x-request-id', request.id);
}

export function secureAnswers(app: Api): void {
  app.addHook('onRequest', (request, reply, done) => {
    setSecurityHeaders(request, reply);
    done();
  });
}
