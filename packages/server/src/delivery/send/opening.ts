import type { Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { connect as connectTls } from 'node:tls';
import { literalAddress, withoutTrailingDot } from '../../webhooks/index.ts';
import type { AddressGuard } from './address-guard.ts';
import type { CertificateDates } from './failures.ts';
import { connectFailure, OpeningFailure, tlsFailure } from './failures.ts';

/** What a URL says about the connection it needs. */
export interface Origin {
  /** Scheme, host and port as in `URL.origin`. */
  readonly key: string;
  /** As in `URL.hostname`: IPv6 addresses in brackets. */
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

export interface OpeningSettings {
  readonly guard: AddressGuard;
  /** Null: the authorities that Node trusts. */
  readonly secureContext: SecureContext | null;
}

/** The least time one address gets before the next is tried, ms. */
const leastShareMs = 250;

/**
 * One connection being opened: name → checked addresses → TCP → TLS, with the time each phase took.
 * Tries the addresses in turn; all but the last get a share of the time that is left.
 */
export class Opening {
  stage: 'dns' | 'connect' | 'tls' | 'open' = 'connect';
  dnsMs: number | null = null;
  connectMs: number | null = null;
  tlsMs: number | null = null;
  /** The address dialled last; after success the one connected to. */
  address: string | null = null;

  readonly #origin: Origin;
  readonly #settings: OpeningSettings;
  /** On `performance.now()`'s clock. */
  readonly #deadlineAt: number;
  readonly #done: (failure: Error | null, socket: Socket | null) => void;
  #stageBegan = performance.now();
  #socket: Socket | null = null;
  #shareTimer: NodeJS.Timeout | null = null;
  #ended = false;

  constructor(
    origin: Origin,
    settings: OpeningSettings,
    deadlineAt: number,
    done: (failure: Error | null, socket: Socket | null) => void,
  ) {
    this.#origin = origin;
    this.#settings = settings;
    this.#deadlineAt = deadlineAt;
    this.#done = done;
  }

  start(): void {
    const { hostname } = this.#origin;
    let literal: string | null;
    try {
      literal = this.#settings.guard.literal(hostname);
    } catch (error) {
      // undici calls the connect hook while it is still queueing the request.
      queueMicrotask(() => this.#fail(error));
      return;
    }
    if (literal !== null) {
      this.#dial([literal], 0);
      return;
    }
    this.stage = 'dns';
    this.#settings.guard.lookUp(hostname).then(
      (addresses) => {
        if (this.#ended) return;
        this.#leaveStage('connect');
        this.#dial(addresses, 0);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  /** Stops at once; `done` is called with the reason unless it was called before. */
  cancel(reason: Error): void {
    this.#fail(reason);
  }

  #dial(addresses: readonly string[], index: number): void {
    const address = addresses[index] ?? '';
    const last = index === addresses.length - 1;
    const tls = this.#origin.secure ? { certificate: null as CertificateDates | null } : null;
    this.address = address;
    const socket = tls === null ? this.#tcpSocket(address) : this.#tlsSocket(address, tls);
    this.#socket = socket;

    const next = (failure: OpeningFailure): void => {
      this.#drop(socket);
      if (this.#ended) return;
      if (last) {
        this.#fail(failure);
      } else {
        this.#leaveStage('connect');
        this.#dial(addresses, index + 1);
      }
    };
    const succeed = (): void => {
      if (this.#ended) return;
      this.#leaveStage('open');
      this.#ended = true;
      this.#clearShare();
      socket.off('error', broke);
      this.#socket = null;
      this.#done(null, socket);
    };

    const broke = (error: Error): void =>
      next(this.stage === 'tls' ? tlsFailure(error, tls?.certificate ?? null) : connectFailure(error));

    socket.setNoDelay(true);
    socket.on('error', broke);
    if (tls === null) {
      socket.once('connect', succeed);
    } else {
      socket.once('connect', () => this.#leaveStage('tls'));
      socket.once('secureConnect', succeed);
    }
    if (!last) {
      const left = this.#deadlineAt - performance.now();
      const share = Math.max(leastShareMs, left / (addresses.length - index));
      this.#shareTimer = setTimeout(
        () =>
          next(
            new OpeningFailure('connect_timeout', `no connection to ${address} in ${Math.round(share)} ms`),
          ),
        share,
      );
    }
  }

  #tcpSocket(address: string): Socket {
    return connectTcp({ host: address, port: this.#origin.port });
  }

  #tlsSocket(address: string, seen: { certificate: CertificateDates | null }): TLSSocket {
    const { hostname, port } = this.#origin;
    const { secureContext } = this.#settings;
    const socket = connectTls({
      host: address,
      port,
      // SNI takes names only; for an address Node compares the certificate with `host`.
      ...(literalAddress(hostname) === null ? { servername: withoutTrailingDot(hostname) } : {}),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
      ...(secureContext === null ? {} : { secureContext }),
    });
    // `secure` comes before Node judges the certificate; afterwards a refused one can no longer be read.
    socket.prependListener('secure', () => {
      // Not `getPeerX509Certificate`: after that call Node 20 finds no names in the certificate any more.
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      if (from !== undefined) seen.certificate = { from: new Date(from), to: new Date(to) };
    });
    return socket;
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#closeStage();
    if (this.#socket !== null) this.#drop(this.#socket);
    this.#done(error instanceof Error ? error : new Error(String(error)), null);
  }

  #drop(socket: Socket): void {
    this.#clearShare();
    socket.removeAllListeners();
    // A destroyed socket may still report the error that was under way.
    socket.on('error', () => undefined);
    socket.destroy();
    if (this.#socket === socket) this.#socket = null;
  }

  #clearShare(): void {
    if (this.#shareTimer !== null) clearTimeout(this.#shareTimer);
    this.#shareTimer = null;
  }

  #leaveStage(next: 'connect' | 'tls' | 'open'): void {
    this.#closeStage();
    this.stage = next;
  }

  #closeStage(): void {
    const now = performance.now();
    const spent = now - this.#stageBegan;
    this.#stageBegan = now;
    if (this.stage === 'dns') this.dnsMs = spent;
    else if (this.stage === 'connect') this.connectMs = (this.connectMs ?? 0) + spent;
    else if (this.stage === 'tls') this.tlsMs = (this.tlsMs ?? 0) + spent;
  }
}
