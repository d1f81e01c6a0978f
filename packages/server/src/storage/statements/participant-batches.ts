import type { Uuid } from '../../ids.ts';
import { boolArray, textArray, timestamptzArray, uuidArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';
import type { AccountRow, ParticipantRow } from '../participants-store.ts';

/*
 * Many participants at once, in the transaction of the caller. Every statement finds its rows by key, so its time
 * depends on the batch alone. Where several indexes begin with the organization, equality would leave the choice to
 * statistics, and a plan made for an empty table then walks the whole organization for every key; the first row from
 * the key on can only be found by the index of that order.
 */

export interface BatchNames {
  readonly ids: readonly Uuid[];
  readonly externalIds: readonly string[];
  readonly accounts: readonly AccountRow[];
  readonly referralCodes: readonly string[];
}

interface MergedRow {
  readonly id: Uuid;
  readonly external_id: string | null;
  readonly merged_into: Uuid;
}

export interface NamedParticipants {
  /** Those with one of the ids, external ids or accounts, locked until the transaction ends. */
  readonly participants: readonly (ParticipantRow & { readonly accounts: readonly AccountRow[] })[];
  /** Those who were merged: whoever names them means another one of the participants. */
  readonly merged: readonly MergedRow[];
  /** Who has which of the referral codes. */
  readonly codes: ReadonlyMap<string, Uuid>;
}

/**
 * Everybody whom the names mean. They are locked in the order of their ids, so that two batches wait for each other
 * instead of deadlocking. Served by the primary key of participants, (organization_id, external_id), the primary key of
 * accounts, and participants_by_referral_code.
 */
export async function lockNamedParticipants(
  transaction: Queryable,
  organizationId: Uuid,
  names: BatchNames,
): Promise<NamedParticipants> {
  const named = await lockNamed(transaction, organizationId, names);
  const merged = named.flatMap((row) =>
    row.merged_into === null ? [] : [{ ...row, merged_into: row.merged_into }],
  );
  const known = new Set(named.map(({ id }) => id));
  const ids = merged.map((row) => row.merged_into).filter((id) => !known.has(id));
  const others =
    ids.length === 0
      ? []
      : await lockNamed(transaction, organizationId, {
          ids,
          externalIds: [],
          accounts: [],
          referralCodes: [],
        });
  const rows = [...named, ...others].filter((row) => row.merged_into === null);
  const accounts = rows.length === 0 ? new Map() : await accountsOf(transaction, rows);
  return {
    participants: rows.map((row) => ({ ...row, accounts: accounts.get(row.id) ?? [] })),
    merged,
    codes:
      names.referralCodes.length === 0
        ? new Map()
        : await ownersOfCodes(transaction, organizationId, names.referralCodes),
  };
}

async function lockNamed(
  transaction: Queryable,
  organizationId: Uuid,
  names: BatchNames,
): Promise<readonly (ParticipantRow & { readonly merged_into: Uuid | null })[]> {
  const { rows } = await transaction.query<ParticipantRow & { merged_into: Uuid | null }>({
    name: 'lock_named_participants',
    text: `
      with named as (
        select unnest($2::uuid[]) as id
        union
        select p.id from unnest($3::text[]) as k (external_id) cross join lateral (
          select id, organization_id, external_id from participants l
           where (l.organization_id, l.external_id) >= ($1, k.external_id)
           order by l.organization_id, l.external_id limit 1) p
         where p.organization_id = $1 and p.external_id = k.external_id
        union
        select a.participant_id from unnest($4::text[], $5::text[]) as k (platform, name) cross join lateral (
          select participant_id from accounts l
           where l.organization_id = $1 and l.platform = k.platform and l.name = k.name limit 1) a
      )
      select p.id, p.external_id, p.email, p.first_name, p.last_name, p.phone, p.wallet, p.fields, p.test,
             p.referral_code, p.created_at, p.updated_at, p.erased_at, p.merged_into
        from (select id from named order by id) n
       cross join lateral (
         select * from participants l
          where l.id = n.id and l.organization_id = $1 and l.erased_at is null limit 1 for update) p`,
    values: [
      organizationId,
      uuidArray(names.ids),
      textArray(names.externalIds),
      textArray(names.accounts.map(({ platform }) => platform)),
      textArray(names.accounts.map(({ name }) => name)),
    ],
  });
  return rows;
}

async function accountsOf(
  transaction: Queryable,
  owners: readonly { readonly id: Uuid }[],
): Promise<Map<Uuid, AccountRow[]>> {
  const { rows } = await transaction.query<AccountRow & { participant_id: Uuid }>({
    name: 'accounts_of_participants',
    text: `select a.participant_id, a.platform, a.name from unnest($1::uuid[]) as k (id)
            cross join lateral (
              select * from accounts l where l.participant_id = k.id
               order by created_at, platform, name offset 0) a`,
    values: [uuidArray(owners.map(({ id }) => id))],
  });
  const byOwner = new Map<Uuid, AccountRow[]>();
  for (const { participant_id, platform, name } of rows) {
    const list = byOwner.get(participant_id);
    if (list === undefined) byOwner.set(participant_id, [{ platform, name }]);
    else list.push({ platform, name });
  }
  return byOwner;
}

async function ownersOfCodes(
  transaction: Queryable,
  organizationId: Uuid,
  codes: readonly string[],
): Promise<Map<string, Uuid>> {
  const { rows } = await transaction.query<{ referral_code: string; id: Uuid }>({
    name: 'owners_of_referral_codes',
    text: `select coalesce(p.merged_into, p.id) as id, p.referral_code from unnest($2::text[]) as k (code)
            cross join lateral (
             select id, organization_id, referral_code, merged_into from participants l
              where (l.organization_id, l.referral_code) >= ($1, k.code) and l.referral_code is not null
           order by l.organization_id, l.referral_code limit 1) p
            where p.organization_id = $1 and p.referral_code = k.code`,
    values: [organizationId, textArray(codes)],
  });
  return new Map(rows.map((row) => [row.referral_code, row.id]));
}

/** Which of them acted in a campaign. */
export async function whoTookPart(transaction: Queryable, ids: readonly Uuid[]): Promise<ReadonlySet<Uuid>> {
  const { rows } = await transaction.query<{ id: Uuid }>({
    name: 'who_took_part',
    // By participations_by_participant.
    text: `select k.id from unnest($1::uuid[]) as k (id) cross join lateral (
             select participant_id from participations l where l.participant_id = k.id limit 1) p`,
    values: [uuidArray(ids)],
  });
  return new Set(rows.map(({ id }) => id));
}

export interface ParticipantBatchRow extends Omit<ParticipantRow, 'fields' | 'erased_at'> {
  /** JSON. */
  readonly fields: string;
}

/**
 * Writes participants, new ones and changed ones, each as it is to be, and accounts that are new. Throws 23505 when
 * somebody else took one of their names since they were looked up.
 */
export async function writeParticipants(
  transaction: Queryable,
  organizationId: Uuid,
  participants: readonly ParticipantBatchRow[],
  accounts: readonly (AccountRow & { readonly participantId: Uuid; readonly createdAtMs: number })[],
): Promise<void> {
  await transaction.query({
    name: 'write_participants',
    text: `
      insert into participants as p (organization_id, id, external_id, email, first_name, last_name, phone, wallet,
                                     fields, test, referral_code, created_at, updated_at)
      select $1, i, external_id, email, first_name, last_name, phone, wallet, fields::jsonb, test, referral_code,
             created_at, updated_at
        from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
                    $10::bool[], $11::text[], $12::timestamptz[], $13::timestamptz[])
             as r (i, external_id, email, first_name, last_name, phone, wallet, fields, test, referral_code,
                   created_at, updated_at)
      on conflict (id) do update
         set external_id = excluded.external_id, email = excluded.email, first_name = excluded.first_name,
             last_name = excluded.last_name, phone = excluded.phone, wallet = excluded.wallet,
             fields = excluded.fields, test = excluded.test, referral_code = excluded.referral_code,
             updated_at = excluded.updated_at`,
    values: [
      organizationId,
      uuidArray(participants.map((row) => row.id)),
      textArray(participants.map((row) => row.external_id)),
      textArray(participants.map((row) => row.email)),
      textArray(participants.map((row) => row.first_name)),
      textArray(participants.map((row) => row.last_name)),
      textArray(participants.map((row) => row.phone)),
      textArray(participants.map((row) => row.wallet)),
      textArray(participants.map((row) => row.fields)),
      boolArray(participants.map((row) => row.test)),
      textArray(participants.map((row) => row.referral_code)),
      timestamptzArray(participants.map((row) => row.created_at)),
      timestamptzArray(participants.map((row) => row.updated_at)),
    ],
  });
  if (accounts.length === 0) return;
  await transaction.query({
    name: 'write_accounts',
    text: `
      insert into accounts (organization_id, participant_id, platform, name, created_at)
      select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[])`,
    values: [
      organizationId,
      uuidArray(accounts.map((row) => row.participantId)),
      textArray(accounts.map((row) => row.platform)),
      textArray(accounts.map((row) => row.name)),
      timestamptzArray(accounts.map((row) => row.createdAtMs)),
    ],
  });
}
