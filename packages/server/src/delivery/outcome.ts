/** Milliseconds per phase of one HTTP exchange; null where the phase did not happen (a reused connection has no DNS). */
export interface Timings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  /** From the request being written to the response head. */
  readonly waitMs: number | null;
  readonly readMs: number | null;
  readonly totalMs: number;
}

/** The answer of a receiver, read up to the cap. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** At most 16 KiB. */
  readonly body: Uint8Array;
  /** The receiver had more to say than was read. */
  readonly bodyCut: boolean;
}

/** Why no complete answer came. The dashboard, the API and the documentation use these same words. */
export const failureKinds = [
  'invalid_request',
  'dns_failed',
  'dns_timeout',
  'blocked_address',
  'connection_refused',
  'connect_timeout',
  'network_unreachable',
  'tls_expired',
  'tls_self_signed',
  'tls_wrong_host',
  'tls_failed',
  'connection_reset',
  'header_timeout',
  'malformed_response',
  'body_timeout',
  'truncated_response',
  /** Fanfare itself ended meanwhile. Only of payment requests: anything else is simply sent again. */
  'interrupted',
] as const;
export type FailureKind = (typeof failureKinds)[number];
/** Those that the sender can tell. */
export type SendFailure = Exclude<FailureKind, 'interrupted'>;

/**
 * What came of one HTTP exchange. A receiver's failure is data: `send` throws only for our own bugs.
 * - `answered`: a complete answer, whatever its status;
 * - `failed`: no complete answer; `answer` is what had arrived;
 * - `aborted`: we stopped it ourselves (shutdown); the attempt does not count.
 */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly answer: Answer;
      readonly timings: Timings;
      readonly address: string | null;
    }
  | {
      readonly kind: 'failed';
      readonly failure: FailureKind;
      /** For the webhook's owner: what happened and what to do about it. Never names internal addresses' contents or secrets. */
      readonly message: string;
      /** For our logs alone: the raw error. */
      readonly detail: string;
      readonly answer: Answer | null;
      readonly timings: Timings;
      readonly address: string | null;
    }
  | { readonly kind: 'aborted' };

/** One signed request, ready to leave. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** One deadline over DNS, connect, TLS, response headers and response body. */
  readonly timeoutMs: number;
  /**
   * The receiver must see this request at most once per `send` (payouts): it leaves on a connection of its
   * own, and nothing is repeated. Otherwise a request that met a kept connection just as the receiver was
   * closing it is repeated once, at once, within the same deadline.
   */
  readonly oneRequestOnly?: boolean;
}

/** Sends one request to an address that a user gave. The only way out of the process. */
export interface Sender {
  send(request: OutgoingRequest): Promise<Outcome>;
  /** Aborts what is still under way (each ends as `aborted`) and closes every connection. */
  close(): Promise<void>;
}
