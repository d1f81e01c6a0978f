import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import {
  type Authenticator,
  type Client,
  type Principal,
  type Sessions,
  sessionCookie,
} from '../accounts/index.ts';
import { Problem } from '../problems.ts';
import { isParticipantToken, requireAccess } from './access.ts';
import type { Api } from './api.ts';
import { requireOrigin } from './cross-origin.ts';
import { requireOwnOrigin } from './own-origin.ts';

/** Finds whose credential a request brings. Looked at when a request comes. */
export interface Authenticators {
  /** For what begins as API tokens do, and for everything that is no credential at all. */
  readonly accounts: { readonly authenticate: Authenticator };
  readonly browserAccess: { readonly authenticate: Authenticator };
  readonly sessions: Pick<Sessions, 'authenticate'>;
  /** Where browsers reach this Fanfare. */
  readonly origin: string;
}

/**
 * Lets requests under `/v1` pass only with a valid API token (`Authorization: Bearer fan_…`, RFC 6750), with a
 * participant token where the route takes one, or with the cookie of somebody who is signed in, before their body is
 * read. A token that is expired, revoked or unknown gets one and the same answer. Where both come the token counts.
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
    if (url === undefined || !url.startsWith('/v1/')) {
      done();
      return;
    }
    let found: Principal | null | Promise<Principal | null>;
    try {
      const { authorization, cookie } = request.headers;
      if (config.public === true) {
        requireOwnOrigin(request, authenticators.origin, 'if there is one');
        done();
        return;
      }
      if (authorization === undefined && cookie?.includes(sessionCookie) === true) {
        requireOwnOrigin(request, authenticators.origin, 'always');
        personOf(cookie, request, reply).then((person) => admit(request, reply, person, done), done);
        return;
      }
      const credential = bearerToken(authorization);
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

  async function personOf(cookie: string, request: FastifyRequest, reply: FastifyReply): Promise<Principal> {
    const session = await authenticators.sessions.authenticate(cookie, clientOf(request));
    if (session === null) throw new Problem('unauthenticated', 'The session has ended. Sign in again.');
    // Renewed once in a while.
    if (session.cookies.length > 0) reply.header('set-cookie', session.cookies);
    return session.result;
  }
}

/** Enough to tell browsers apart. */
const longestUserAgent = 300;

export function clientOf(request: Pick<FastifyRequest, 'ip' | 'headers'>): Client {
  const userAgent = request.headers['user-agent'];
  return { address: request.ip, userAgent: userAgent?.slice(0, longestUserAgent) ?? null };
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
