import { idFromUuid, type OrganizationId, parseId, type TokenId, uuidOf } from '../ids.ts';
import {
  type AuditActor,
  type AuditFilter,
  type AuditOrigin,
  type AuditRow,
  appendAuditEntries,
  createAuditStore,
  type Database,
  type NewAuditEntry,
  type Queryable,
} from '../storage/index.ts';
import { Chain, type ChainReport } from './chain.ts';
import { differencesOf } from './differences.ts';
import { type AuditEntry, hashOf } from './entry.ts';
import type { AuditNote } from './recording.ts';

/** Who asks, and from where. */
export interface AuditSource {
  readonly actor: AuditActor;
  readonly origin: AuditOrigin;
}

/** The audit logs of organizations. */
export interface AuditLog {
  /** Makes one transaction of the work and the entries for it: either both are kept or neither. */
  together<T>(
    source: AuditSource,
    work: () => Promise<T>,
    notesOf: (result: T) => readonly AuditNote[] | Promise<readonly AuditNote[]>,
  ): Promise<T>;
  /** For `appendEntries`. */
  entriesFor(source: AuditSource, notes: readonly AuditNote[]): readonly NewAuditEntry[];
  /** Within `together`: nobody else changes this target until its end. */
  lockTarget(organization: OrganizationId, target: string): Promise<void>;
  tokenName(organization: OrganizationId, token: TokenId): Promise<string | null>;
  /**
   * What happened to the account with this address, for each organization that its owner belongs to. None when there is
   * no such account.
   */
  notesOnAccount(email: string, action: string): Promise<readonly AuditNote[]>;
  list(
    organization: OrganizationId,
    filter: AuditFilter,
    before: bigint | null,
    limit: number,
  ): Promise<readonly AuditEntry[]>;
  /** Oldest first, for exports. */
  walk(
    organization: OrganizationId,
    filter: AuditFilter,
    after: number | null,
    limit: number,
  ): Promise<readonly AuditEntry[]>;
  /** Follows the hashes of the whole log. */
  verify(organization: OrganizationId): Promise<ChainReport>;
}

/** Whoever operates Fanfare, on its command line. */
export const operatorSource: AuditSource = {
  actor: { kind: 'operator', id: 'operator', name: null, email: null },
  origin: { address: null, user_agent: null, request_id: null },
};

const wholeLog: AuditFilter = { actor: null, action: null, target: null, since: null, until: null };
const verifiedAtOnce = 1_000;

export function createAuditLog(parts: {
  readonly database: Database;
  readonly clock: { now(): number };
}): AuditLog {
  const { database, clock } = parts;
  const store = createAuditStore(database);

  function entriesFor({ actor, origin }: AuditSource, notes: readonly AuditNote[]): readonly NewAuditEntry[] {
    const at = new Date(clock.now());
    return notes.map((note) => ({
      organization_id: uuidOf(organizationIdOf(note)),
      at,
      actor: note.actor ?? actor,
      action: note.action,
      target: note.target,
      origin,
      ...differencesOf(note),
    }));
  }

  async function walk(
    organization: OrganizationId,
    filter: AuditFilter,
    after: number | null,
    limit: number,
  ): Promise<readonly AuditEntry[]> {
    const position = after === null ? null : BigInt(after);
    return (await store.walk(uuidOf(organization), filter, position, limit)).map(entryFrom);
  }

  /** All entries from the one behind this number on. */
  async function* after(organization: OrganizationId, number: number): AsyncGenerator<AuditEntry> {
    let last: number | undefined = number;
    while (last !== undefined) {
      const page: readonly AuditEntry[] = await walk(organization, wholeLog, last, verifiedAtOnce);
      yield* page;
      last = page.length < verifiedAtOnce ? undefined : page.at(-1)?.number;
    }
  }

  return {
    entriesFor,

    together: (source, work, notesOf) =>
      database.together(async () => {
        const result = await work();
        await appendEntries(database.pool, entriesFor(source, await notesOf(result)));
        return result;
      }),

    lockTarget: (organization, target) => store.lockTarget(uuidOf(organization), target),
    tokenName: (organization, token) => store.tokenName(uuidOf(organization), uuidOf(token)),

    async notesOnAccount(email, action) {
      const account = await store.accountOf(email);
      if (account === null) return [];
      const target = { kind: 'person', id: idFromUuid('psn', account.id), name: null } as const;
      return account.organizations.map((organization) => ({
        organizationId: idFromUuid('org', organization),
        action,
        target,
        before: null,
        after: null,
      }));
    },

    async list(organization, filter, before, limit) {
      return (await store.list(uuidOf(organization), filter, before, limit)).map(entryFrom);
    },

    walk,

    async verify(organization) {
      const chain = new Chain();
      for (;;) {
        const { entries } = chain.report();
        for await (const entry of after(organization, entries)) if (!chain.add(entry)) return chain.report();
        const head = await store.head(uuidOf(organization));
        const found = chain.report();
        // Appended meanwhile, unless nothing came any more.
        if (found.entries > entries && found.entries < (head?.number ?? 0)) continue;
        chain.endWith(head && { number: head.number, hash: head.hash.toString('hex') });
        return chain.report();
      }
    },
  };
}

/** Within the transaction of what the entries tell, and last in it: others who append wait for its end. */
export function appendEntries(transaction: Queryable, entries: readonly NewAuditEntry[]): Promise<void> {
  return appendAuditEntries(transaction, entries, (row) => Buffer.from(hashOf(contentOf(row)), 'hex'));
}

function organizationIdOf({ organizationId }: AuditNote): OrganizationId {
  const id = parseId('org', organizationId);
  if (id === null) throw new Error(`Found ${organizationId}, expected the id of an organization`);
  return id;
}

function contentOf(row: Omit<AuditRow, 'hash'>): Omit<AuditEntry, 'hash'> {
  return {
    organization_id: idFromUuid('org', row.organization_id),
    number: Number(row.number),
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    target: row.target,
    origin: row.origin,
    before: row.before,
    after: row.after,
    previous_hash: row.previous_hash.toString('hex'),
  };
}

function entryFrom(row: AuditRow): AuditEntry {
  return { ...contentOf(row), hash: row.hash.toString('hex') };
}
