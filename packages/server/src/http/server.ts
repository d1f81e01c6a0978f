import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { Problem } from '../problems.ts';
import type { Admission } from '../quotas/index.ts';
import { stateAccess } from './access-table.ts';
import { admitRequests } from './admission.ts';
import { type Api, pathOf } from './api.ts';
import { authenticateRequests } from './authentication.ts';
import { answerOtherOrigins } from './cross-origin.ts';
import { serveDashboard } from './dashboard.ts';
import { parseJsonBody } from './json-body.ts';
import { describeApi } from './openapi.ts';
import {
  asProblem,
  type ProblemReplyParts,
  refuseConnection,
  replyWithProblems,
  sendProblem,
} from './problem-replies.ts';
import { type RecordingParts, recordChanges } from './record-changes.ts';
import { type RouteParts, routes } from './routes/index.ts';
import { secureAnswers, setSecurityHeaders } from './security-headers.ts';
import { validatorCompiler } from './validation.ts';

export interface HttpParts extends RouteParts, RecordingParts, ProblemReplyParts {
  readonly admission: Pick<Admission, 'enter'>;
  /** Where browsers reach this Fanfare. */
  readonly origin: string;
  /** Addresses and networks (CIDR) of proxies whose `X-Forwarded-For` tells where a request comes from. */
  readonly trustedProxies?: readonly string[];
  /** Without one nothing is logged. */
  readonly logger?: FastifyBaseLogger;
  /** How long after the beginning of `close()` a request or an answer may still be on its way; then it is cut. */
  readonly drainDeadlineMs?: number;
}

/** For routes that set no limit of their own. */
const defaultBodyLimitBytes = 256 * 1024;
/** What a slow client gets; the check runs every few seconds, so it may get a little more. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const timeoutCheckMs = 2_000;
/** Longer than the idle time of common proxies, so that it is they who close and no request meets a closed socket. */
const keepAliveTimeoutMs = 72_000;
const drainRetrySeconds = 2;
const defaultDrainDeadlineMs = 10_000;

/**
 * The HTTP server, not yet listening. `close()` drains: no new connections, requests under way are answered, new ones
 * on open connections get 503 with `Retry-After`, and whoever dawdles is cut off after `drainDeadlineMs`.
 */
export function createHttpServer(parts: HttpParts): Api {
  const trusted = parts.trustedProxies ?? [];
  const app: Api = fastify({
    ...(parts.logger && { loggerInstance: parts.logger }),
    logController: new LogController({ disableRequestLogging: true }),
    // Lines name their request themselves; a logger of its own for each request would cost more than reading the body.
    childLoggerFactory: (logger) => logger,
    genReqId: requestId,
    trustProxy: trusted.length > 0 ? [...trusted] : false,
    bodyLimit: defaultBodyLimitBytes,
    // Limited below, since Node's own limit has no exceptions.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: timeoutCheckMs },
    routerOptions: { maxParamLength: 200 },
    // Answered by the hook below, as a problem document.
    return503OnClosing: false,
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => {
      // The router refused the path, so no hook ran.
      setSecurityHeaders(request, reply);
      sendProblem(request, reply, asProblem(error, request));
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  stateAccess(app);
  recordChanges(app, parts);
  secureAnswers(app);
  answerOtherOrigins(app, parts);
  replyWithProblems(app, parts);
  limitBodyTime(app);
  turnAwayWhileDraining(app, parts.drainDeadlineMs ?? defaultDrainDeadlineMs);
  readJsonBodies(app);
  authenticateRequests(app, parts);
  admitRequests(app, parts);
  describeApi(app);
  // In a plugin of its own, so that the API description is in place before the first route.
  app.register(async (scope: Api) => routes(scope, parts));
  if (parts.dashboard !== undefined) serveDashboard(app, parts.dashboard);
  return app;
}

/** A body has to arrive in time, unless the route reads it as it comes and watches over it itself. */
function limitBodyTime(app: Api): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    const length = raw.headers['content-length'];
    const hasBody =
      (length !== undefined && length !== '0') || raw.headers['transfer-encoding'] !== undefined;
    if (hasBody && request.routeOptions.config.streamed !== true) {
      const timer = setTimeout(() => {
        refuseConnection(
          Object.assign(new Error('The body did not arrive in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
          raw.socket,
        );
      }, requestTimeoutMs);
      const arrived = () => clearTimeout(timer);
      raw.once('end', arrived);
      raw.once('close', arrived);
    }
    done();
  });
}

const nodePrefix = randomBytes(6).toString('base64url');
let requestCount = 0;

/** The caller's own x-request-id when it is harmless, else a new one, unique across nodes. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && /^[\w.:/+=-]{1,128}$/.test(given)) return given;
  requestCount += 1;
  return `${nodePrefix}-${requestCount.toString(36)}`;
}

function turnAwayWhileDraining(app: Api, deadlineMs: number): void {
  let draining = false;
  let deadline: NodeJS.Timeout | undefined;
  app.addHook('preClose', (done) => {
    draining = true;
    deadline = setTimeout(() => app.server.closeAllConnections(), deadlineMs);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearTimeout(deadline);
    done();
  });
  // Otherwise the connection of a request that is under way stays open after its answer, and keeps the server from
  // closing for as long as connections may idle.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onRequest', (request, _reply, done) => {
    if (!draining || pathOf(request) === '/healthz') done();
    else {
      done(
        new Problem(
          'unavailable',
          'This Fanfare is shutting down. Try again; another or the next one will answer.',
          {
            retryAfterSeconds: drainRetrySeconds,
          },
        ),
      );
    }
  });
}

const noBody = 'The request has no body; a JSON body (content-type: application/json) was expected.';

/** JSON is the only body routes get, unless they add a parser of their own in a scope of their own. */
function readJsonBodies(app: Api): void {
  app.decorateRequest('bodyBytes', null);
  app.decorateRequest('bodyFaults', null);
  // Fastify hands validators null for a body that is missing, which would read as if null had been sent.
  app.addHook('onRoute', (route) => {
    const { body } = route.schema ?? {};
    if (!(body instanceof z.ZodType) || route.config?.itemised === true) return;
    const needed = !body.safeParse(undefined).success;
    const hooks = route.preValidation ?? [];
    route.preValidation = [
      ...(Array.isArray(hooks) ? hooks : [hooks]),
      (request, _reply, done) => {
        if (request.bodyBytes !== null) done();
        else if (needed) done(new Problem('invalid_request', noBody));
        else {
          request.body = {};
          done();
        }
      },
    ];
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const raw = typeof body === 'string' ? Buffer.from(body) : body;
    // Some clients announce JSON with every request, also with those that have no body.
    if (raw.length === 0) {
      done(null, undefined);
      return;
    }
    try {
      const { value, faults } = parseJsonBody(raw);
      if (faults.length > 0 && request.routeOptions.config.itemised !== true) {
        throw new Problem(
          'invalid_request',
          'The body is JSON, but holds what is not accepted. Each place is listed under errors.',
          {
            faults,
          },
        );
      }
      request.bodyBytes = raw;
      if (faults.length > 0) request.bodyFaults = faults;
      done(null, value);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), undefined);
    }
  });
}

/** The OpenAPI document of the API, without serving it. */
export async function openApiDocument(): Promise<unknown> {
  // Routes look at their parts when they are called, and none is called here.
  const app = createHttpServer({} as HttpParts);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}
