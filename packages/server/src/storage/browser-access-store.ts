import { sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** Carries the UUID of each organization whose token keys, revocations, name or allowed origins changed. */
export const browserAccessChannel = 'fanfare_browser_access';

export interface TokenKeyRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly ciphertext: Buffer;
  readonly keyId: string;
  readonly createdAt: Date;
}

/** What the tokens of one key are held against. */
export interface TokenKeyContext {
  readonly key: TokenKeyRow;
  readonly organizationName: string;
  readonly allowedOrigins: readonly string[];
  /** Participants some of whose tokens were revoked lately, with the first generation that is valid. */
  readonly generations: readonly { readonly participantId: Uuid; readonly generation: number }[];
}

/** Participant tokens: their keys and revocations; and the origins that browsers may call from. */
export interface BrowserAccessStore {
  /** Null when the organization has no such participant. `newestKey` is null until there is one. */
  issuing(
    organizationId: Uuid,
    participantId: Uuid,
  ): Promise<{ readonly generation: number; readonly newestKey: TokenKeyRow | null } | null>;
  /**
   * Makes this the newest key; the one before it stays, older ones go. When `former` is not the newest any more,
   * somebody else was faster, and theirs is given instead: so that of many who find no key, all sign with one.
   */
  succeedKey(key: TokenKeyRow, former: Uuid | null): Promise<TokenKeyRow>;
  /** As of one statement. Null when there is no such key (any more). */
  keyContext(id: Uuid, revokedSince: Date): Promise<TokenKeyContext | null>;
  /** Every node hears of it. */
  deleteKeys(organizationId: Uuid): Promise<void>;
  /** Begins a new generation of the participant's tokens. False when there is no such participant. Every node hears of it. */
  nextGeneration(organizationId: Uuid, participantId: Uuid, now: Date): Promise<boolean>;
  /** In order. */
  allowedOrigins(organizationId: Uuid): Promise<readonly string[]>;
  /** Every node hears of it. */
  replaceAllowedOrigins(organizationId: Uuid, origins: readonly string[]): Promise<void>;
  /** Whether any organization allows it. */
  isAllowedOrigin(origin: string): Promise<boolean>;
  listen(onChange: (organizationId: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

const keyColumns = sql`k.id, k.organization_id as "organizationId", k.ciphertext, k.key_id as "keyId",
  k.created_at as "createdAt"`;

export function createBrowserAccessStore(database: Database): BrowserAccessStore {
  const { kysely } = database;
  const tell = (organizationId: Uuid) => sql`select pg_notify(${browserAccessChannel}, ${organizationId})`;
  return {
    async issuing(organizationId, participantId) {
      const { rows } = await sql<
        { generation: number } & { [K in keyof TokenKeyRow]: TokenKeyRow[K] | null }
      >`
        select coalesce(g.generation, 0) as generation, ${keyColumns}
          from participants p
          left join participant_token_generations g on g.participant_id = p.id
          left join lateral (
            select * from participant_token_keys where organization_id = p.organization_id order by id desc limit 1
          ) k on true
         where p.id = ${participantId} and p.organization_id = ${organizationId} and p.erased_at is null`.execute(
        kysely,
      );
      const [row] = rows;
      if (row === undefined) return null;
      const { generation, id, ciphertext, keyId, createdAt } = row;
      const known = id !== null && ciphertext !== null && keyId !== null && createdAt !== null;
      return { generation, newestKey: known ? { id, organizationId, ciphertext, keyId, createdAt } : null };
    },

    succeedKey: (key, former) =>
      database.transaction(async (transaction) => {
        await lockOrganization(transaction, key.organizationId);
        const { rows } = await sql<TokenKeyRow>`
          select ${keyColumns} from participant_token_keys k
           where organization_id = ${key.organizationId} order by id desc limit 1`.execute(transaction);
        const [newest] = rows;
        if (newest !== undefined && newest.id !== former) return newest;
        const own = transaction
          .deleteFrom('participant_token_keys')
          .where('organization_id', '=', key.organizationId);
        if (newest !== undefined) await own.where('id', '<>', newest.id).execute();
        await transaction
          .insertInto('participant_token_keys')
          .values({
            id: key.id,
            organization_id: key.organizationId,
            ciphertext: key.ciphertext,
            key_id: key.keyId,
            created_at: key.createdAt,
          })
          .execute();
        return key;
      }),

    async keyContext(id, revokedSince) {
      const { rows } = await sql<
        TokenKeyRow & {
          organizationName: string;
          allowedOrigins: string[];
          generations: { participantId: Uuid; generation: number }[];
        }
      >`
        select ${keyColumns}, o.name as "organizationName",
               array(select origin from allowed_origins where organization_id = o.id order by origin) as "allowedOrigins",
               (select coalesce(jsonb_agg(jsonb_build_object('participantId', participant_id, 'generation', generation)), '[]')
                  from participant_token_generations
                 where organization_id = o.id and revoked_at >= ${revokedSince}) as generations
          from participant_token_keys k join organizations o on o.id = k.organization_id
         where k.id = ${id}`.execute(kysely);
      const [row] = rows;
      if (row === undefined) return null;
      const { organizationName, allowedOrigins, generations, ...key } = row;
      return { key, organizationName, allowedOrigins, generations };
    },

    async deleteKeys(organizationId) {
      await database.transaction(async (transaction) => {
        await transaction
          .deleteFrom('participant_token_keys')
          .where('organization_id', '=', organizationId)
          .execute();
        await tell(organizationId).execute(transaction);
      });
    },

    async nextGeneration(organizationId, participantId, now) {
      return database.transaction(async (transaction) => {
        const written = await sql`
          insert into participant_token_generations (participant_id, organization_id, generation, revoked_at)
          select id, organization_id, 1, ${now} from participants
           where id = ${participantId} and organization_id = ${organizationId}
          on conflict (participant_id) do update
            set generation = participant_token_generations.generation + 1, revoked_at = excluded.revoked_at`.execute(
          transaction,
        );
        if (written.numAffectedRows !== 1n) return false;
        await tell(organizationId).execute(transaction);
        return true;
      });
    },

    async allowedOrigins(organizationId) {
      const rows = await kysely
        .selectFrom('allowed_origins')
        .select('origin')
        .where('organization_id', '=', organizationId)
        .orderBy('origin')
        .execute();
      return rows.map(({ origin }) => origin);
    },

    async replaceAllowedOrigins(organizationId, origins) {
      await database.transaction(async (transaction) => {
        // One replacement of a list at a time, so that two of them do not become a mixture.
        await lockOrganization(transaction, organizationId);
        await transaction
          .deleteFrom('allowed_origins')
          .where('organization_id', '=', organizationId)
          .execute();
        if (origins.length > 0) {
          await transaction
            .insertInto('allowed_origins')
            .values(origins.map((origin) => ({ origin, organization_id: organizationId })))
            .execute();
        }
        await tell(organizationId).execute(transaction);
      });
    },

    async isAllowedOrigin(origin) {
      const found = await kysely
        .selectFrom('allowed_origins')
        .select('origin')
        .where('origin', '=', origin)
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },

    listen: (onChange, onMissed) => database.listen(browserAccessChannel, onChange, onMissed),
  };
}

/** Against others who take it; the foreign keys of new rows do not wait for it. */
async function lockOrganization(transaction: Transaction<Schema>, id: Uuid): Promise<void> {
  await transaction.selectFrom('organizations').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}
