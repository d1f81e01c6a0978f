import { type Selectable, sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { textArray } from './column-arrays.ts';
import type { Database, Queryable } from './database.ts';
import type { Schema } from './schema.ts';

export type AuditRow = Selectable<Schema['audit_entries']>;
export type NewAuditEntry = Omit<AuditRow, 'number' | 'previous_hash' | 'hash'>;

/** Carries the UUID of an organization and, as JSON, what an entry says was changed in it. */
export const changesChannel = 'fanfare_changes';
/** PostgreSQL takes 8,000 bytes; longer ids are left out. */
const longestToldId = 200;

/** What an entry is about, for those who listen. */
export interface ToldChange {
  /** Of the target. */
  readonly kind: string;
  readonly action: string;
  /** Of the target. */
  readonly id: string | null;
  /** The id of whoever did it. */
  readonly actor: string | null;
}

export interface AuditFilter {
  readonly actor: string | null;
  readonly action: string | null;
  readonly target: string | null;
  readonly since: Date | null;
  readonly until: Date | null;
}

/** The audit logs of organizations, as they are stored. */
interface AuditStore {
  /** Newest first; `before` is the number of the last one of the page before. */
  list(
    organizationId: Uuid,
    filter: AuditFilter,
    before: bigint | null,
    limit: number,
  ): Promise<readonly AuditRow[]>;
  /** Oldest first. */
  walk(
    organizationId: Uuid,
    filter: AuditFilter,
    after: bigint | null,
    limit: number,
  ): Promise<readonly AuditRow[]>;
  /** Null: nothing was recorded yet. */
  head(organizationId: Uuid): Promise<{ readonly number: number; readonly hash: Buffer } | null>;
  tokenName(organizationId: Uuid, token: Uuid): Promise<string | null>;
  /** Whoever has an account with this address, and the organizations they belong to. */
  accountOf(email: string): Promise<{ readonly id: Uuid; readonly organizations: readonly Uuid[] } | null>;
  /** Waits until nobody else changes the same, and keeps others waiting until the transaction ends. */
  lockTarget(organizationId: Uuid, target: string): Promise<void>;
}

export function createAuditStore(database: Pick<Database, 'kysely'>): AuditStore {
  const { kysely } = database;
  const entries = (organizationId: Uuid, filter: AuditFilter) => {
    let query = kysely.selectFrom('audit_entries').selectAll().where('organization_id', '=', organizationId);
    if (filter.action !== null) query = query.where('action', '=', filter.action);
    if (filter.actor !== null) query = query.where(sql<string>`actor->>'id'`, '=', filter.actor);
    if (filter.target !== null) query = query.where(sql<string>`target->>'id'`, '=', filter.target);
    if (filter.since !== null) query = query.where('at', '>=', filter.since);
    if (filter.until !== null) query = query.where('at', '<', filter.until);
    return query;
  };
  return {
    async list(organizationId, filter, before, limit) {
      let query = entries(organizationId, filter).orderBy('number', 'desc').limit(limit);
      if (before !== null) query = query.where('number', '<', String(before));
      return query.execute();
    },

    async walk(organizationId, filter, after, limit) {
      let query = entries(organizationId, filter).orderBy('number').limit(limit);
      if (after !== null) query = query.where('number', '>', String(after));
      return query.execute();
    },

    async head(organizationId) {
      const row = await kysely
        .selectFrom('audit_heads')
        .select(['number', 'hash'])
        .where('organization_id', '=', organizationId)
        .executeTakeFirst();
      return row === undefined ? null : { number: Number(row.number), hash: row.hash };
    },

    async tokenName(organizationId, token) {
      const row = await kysely
        .selectFrom('api_tokens')
        .select('name')
        .where('organization_id', '=', organizationId)
        .where('id', '=', token)
        .executeTakeFirst();
      return row?.name ?? null;
    },

    async accountOf(email) {
      const rows = await kysely
        .selectFrom('persons')
        .innerJoin('members', 'members.person_id', 'persons.id')
        .innerJoin('organizations', 'organizations.id', 'members.organization_id')
        .select(['persons.id', 'members.organization_id as organizationId'])
        .where('persons.email', '=', email.toLowerCase())
        .where('organizations.deleting_at', 'is', null)
        .execute();
      const [first] = rows;
      return first === undefined
        ? null
        : { id: first.id, organizations: rows.map(({ organizationId }) => organizationId) };
    },

    async lockTarget(organizationId, target) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`${organizationId} ${target}`}, 0))`.execute(
        kysely,
      );
    },
  };
}

/**
 * Appends to the logs of these organizations, within the transaction of what the entries tell. Another append to the
 * same log waits until this one's transaction has ended, so this comes last in it. The logs are locked in one order everywhere.
 * Once it is committed, whoever listens to `changesChannel` is told.
 *
 * @param seal gives the hash of an entry that has everything else
 */
export async function appendAuditEntries(
  transaction: Queryable,
  added: readonly NewAuditEntry[],
  seal: (entry: Omit<AuditRow, 'hash'>) => Buffer,
): Promise<void> {
  const organizations = [...new Set(added.map((entry) => entry.organization_id))].sort();
  for (const organizationId of organizations) {
    let { number, hash } = await lockHead(transaction, organizationId);
    const rows = added
      .filter((entry) => entry.organization_id === organizationId)
      .map((entry) => {
        number += 1n;
        const row = { ...entry, number: String(number), previous_hash: hash };
        hash = seal(row);
        return { ...row, hash };
      });
    await transaction.query({
      name: 'audit_append',
      text: `
        with appended as (
          insert into audit_entries (organization_id, number, at, actor, action, target, origin, before, after,
                                     previous_hash, hash)
          select $1, e.number, e.at, e.actor, e.action, e.target, e.origin, e.before, e.after,
                 decode(e.previous_hash, 'hex'), decode(e.hash, 'hex')
            from jsonb_to_recordset($2::jsonb) as e (
              number bigint, at timestamptz, actor jsonb, action text, target jsonb, origin jsonb, before jsonb,
              after jsonb, previous_hash text, hash text)
        ), moved as (
          update audit_heads set number = $3, hash = $4 where organization_id = $1
        )
        select pg_notify($5, change) from unnest($6::text[]) as change`,
      values: [
        organizationId,
        JSON.stringify(
          rows.map((row) => ({
            ...row,
            previous_hash: row.previous_hash.toString('hex'),
            hash: row.hash.toString('hex'),
          })),
        ),
        String(number),
        hash,
        changesChannel,
        textArray(rows.map((row) => `${organizationId} ${JSON.stringify(toldChangeOf(row))}`)),
      ],
    });
  }
}

function toldChangeOf({ action, actor, target }: NewAuditEntry): ToldChange {
  const id = target.id !== null && target.id.length <= longestToldId ? target.id : null;
  return { kind: target.kind, action, id, actor: actor.id };
}

async function lockHead(
  transaction: Queryable,
  organizationId: Uuid,
): Promise<{ readonly number: bigint; readonly hash: Buffer }> {
  const lock = () =>
    transaction.query<{ number: string; hash: Buffer }>({
      name: 'audit_head',
      text: 'select number, hash from audit_heads where organization_id = $1 for update',
      values: [organizationId],
    });
  let { rows } = await lock();
  if (rows.length === 0) {
    await transaction.query({
      name: 'audit_begin',
      text: `insert into audit_heads (organization_id, number, hash) values ($1, 0, $2) on conflict do nothing`,
      values: [organizationId, Buffer.alloc(32)],
    });
    ({ rows } = await lock());
  }
  const [head] = rows;
  if (head === undefined) throw new Error(`The audit log of ${organizationId} cannot be begun`);
  return { number: BigInt(head.number), hash: head.hash };
}
