import type { SecureContext } from 'node:tls';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { TargetPolicy } from '../../webhooks/index.ts';
import { isFramingHeader, parseTarget } from '../../webhooks/index.ts';
import type { FailureKind, Outcome, OutgoingRequest, Sender } from '../outcome.ts';
import { createAddressGuard } from './address-guard.ts';
import type { PoolLimits } from './connection-pool.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Resolve } from './resolver.ts';
import { createResolver } from './resolver.ts';
import type { RoundTripOrder } from './round-trip.ts';
import { RoundTrip } from './round-trip.ts';

export interface SenderOptions extends TargetPolicy {
  /** How much of an answer's body is read and kept, bytes. Default 16 KiB. */
  readonly maxBodyBytes?: number;
  /** Sent unless the request names one of its own. */
  readonly userAgent: string;
  /** Default: DNS, then the system's resolver. */
  readonly resolve?: Resolve;
  /** Authorities trusted besides the public ones, PEM. */
  readonly ca?: readonly string[];
  readonly pool?: Partial<PoolLimits>;
}

const defaultMaxBodyBytes = 16_384;
/**
 * What every party to HTTP should take at least, in bytes (RFC 9110, section 4.1); nginx and Apache refuse
 * little more. Reached by payloads that travel in the query.
 */
const maxUrlBytes = 8_000;
const defaultLimits: PoolLimits = { maxIdle: 512, maxAgeMs: 60_000 };

/**
 * The way out of the process. Every request goes to an address the guard has checked, within one deadline,
 * and ends as an outcome; redirects are not followed, certificates are always verified.
 *
 * @example
 * const sender = createSender({ allowPrivateTargets: false, requireHttps: true, userAgent: 'Fanfare/0.1' });
 * const outcome = await sender.send({ method: 'POST', url, headers, body, timeoutMs: 15_000 });
 */
export function createSender(options: SenderOptions): Sender {
  const maxBodyBytes = options.maxBodyBytes ?? defaultMaxBodyBytes;
  const guard = createAddressGuard({
    allowPrivateTargets: options.allowPrivateTargets,
    resolve: options.resolve ?? createResolver(),
  });
  const pool = new ConnectionPool(
    { guard, secureContext: trusting(options.ca ?? []) },
    { ...defaultLimits, ...options.pool },
  );
  const underWay = new Set<RoundTrip>();
  let closed = false;

  return {
    send(request) {
      if (closed) return Promise.resolve<Outcome>({ kind: 'aborted' });
      const order = prepare(request, options, maxBodyBytes);
      if ('kind' in order) return Promise.resolve(order);
      return new Promise((resolve) => {
        const trip = new RoundTrip(order, pool, (ended, outcome) => {
          underWay.delete(ended);
          resolve(outcome);
        });
        underWay.add(trip);
        trip.start();
      });
    },
    async close() {
      closed = true;
      for (const trip of underWay) trip.abort();
      await pool.close(new Error('the sender is closed'));
    },
  };
}

/** Node reads the public authorities once for all connections, but only as long as nobody adds any. */
function trusting(ca: readonly string[]): SecureContext | null {
  return ca.length === 0 ? null : createSecureContext({ ca: [...rootCertificates, ...ca] });
}

/** Checks the request and lays it out for the wire; gives the outcome instead when it must not leave. */
function prepare(
  request: OutgoingRequest,
  options: SenderOptions,
  maxBodyBytes: number,
): RoundTripOrder | Outcome {
  // The policy is applied again: the webhook may be older than the setting.
  const target = parseTarget(request.url, options);
  if (!target.ok) {
    return refused(target.reason === 'address' ? 'blocked_address' : 'invalid_request', target.detail);
  }
  const { url } = target;
  // The parsed form is ASCII: its length is what travels.
  if (url.href.length > maxUrlBytes) {
    const remedy =
      request.body === null
        ? 'The payload stands in its query; let the webhook use POST, which carries it in the body.'
        : "Shorten the webhook's URL.";
    return refused(
      'invalid_request',
      `The URL of the request has ${url.href.length} bytes; at most ${maxUrlBytes} are sent, because receivers refuse longer ones. ${remedy}`,
    );
  }
  const headers: string[] = [];
  let namesAgent = false;
  for (const name of Object.keys(request.headers)) {
    const lower = name.toLowerCase();
    if (isFramingHeader(lower)) {
      return refused(
        'invalid_request',
        `The header ${name} belongs to the HTTP connection. Take it out of the webhook.`,
      );
    }
    if (lower === 'user-agent') namesAgent = true;
    headers.push(name, request.headers[name] ?? '');
  }
  if (!namesAgent) headers.push('user-agent', options.userAgent);
  const secure = url.protocol === 'https:';
  return {
    origin: {
      key: url.origin,
      hostname: url.hostname,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      secure,
    },
    options: { method: request.method, path: url.pathname + url.search, headers, body: request.body },
    timeoutMs: request.timeoutMs,
    oneRequestOnly: request.oneRequestOnly ?? false,
    maxBodyBytes,
  };
}

const noTimings = { dnsMs: null, connectMs: null, tlsMs: null, waitMs: null, readMs: null, totalMs: 0 };

function refused(failure: FailureKind, message: string): Outcome {
  return {
    kind: 'failed',
    failure,
    message,
    detail: `not sent: ${message}`,
    answer: null,
    timings: noTimings,
    address: null,
  };
}
