import { errors } from 'undici';
import type { SendFailure } from '../outcome.ts';

/** Where a message for the owner finds its facts. */
export interface FailureFacts {
  /** As the owner typed it, without the port. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Why a connection could not be opened. Carries no `code`: undici treats some codes as its own and tries for ever. */
export class OpeningFailure extends Error {
  readonly failure: SendFailure;
  /** The variant of the owner's message, where one kind has several. */
  readonly variant: MessageVariant | null;
  /** ISO date on which the certificate ends or begins, for `tls_expired`. */
  readonly certificateDate: string | null;

  constructor(
    failure: SendFailure,
    detail: string,
    more: { variant?: MessageVariant; certificateDate?: string | null; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.name = 'OpeningFailure';
    this.failure = failure;
    this.variant = more.variant ?? null;
    this.certificateDate = more.certificateDate ?? null;
  }
}

export type MessageVariant =
  | 'dns_unavailable'
  | 'tls_handshake'
  | 'certificate_not_yet_valid'
  | 'upgrade'
  | 'continue'
  | 'informational'
  | 'headers_too_large';

/** The code of a system, TLS or undici error; empty when it has none. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** One line for the log: class, code and message, and the same of the cause. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  const own = code === '' ? `${error.name}: ${error.message}` : `${error.name} ${code}: ${error.message}`;
  return error.cause === undefined ? own : `${own} (${describe(error.cause)})`;
}

export function dnsFailure(error: unknown): OpeningFailure {
  const code = codeOf(error);
  if (code === 'ETIMEOUT') {
    return new OpeningFailure('dns_timeout', describe(error), { cause: error });
  }
  const unknownName = code === 'ENOTFOUND' || code === 'ENODATA' || code === 'ENONAME';
  return new OpeningFailure('dns_failed', describe(error), {
    cause: error,
    ...(unknownName ? {} : { variant: 'dns_unavailable' as const }),
  });
}

export function connectFailure(error: unknown): OpeningFailure {
  const detail = describe(error);
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return new OpeningFailure('connection_refused', detail, { cause: error });
    case 'ETIMEDOUT':
      return new OpeningFailure('connect_timeout', detail, { cause: error });
    case 'ECONNRESET':
      return new OpeningFailure('connection_reset', detail, { cause: error });
    default:
      // Unreachable networks and hosts, and a firewall or an exhausted machine on our own side.
      return new OpeningFailure('network_unreachable', detail, { cause: error });
  }
}

/** The reasons for which OpenSSL does not follow a certificate to an authority it knows. */
const unknownIssuer: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export interface CertificateDates {
  readonly from: Date;
  readonly to: Date;
}

export function tlsFailure(error: unknown, certificate: CertificateDates | null): OpeningFailure {
  const code = codeOf(error);
  const detail = describe(error);
  const day = (date: Date | undefined): string | null => date?.toISOString().slice(0, 10) ?? null;
  if (code === 'CERT_HAS_EXPIRED') {
    return new OpeningFailure('tls_expired', detail, { cause: error, certificateDate: day(certificate?.to) });
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return new OpeningFailure('tls_expired', detail, {
      cause: error,
      certificateDate: day(certificate?.from),
      variant: 'certificate_not_yet_valid',
    });
  }
  if (unknownIssuer.has(code)) return new OpeningFailure('tls_self_signed', detail, { cause: error });
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new OpeningFailure('tls_wrong_host', detail, { cause: error });
  }
  return new OpeningFailure('tls_failed', detail, { cause: error });
}

/**
 * What an error on an open connection means.
 * @param heard some bytes of the answer had come
 * @param headRead its head had come in full
 */
export function roundTripFailure(
  error: unknown,
  { heard, headRead }: { heard: boolean; headRead: boolean },
): { failure: SendFailure; variant: MessageVariant | null } {
  const code = codeOf(error);
  const plain = (failure: SendFailure, variant: MessageVariant | null = null) => ({ failure, variant });
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return plain('invalid_request');
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return plain('malformed_response', 'headers_too_large');
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    // Undici says so of any fault in a message that has a length; within the head it cannot be about the body.
    return plain(headRead ? 'truncated_response' : 'malformed_response');
  }
  if (error instanceof errors.HTTPParserError) {
    return plain(error.message.includes('Invalid EOF state') ? 'truncated_response' : 'malformed_response');
  }
  if (code === 'ERR_ASSERTION') return plain('malformed_response');
  if (code === 'UND_ERR_SOCKET') {
    const reason = error instanceof Error ? error.message : '';
    // undici's words for an answer 100 nobody asked for, and for an upgrade nobody asked for.
    if (reason === 'bad response') return plain('malformed_response', 'continue');
    if (reason === 'bad upgrade') return plain('malformed_response', 'upgrade');
    return plain(headRead || heard ? 'truncated_response' : 'connection_reset');
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO')
    return plain('tls_failed');
  return plain('connection_reset');
}

/** The receiver closed the connection, or it broke: what happens to a kept connection at its end of life. */
export function isLostConnection(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'UND_ERR_SOCKET') {
    return error instanceof Error && (error.message === 'other side closed' || error.message === 'closed');
  }
  return code === 'ECONNRESET' || code === 'EPIPE';
}

const seconds = (ms: number): string => `${ms / 1000} s`;

/** What happened and what to do about it, for the webhook's owner. */
export function ownerMessage(
  failure: Exclude<SendFailure, 'invalid_request'>,
  { host, port, timeoutMs }: FailureFacts,
  variant: MessageVariant | null,
  certificateDate: string | null,
): string {
  const limit = seconds(timeoutMs);
  switch (failure) {
    case 'dns_failed':
      return variant === 'dns_unavailable'
        ? `The address of ${host} could not be looked up: its DNS servers gave no usable answer. Check the DNS records of the host.`
        : `The name ${host} has no address in DNS. Check the URL for typing errors, or add the DNS record.`;
    case 'dns_timeout':
      return `The address of ${host} could not be looked up within ${limit}: its DNS servers did not answer. Check them.`;
    case 'blocked_address':
      return `${host} leads to an address that is not public. Webhooks are sent to public addresses only; use the name or address under which your server is reachable from the Internet.`;
    case 'connection_refused':
      return `${host} refused the connection on port ${port}. Check that your server runs and listens on that port.`;
    case 'connect_timeout':
      return variant === 'tls_handshake'
        ? `${host} took the connection on port ${port} but did not finish the TLS handshake within ${limit}. Check that the port speaks TLS and that your server is not overloaded.`
        : `${host} did not answer on port ${port} within ${limit}. Check that your server runs and that no firewall drops the connection.`;
    case 'network_unreachable':
      return `${host} cannot be reached over the network on port ${port}. Check the DNS records of the host and its routing.`;
    case 'tls_expired':
      if (variant === 'certificate_not_yet_valid') {
        return certificateDate === null
          ? `The certificate of ${host} is not valid yet. Install one that is, and check the clock of your server.`
          : `The certificate of ${host} is valid only from ${certificateDate} on. Install one that is valid now.`;
      }
      return certificateDate === null
        ? `A certificate of ${host} has expired. Renew it.`
        : `The certificate of ${host} expired on ${certificateDate}. Renew it.`;
    case 'tls_self_signed':
      return `The certificate of ${host} is self-signed, or comes from an authority that is not publicly trusted, or the intermediate certificate is missing. Install a certificate from a public authority with its full chain.`;
    case 'tls_wrong_host':
      return `The certificate of ${host} was issued for another name. Install one that names ${host}, or use the name that it carries in the URL.`;
    case 'tls_failed':
      return `No TLS connection with ${host} on port ${port} came about. Check that the port speaks TLS 1.2 or 1.3 and asks for no client certificate.`;
    case 'connection_reset':
      return `${host} broke the connection off before a complete answer came. Check your server's log for a crash, and any proxy before it.`;
    case 'header_timeout':
      return `${host} took the request but did not answer within ${limit}. Answer with a 2xx status first and do slow work afterwards.`;
    case 'malformed_response':
      return malformedMessage(host, variant);
    case 'body_timeout':
      return `${host} began to answer but did not finish within ${limit}. Send a short body, and end it.`;
    case 'truncated_response':
      return `${host} closed the connection in the middle of its answer. Check that Content-Length is right and that your server is not stopped while it answers.`;
  }
}

function malformedMessage(host: string, variant: MessageVariant | null): string {
  switch (variant) {
    case 'continue':
      return `${host} answered 100 Continue, which was not asked for, or sent more than its answer. Check your server or the proxy before it.`;
    case 'upgrade':
      return `${host} answered by changing to another protocol (101). Webhooks are plain HTTP/1.1 requests; answer with a 2xx status.`;
    case 'informational':
      return `${host} sent a long series of 1xx answers without a final one. Answer with a 2xx status.`;
    case 'headers_too_large':
      return `The headers of the answer from ${host} are larger than 16 KiB. Send fewer or shorter headers.`;
    default:
      return `What ${host} answered is not HTTP/1.1. Check that the URL and its port are those of a web server.`;
  }
}
