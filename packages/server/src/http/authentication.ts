import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Authenticator, Principal } from '../accounts/index.ts';
import { Problem } from '../problems.ts';
import type { Api } from './api.ts';

/**
 * Lets requests under `/v1` pass only with a valid API token (`Authorization: Bearer fan_…`, RFC 6750), before their
 * body is read. A token that is expired, revoked or unknown gets one and the same answer.
 */
export function authenticateRequests(app: Api, authenticate: Authenticator): void {
  app.decorateRequest('authenticated', null);
  app.decorateRequest('principal', {
    getter(this: FastifyRequest): Principal {
      if (this.authenticated === null) {
        throw new Error(`${this.routeOptions.url ?? 'A route'} reads the principal but is public`);
      }
      return this.authenticated;
    },
  });
  const hook: onRequestHookHandler = (request, _reply, done) => {
    const { url, config } = request.routeOptions;
    if (url === undefined || !url.startsWith('/v1/') || config.public === true) {
      done();
      return;
    }
    let found: Principal | null | Promise<Principal | null>;
    try {
      found = authenticate(bearerToken(request.headers.authorization));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (found !== null && 'then' in found) {
      found.then((principal) => admit(request, principal, done), done);
    } else {
      admit(request, found, done);
    }
  };
  app.addHook('onRequest', hook);
}

function admit(request: FastifyRequest, principal: Principal | null, done: (error?: Error) => void): void {
  if (principal === null) {
    done(
      new Problem(
        'unauthenticated',
        'The API token is unknown, expired or revoked. Send a valid one as: Authorization: Bearer fan_…',
      ),
    );
    return;
  }
  request.authenticated = principal;
  done();
}

function bearerToken(header: string | undefined): string {
  if (header === undefined) {
    throw new Problem(
      'unauthenticated',
      'The request has no API token. Send one as: Authorization: Bearer fan_…',
    );
  }
  const token = /^bearer +(\S+) *$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new Problem(
      'unauthenticated',
      'The Authorization header is not a bearer token. Send it as: Authorization: Bearer fan_…',
    );
  }
  return token;
}
