import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { hasRoom } from './quota-room.ts';

/** Carries the UUID of each token that was revoked, or whose organization changed its name. */
export const tokensChannel = 'fanfare_tokens';

export interface TokenRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly name: string;
  /** Null: every one there is. */
  readonly scopes: readonly string[] | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  /** Null: never. */
  readonly usedAt: Date | null;
}

/** A token as it is looked up with every request: with its organization. */
export interface TokenOwner {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly organizationName: string;
  readonly scopes: readonly string[] | null;
  readonly expiresAt: Date | null;
}

/** API tokens that are not revoked. The database knows only their SHA-256. */
export interface TokensStore {
  /** False, and nothing is written, when the organization has as many as this; null: as many as it likes. */
  insert(token: Omit<TokenRow, 'usedAt'>, hash: Buffer, most: number | null): Promise<boolean>;
  /** Newest first; `before` is the last one of the page before. */
  list(organizationId: Uuid, before: Uuid | null, limit: number): Promise<readonly TokenRow[]>;
  /** Whether there was such a token. Every node hears of it. */
  revoke(organizationId: Uuid, id: Uuid, now: Date): Promise<boolean>;
  /**
   * Whose token this is, in one round trip; expired ones too. Writes down the use of one that is valid unless one was
   * written down since `writtenBefore`.
   */
  use(hash: Buffer, now: Date, writtenBefore: Date): Promise<TokenOwner | null>;
  listen(onRevoked: (id: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

/** Reads by the unique index on the hash; writes a row at most when a use is to be written down. */
const useStatement = `
  with found as (
    select t.id, t.organization_id as "organizationId", o.name as "organizationName", t.scopes,
           t.expires_at as "expiresAt"
      from api_tokens t
      join organizations o on o.id = t.organization_id
     where t.hash = $1 and t.revoked_at is null and o.deleting_at is null
  ), written as (
    update api_tokens set used_at = $2
     where id = (select id from found where "expiresAt" is null or "expiresAt" > $2)
       and (used_at is null or used_at < $3)
  )
  select * from found`;

export function createTokensStore(database: Database): TokensStore {
  const { kysely } = database;
  return {
    insert: (token, hash, most) =>
      database.transaction(async (transaction) => {
        if (!(await hasRoom(transaction, 'tokens', token.organizationId, most))) return false;
        await transaction
          .insertInto('api_tokens')
          .values({
            id: token.id,
            organization_id: token.organizationId,
            name: token.name,
            hash,
            scopes: token.scopes,
            created_at: token.createdAt,
            expires_at: token.expiresAt,
            revoked_at: null,
          })
          .execute();
        return true;
      }),

    async list(organizationId, before, limit) {
      let query = kysely
        .selectFrom('api_tokens')
        .select([
          'id',
          'organization_id as organizationId',
          'name',
          'scopes',
          'created_at as createdAt',
          'expires_at as expiresAt',
          'used_at as usedAt',
        ])
        .where('organization_id', '=', organizationId)
        .where('revoked_at', 'is', null)
        .orderBy('id', 'desc')
        .limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async revoke(organizationId, id, now) {
      return database.transaction(async (transaction) => {
        const revoked = await transaction
          .updateTable('api_tokens')
          .set({ revoked_at: now })
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        if (revoked === undefined) return false;
        await sql`select pg_notify(${tokensChannel}, ${id})`.execute(transaction);
        return true;
      });
    },

    async use(hash, now, writtenBefore) {
      const { rows } = await database.pool.query<TokenOwner>(useStatement, [hash, now, writtenBefore]);
      return rows[0] ?? null;
    },

    listen: (onRevoked, onMissed) => database.listen(tokensChannel, onRevoked, onMissed),
  };
}
