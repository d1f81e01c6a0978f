import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Authenticator, Principal } from '../accounts/index.ts';
import { Problem } from '../problems.ts';
import { isParticipantToken, requireAccess } from './access.ts';
import type { Api } from './api.ts';
import { requireOrigin } from './cross-origin.ts';

/** Finds whose credential a request brings. Looked at when a request comes. */
export interface Authenticators {
  /** For what begins as API tokens do, and for everything that is no credential at all. */
  readonly accounts: { readonly authenticate: Authenticator };
  readonly browserAccess: { readonly authenticate: Authenticator };
}

/**
 * Lets requests under `/v1` pass only with a valid API token (`Authorization: Bearer fan_…`, RFC 6750), or with a
 * participant token where the route takes one, before their body is read. A token that is expired, revoked or unknown
 * gets one and the same answer.
 */
export function authenticateRequests(app: Api, authenticators: Authenticators): void {
  app.decorateRequest('authenticated', null);
  app.decorateRequest('principal', {
    getter(this: FastifyRequest): Principal {
      if (this.authenticated === null) {
        throw new Error(`${this.routeOptions.url ?? 'A route'} reads the principal but is public`);
      }
      return this.authenticated;
    },
  });
  const hook: onRequestHookHandler = (request, reply, done) => {
    const { url, config } = request.routeOptions;
    if (url === undefined || !url.startsWith('/v1/') || config.public === true) {
      done();
      return;
    }
    let found: Principal | null | Promise<Principal | null>;
    try {
      const credential = bearerToken(request.headers.authorization);
      const { accounts, browserAccess } = authenticators;
      found = (isParticipantToken(credential) ? browserAccess : accounts).authenticate(credential);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (found !== null && 'then' in found) {
      found.then((principal) => admit(request, reply, principal, done), done);
    } else {
      admit(request, reply, found, done);
    }
  };
  app.addHook('onRequest', hook);
}

function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal | null,
  done: (error?: Error) => void,
): void {
  if (principal === null) {
    done(
      new Problem(
        'unauthenticated',
        'The token is unknown, expired or revoked. Send a valid one as: Authorization: Bearer fan_… (in a browser: a new participant token).',
      ),
    );
    return;
  }
  const { url = '', config } = request.routeOptions;
  try {
    requireOrigin(principal, request, reply);
    if (config.access === undefined) throw new Error(`${url} does not say who may call it`);
    requireAccess(principal, { url, access: config.access, params: request.params });
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
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
