import { sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import { textArray, uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';
import { survivorOf } from './participant-alias.ts';
import type { Schema } from './schema.ts';

export interface ParticipantRow {
  readonly id: Uuid;
  /** The organization's own id for the person; null for who is known only by an account. */
  readonly external_id: string | null;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly test: boolean;
  readonly referral_code: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** When their personal data was erased. */
  readonly erased_at: Date | null;
}

export interface AccountRow {
  readonly platform: string;
  readonly name: string;
}

export interface AbsorbedRow {
  readonly id: Uuid;
  readonly external_id: string | null;
  readonly merged_at: Date;
  readonly merge_reason: string | null;
}

export interface ParticipantKey {
  readonly organizationId: Uuid;
  readonly externalId: string;
}

/** What a new participant begins with. */
export interface NewParticipant {
  readonly id: Uuid;
  readonly referralCode: string;
}

/** What is left out stays as it is. */
export interface ParticipantChange {
  /** Whom to change; null: whoever has the external id or one of the accounts, else somebody new. */
  readonly id: Uuid | null;
  readonly externalId: string | null;
  readonly accounts: readonly AccountRow[] | null;
  /** Whether the accounts given are all there are, or come to those there are. */
  readonly replaceAccounts: boolean;
  readonly referralCode: string | null;
  readonly person: Partial<
    Pick<ParticipantRow, 'email' | 'first_name' | 'last_name' | 'phone' | 'fields' | 'test'>
  >;
  /** Which of somebody's accounts is their wallet. */
  readonly walletOf: (accounts: readonly AccountRow[], current: string | null) => string | null;
  readonly now: Date;
}

export type ParticipantSaving =
  | { readonly kind: 'saved'; readonly id: Uuid; readonly created: boolean }
  | { readonly kind: 'not_found' }
  /** What was given belongs to several people. */
  | {
      readonly kind: 'several';
      readonly owners: readonly { readonly id: Uuid; readonly account: AccountRow | null }[];
    }
  | { readonly kind: 'other_external_id'; readonly id: Uuid; readonly externalId: string }
  | { readonly kind: 'referral_code_taken' }
  | { readonly kind: 'erased'; readonly id: Uuid }
  /** Whether somebody is a test participant cannot change once they took part. */
  | { readonly kind: 'took_part' };

/**
 * Our id and the organization's own belong together for good once both are known. Whoever was merged into somebody
 * else is found as that participant, by either.
 */
export interface ParticipantsStore {
  /** Finds or makes the participants with these keys, in their order. */
  ensure(keys: readonly ParticipantKey[], fresh: () => NewParticipant): Promise<readonly Uuid[]>;
  find(organizationId: Uuid, id: Uuid): Promise<ParticipantRow | null>;
  findByExternalId(organizationId: Uuid, externalId: string): Promise<ParticipantRow | null>;
  /** Who was merged into this participant, the last one first. */
  absorbedBy(organizationId: Uuid, id: Uuid, limit: number): Promise<readonly AbsorbedRow[]>;
  /** In the order in which they came. */
  accountsOf(organizationId: Uuid, id: Uuid): Promise<readonly AccountRow[]>;
  /**
   * Newest first; `before` is the last one of the page before; `search` is a part of the name, the external id,
   * the e-mail address, the wallet or an account, in capitals or not.
   */
  list(
    organizationId: Uuid,
    search: string | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly ParticipantRow[]>;
  /** All or nothing. Callers at once who mean the same person get the same one. */
  save(
    organizationId: Uuid,
    change: ParticipantChange,
    fresh: () => NewParticipant,
  ): Promise<ParticipantSaving>;
}

/** How often a write is tried again that met another one, or a referral code that somebody has. */
const mostTries = 5;

/** What is known of somebody, as it is shown and exported. */
export const profileColumns = [
  'id',
  'external_id',
  'email',
  'first_name',
  'last_name',
  'phone',
  'wallet',
  'fields',
  'test',
  'referral_code',
  'created_at',
] as const;

const columns = [...profileColumns, 'updated_at', 'erased_at'] as const;

export function createParticipantsStore(database: Database): ParticipantsStore {
  const { kysely, hotPool } = database;

  async function known(keys: readonly ParticipantKey[]): Promise<Map<string, Uuid>> {
    const { rows } = await hotPool.query<{ id: Uuid; organization_id: Uuid; external_id: string }>({
      name: 'participants_known',
      // Served by the unique index on (organization_id, external_id), and by no other: looked up by equality, a plan
      // made for an empty table takes participants_by_organization and walks the organization for every key.
      text: `select coalesce(p.merged_into, p.id) as id, p.organization_id, p.external_id
               from unnest($1::uuid[], $2::text[]) as k (organization_id, external_id)
              cross join lateral (
                select id, organization_id, external_id, merged_into from participants l
                 where (l.organization_id, l.external_id) >= (k.organization_id, k.external_id)
                 order by l.organization_id, l.external_id limit 1) p
              where p.organization_id = k.organization_id and p.external_id = k.external_id`,
      values: [
        uuidArray(keys.map((key) => key.organizationId)),
        textArray(keys.map((key) => key.externalId)),
      ],
    });
    return new Map(rows.map((row) => [keyText(row.organization_id, row.external_id), row.id]));
  }

  const all = (organizationId: Uuid) =>
    kysely.selectFrom('participants').select(columns).where('organization_id', '=', organizationId);

  return {
    async ensure(keys, fresh) {
      const found = await known(keys);
      // More than once only when another node made one of them in between, or a referral code was taken.
      for (let tries = 0; tries < mostTries; tries++) {
        const missing = keys
          .filter((key) => !found.has(keyText(key.organizationId, key.externalId)))
          .map((key) => ({ ...key, ...fresh(), text: keyText(key.organizationId, key.externalId) }))
          // One order for all writers: two of them with the same new keys wait for each other instead of deadlocking.
          .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
        if (missing.length === 0) break;
        const { rows } = await hotPool.query<{ id: Uuid; organization_id: Uuid; external_id: string }>({
          name: 'participants_ensure',
          text: `insert into participants (id, organization_id, external_id, referral_code)
                 select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
                 on conflict do nothing
                 returning id, organization_id, external_id`,
          values: [
            uuidArray(missing.map((row) => row.id)),
            uuidArray(missing.map((row) => row.organizationId)),
            textArray(missing.map((row) => row.externalId)),
            textArray(missing.map((row) => row.referralCode)),
          ],
        });
        for (const row of rows) found.set(keyText(row.organization_id, row.external_id), row.id);
        const others = missing.filter(({ text }) => !found.has(text));
        if (others.length > 0) for (const [text, id] of await known(others)) found.set(text, id);
      }
      return keys.map((key) => {
        const id = found.get(keyText(key.organizationId, key.externalId));
        if (id === undefined)
          throw new Error('A participant was neither found nor made: it was deleted meanwhile');
        return id;
      });
    },

    async find(organizationId, id) {
      return (await all(organizationId).where('id', '=', survivorOf(id)).executeTakeFirst()) ?? null;
    },

    async findByExternalId(organizationId, externalId) {
      const row = await all(organizationId)
        .select('merged_into')
        .where('external_id', '=', externalId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { merged_into, ...participant } = row;
      if (merged_into === null) return participant;
      return (await all(organizationId).where('id', '=', merged_into).executeTakeFirst()) ?? null;
    },

    async absorbedBy(organizationId, id, limit) {
      const rows = await kysely
        .selectFrom('participants')
        .select(['id', 'external_id', 'merged_at', 'merge_reason'])
        .where('organization_id', '=', organizationId)
        .where('merged_into', '=', id)
        .orderBy('merged_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.flatMap(({ merged_at, ...row }) => (merged_at === null ? [] : [{ ...row, merged_at }]));
    },

    async accountsOf(organizationId, id) {
      return accountsOf(kysely, organizationId, id);
    },

    async list(organizationId, search, before, limit) {
      let query = all(organizationId).where('merged_into', 'is', null).orderBy('id', 'desc').limit(limit);
      if (search !== null) {
        const part = search.toLowerCase();
        query = query.where(
          sql<boolean>`(position(${part} in lower(concat_ws(E'\\n', external_id, email, wallet, concat_ws(' ', first_name, last_name)))) > 0
            or exists (select from accounts a
                        where a.participant_id = participants.id and position(${part} in lower(a.name)) > 0)
            or exists (select from participants m
                        where m.merged_into = participants.id and position(${part} in lower(m.external_id)) > 0))`,
        );
      }
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async save(organizationId, change, fresh) {
      for (let tries = 1; ; tries++) {
        try {
          return await database.transaction((transaction) =>
            save(transaction, organizationId, change, fresh()),
          );
        } catch (error) {
          // Somebody took a name, or the person, between our looking and our writing: looking again finds them.
          if (!(isUniqueViolation(error) || error instanceof MergedMeanwhile) || tries === mostTries)
            throw error;
        }
      }
    },
  };
}

async function save(
  transaction: Transaction<Schema>,
  organizationId: Uuid,
  change: ParticipantChange,
  fresh: NewParticipant,
): Promise<ParticipantSaving> {
  const owners = await ownersOf(transaction, organizationId, change);
  if (change.id !== null && !owners.some(({ named }) => named === change.id)) return { kind: 'not_found' };
  const ids = new Set(owners.map(({ id }) => id));
  if (ids.size > 1) return { kind: 'several', owners };
  const [found] = ids;
  const id = found ?? fresh.id;
  const values = {
    ...change.person,
    fields: change.person.fields && JSON.stringify(change.person.fields),
    updated_at: change.now,
  };

  if (found === undefined) {
    if (await isCodeTaken(transaction, organizationId, change.referralCode, id)) {
      return { kind: 'referral_code_taken' };
    }
    await transaction
      .insertInto('participants')
      .values({
        ...values,
        id,
        organization_id: organizationId,
        external_id: change.externalId,
        referral_code: change.referralCode ?? fresh.referralCode,
        created_at: change.now,
      })
      .execute();
  } else {
    const saved = await transaction
      .selectFrom('participants')
      .select(columns)
      .select('merged_into')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (saved.merged_into !== null) throw new MergedMeanwhile();
    if (saved.erased_at !== null) return { kind: 'erased', id };
    // The ids of those who were merged into them are theirs too.
    const isTheirs =
      saved.external_id === change.externalId ||
      owners.some(({ externalId }) => externalId !== null && externalId === change.externalId);
    if (change.externalId !== null && saved.external_id !== null && !isTheirs) {
      return { kind: 'other_external_id', id, externalId: saved.external_id };
    }
    if (change.person.test !== undefined && change.person.test !== saved.test) {
      const participation = await transaction
        .selectFrom('participations')
        .select('campaign_id')
        .where('participant_id', '=', id)
        .limit(1)
        .executeTakeFirst();
      if (participation !== undefined) return { kind: 'took_part' };
    }
    if (await isCodeTaken(transaction, organizationId, change.referralCode, id)) {
      return { kind: 'referral_code_taken' };
    }
    await transaction
      .updateTable('participants')
      .set({
        ...values,
        external_id: saved.external_id ?? change.externalId,
        referral_code: change.referralCode ?? saved.referral_code ?? fresh.referralCode,
      })
      .where('id', '=', id)
      .execute();
  }
  if (change.accounts !== null) await saveAccounts(transaction, organizationId, id, change);
  return { kind: 'saved', id, created: found === undefined };
}

/** Whom the change names, and by what. */
interface NamedOwner {
  /** Who answers for it. */
  readonly id: Uuid;
  readonly named: Uuid;
  readonly externalId: string | null;
  readonly account: AccountRow | null;
}

/** The participant was merged into somebody else while their row was waited for. */
class MergedMeanwhile extends Error {}

/** Who has what the change names: the id itself, the external id, the accounts. */
async function ownersOf(
  transaction: Transaction<Schema>,
  organizationId: Uuid,
  { id, externalId, accounts }: ParticipantChange,
): Promise<NamedOwner[]> {
  const named = await transaction
    .selectFrom('participants')
    .select(['id as named', 'external_id as externalId'])
    .select(({ fn }) => fn.coalesce('merged_into', 'id').as('id'))
    .where('organization_id', '=', organizationId)
    .where(({ eb, or }) =>
      or([
        ...(id === null ? [] : [eb('id', '=', id)]),
        ...(externalId === null ? [] : [eb('external_id', '=', externalId)]),
      ]),
    )
    .execute();
  const owners: NamedOwner[] = named.map((row) => ({ ...row, account: null }));
  for (const account of accounts ?? []) {
    const owner = await transaction
      .selectFrom('accounts')
      .select('participant_id')
      .where('organization_id', '=', organizationId)
      .where('platform', '=', account.platform)
      .where('name', '=', account.name)
      .executeTakeFirst();
    if (owner !== undefined) {
      const { participant_id: id } = owner;
      owners.push({ id, named: id, externalId: null, account });
    }
  }
  return owners;
}

async function isCodeTaken(
  transaction: Transaction<Schema>,
  organizationId: Uuid,
  code: string | null,
  id: Uuid,
): Promise<boolean> {
  if (code === null) return false;
  const other = await transaction
    .selectFrom('participants')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('referral_code', '=', code)
    .where('id', '<>', id)
    .executeTakeFirst();
  return other !== undefined;
}

async function saveAccounts(
  transaction: Transaction<Schema>,
  organizationId: Uuid,
  id: Uuid,
  { accounts, replaceAccounts, walletOf, now }: ParticipantChange,
): Promise<void> {
  const given = accounts ?? [];
  const before = await accountsOf(transaction, organizationId, id);
  const missing = given.filter((account) => !before.some((one) => isSame(one, account)));
  if (replaceAccounts) {
    for (const account of before.filter((one) => !given.some((account) => isSame(one, account)))) {
      await transaction
        .deleteFrom('accounts')
        .where('organization_id', '=', organizationId)
        .where('platform', '=', account.platform)
        .where('name', '=', account.name)
        .execute();
    }
  }
  if (missing.length > 0) {
    await transaction
      .insertInto('accounts')
      .values(
        missing.map((account, index) => ({
          ...account,
          organization_id: organizationId,
          participant_id: id,
          // Keeps the order in which they were given.
          created_at: new Date(now.getTime() + index),
        })),
      )
      .execute();
  }
  const after = await accountsOf(transaction, organizationId, id);
  const { wallet } = await transaction
    .selectFrom('participants')
    .select('wallet')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await transaction
    .updateTable('participants')
    .set({ wallet: walletOf(after, wallet) })
    .where('id', '=', id)
    .execute();
}

async function accountsOf(
  reader: Pick<Transaction<Schema>, 'selectFrom'>,
  organizationId: Uuid,
  id: Uuid,
): Promise<AccountRow[]> {
  return reader
    .selectFrom('accounts')
    .select(['platform', 'name'])
    .where('organization_id', '=', organizationId)
    .where('participant_id', '=', id)
    .orderBy('created_at')
    .orderBy('platform')
    .orderBy('name')
    .execute();
}

function isSame(a: AccountRow, b: AccountRow): boolean {
  return a.platform === b.platform && a.name === b.name;
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

function keyText(organizationId: Uuid, externalId: string): string {
  return organizationId + externalId;
}
