import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemCode, problemRegistry } from '../problems.ts';
import { isUnavailable, unavailableProblem } from '../storage/index.ts';
import { type Api, bytes, pathOf } from './api.ts';
import { everythingElse } from './dashboard.ts';
import { problemDocument, problemMediaType } from './problem-document.ts';

export interface ProblemReplyParts {
  /** Told of errors that turned requests away; true when that is on record and no line for each is needed. */
  readonly noteUnavailable?: (error: Error) => boolean;
}

/** Answers everything that goes wrong in a request with a problem document. */
export function replyWithProblems(app: Api, { noteUnavailable = () => false }: ProblemReplyParts): void {
  app.setErrorHandler((error: Error, request, reply) => {
    const problem = asProblem(error, request);
    if (problem.code === 'internal')
      request.log.error({ err: error, requestId: request.id }, 'request failed');
    else if (problem.code === 'unavailable') {
      const level = noteUnavailable(error) ? 'debug' : 'warn';
      request.log[level]({ err: error, requestId: request.id }, 'request turned away');
    }
    sendProblem(request, reply, problem);
  });

  const paths: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (url === everythingElse) return;
    paths.push({ pattern: pathPattern(url), methods: Array.isArray(method) ? method : [method] });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const allowed = new Set(
      paths.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods),
    );
    // A route may have found nothing behind its path.
    if (allowed.size === 0 || allowed.has(request.method)) {
      sendProblem(
        request,
        reply,
        new Problem('not_found', 'Nothing has this address. The paths are listed at /docs/api.'),
      );
      return;
    }
    const list = [...allowed].sort().join(', ');
    reply.header('allow', list);
    sendProblem(
      request,
      reply,
      new Problem('method_not_allowed', `${request.method} was asked for, but this path takes only ${list}.`),
    );
  });
}

/** `/v1/webhooks/:id` and `/inbox/*` as patterns over whole paths. */
export function pathPattern(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/:[A-Za-z_]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): void {
  if (problem.retryAfterSeconds !== null) reply.header('retry-after', String(problem.retryAfterSeconds));
  if (problemRegistry[problem.code].status === 401)
    reply.header('www-authenticate', 'Bearer realm="Fanfare"');
  reply
    .code(problemRegistry[problem.code].status)
    .header('content-type', problemMediaType)
    .send(JSON.stringify(problemDocument(problem, { instance: pathOf(request), requestId: request.id })));
}

/** What the caller may know of an error. The text of our own faults stays in the log. */
export function asProblem(error: Error, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (isUnavailable(error)) return unavailableProblem(error);
  return frameworkProblem(error, request) ?? internalProblem(error);
}

function internalProblem(cause: Error): Problem {
  return new Problem(
    'internal',
    'Something broke inside Fanfare. Its log names the cause under this request_id.',
    { cause },
  );
}

function frameworkProblem(error: Error & Partial<FastifyError>, request: FastifyRequest): Problem | null {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE': {
      const limit = request.routeOptions.bodyLimit;
      const announced = request.headers['content-length'];
      const found = announced === undefined ? `more than ${bytes(limit)}` : bytes(Number(announced));
      return new Problem(
        'payload_too_large',
        `The body is ${found}; at most ${bytes(limit)} are accepted here.`,
      );
    }
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE': {
      const found = request.headers['content-type'];
      return new Problem(
        'unsupported_media_type',
        `The body ${found === undefined ? 'has no content-type' : `is announced as ${JSON.stringify(found)}`}; send JSON with content-type: application/json.`,
      );
    }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Problem(
        'invalid_request',
        'The body is not as long as its content-length says. Send them equal.',
      );
    case 'FST_ERR_BAD_URL':
      return new Problem(
        'invalid_request',
        'The path holds a percent sign that encodes nothing. Encode it as %25.',
      );
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Problem('not_found', 'Nothing has this address: a part of the path is too long for any id.');
    case 'ECONNRESET':
      return new Problem('invalid_request', 'The connection ended before the whole body arrived.', {
        cause: error,
      });
    default:
      return null;
  }
}

/** Answers what is not an HTTP request, or did not become one in time, on the bare socket. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || error.code === 'ECONNRESET') return;
  if (!socket.writable) {
    socket.destroy(error);
    return;
  }
  const problem = connectionProblem(error.code);
  const body = JSON.stringify(problemDocument(problem));
  const { status } = problemRegistry[problem.code];
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\ncontent-type: ${problemMediaType}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n${body}`,
    // The rest of what the peer may still send is nobody's business.
    () => socket.destroy(),
  );
}

function connectionProblem(code: string | undefined): Problem {
  const answers: Partial<Record<string, [ProblemCode, string]>> = {
    ERR_HTTP_REQUEST_TIMEOUT: [
      'request_timeout',
      'The whole request did not arrive in 30 seconds (its headers in 10). Send it faster, or in smaller parts.',
    ],
    HPE_HEADER_OVERFLOW: [
      'headers_too_large',
      'The request line and headers are over 16 KiB. Send less there.',
    ],
  };
  const [problem, detail] = answers[code ?? ''] ?? [
    'invalid_request',
    'This is not a well-formed HTTP/1.1 request.',
  ];
  return new Problem(problem, detail);
}
