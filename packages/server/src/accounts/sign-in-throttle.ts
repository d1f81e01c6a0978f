import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { Problem } from '../problems.ts';
import { createSignInAttemptsStore, type Database } from '../storage/index.ts';

/** Tries of a kind within a window, together on all nodes. */
export interface Throttled {
  /** In logs and in what is counted. */
  readonly what: string;
  readonly windowMs: number;
  readonly perAccount: number;
  readonly perAddress: number;
}

export const signIns: Throttled = { what: 'sign-in', windowMs: 900_000, perAccount: 10, perAddress: 50 };
export const resets: Throttled = { what: 'reset', windowMs: 3_600_000, perAccount: 3, perAddress: 20 };

/** Mails to addresses that somebody wants to change to. */
export const emailChanges: Throttled = {
  what: 'change of address',
  windowMs: 3_600_000,
  perAccount: 3,
  perAddress: 20,
};

/** The present password, asked of who is signed in. */
export const changes: Throttled = { what: 'password', windowMs: 900_000, perAccount: 10, perAddress: 50 };

export interface SignInThrottle {
  /**
   * Counts a try before it is made, so that many at once are no way around. Throws `too_many_requests` when there were
   * too many. `succeeded` takes back what was counted.
   */
  enter(
    kind: Throttled,
    by: { readonly email: string; readonly address: string },
  ): Promise<{ succeeded(): Promise<void> }>;
}

export function createSignInThrottle(parts: {
  readonly database: Pick<Database, 'pool'>;
  readonly clock: { now(): number };
}): SignInThrottle {
  const store = createSignInAttemptsStore(parts.database);
  return {
    async enter(kind, { email, address }) {
      const account = subjectOf(`${kind.what} to ${email.toLowerCase()}`);
      const source = subjectOf(`${kind.what} from ${network(address)}`);
      const nowMs = parts.clock.now();
      const counts = await store.count([account, source], new Date(nowMs), kind.windowMs);
      const reached = counts.filter(
        ({ subject, attempts }) => attempts > (subject.equals(account) ? kind.perAccount : kind.perAddress),
      );
      if (reached.length > 0) {
        const endsMs =
          Math.max(...reached.map(({ windowStartedAt }) => windowStartedAt.getTime())) + kind.windowMs;
        const retryAfterSeconds = Math.max(1, Math.ceil((endsMs - nowMs) / 1_000));
        throw new Problem(
          'too_many_requests',
          `Too many tries for this account or from this address. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`,
          { retryAfterSeconds },
        );
      }
      return {
        async succeeded() {
          await Promise.all([store.forget(account), store.giveBack(source)]);
        },
      };
    },
  };
}

/** The database learns neither accounts that do not exist nor addresses. */
function subjectOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Of IPv6 the first 64 bits: whoever has one address there has all of them. */
function network(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) while (groups.length < 4) groups.push('0');
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
