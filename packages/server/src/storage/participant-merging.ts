import type { Uuid } from '../ids.ts';
import { browserAccessChannel } from './browser-access-store.ts';
import { uuidArray } from './column-arrays.ts';
import type { Database, Queryable } from './database.ts';

/**
 * The rows of two participants who become one. Every function works inside one transaction of the caller's. What is
 * locked is locked in this order: participations by their key, then the two participants, lower id first. New
 * participations need the participant to be there, so nobody can add one once that is locked.
 */

/** Carries the UUID of each participant who was taken in by somebody. */
export const mergesChannel = 'fanfare_participants_merged';

export interface MergingPerson {
  readonly id: Uuid;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
  readonly test: boolean;
  readonly merged_into: Uuid | null;
  readonly erased_at: Date | null;
}

/**
 * Who answers for each of these ids, in their order; null for those the organization does not have, and for those whose
 * personal data was erased.
 */
export async function survivorsOf(
  transaction: Queryable,
  organizationId: Uuid,
  ids: readonly Uuid[],
): Promise<readonly (Uuid | null)[]> {
  const { rows } = await transaction.query<{ id: Uuid; survivor: Uuid }>({
    text: `select id, coalesce(merged_into, id) as survivor from participants
            where organization_id = $1 and id = any($2::uuid[]) and erased_at is null`,
    values: [organizationId, uuidArray(ids)],
  });
  return ids.map((id) => rows.find((row) => row.id === id)?.survivor ?? null);
}

export interface MergeKey {
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
}

/**
 * The participations that the merge touches: those of both wherever the absorbed one takes part, and those of
 * everybody the absorbed one referred, whose rows name their referrer.
 */
export async function readMergeKeys(
  transaction: Queryable,
  survivor: Uuid,
  absorbed: Uuid,
): Promise<readonly MergeKey[]> {
  const { rows } = await transaction.query<MergeKey>({
    text: `with own as (select campaign_id from participations where participant_id = $2)
           select campaign_id, $1::uuid as participant_id from own
           union select campaign_id, $2::uuid from own
           union select r.campaign_id, r.claimer_id
                   from own cross join lateral (
                     select campaign_id, claimer_id from referrals l
                      where l.campaign_id = own.campaign_id and l.referrer_id = $2) r`,
    values: [survivor, absorbed],
  });
  return rows;
}

/** As they are once nobody else is changing them. Fewer than two when one of them was deleted. */
export async function lockPeople(
  transaction: Queryable,
  ids: readonly [Uuid, Uuid],
): Promise<readonly MergingPerson[]> {
  const { rows } = await transaction.query<MergingPerson>({
    text: `select id, external_id, email, first_name, last_name, phone, wallet, fields, test, merged_into, erased_at
             from participants where id = any($1::uuid[]) order by id for update`,
    values: [uuidArray(ids)],
  });
  return rows;
}

export interface DoubledEntry {
  readonly campaign_id: Uuid;
  readonly cause: string;
  readonly bucket: string;
  /** Decimal text. */
  readonly amount: string;
}

export interface DoubledCompletion {
  readonly id: Uuid;
  readonly campaign_id: Uuid;
  readonly subject_id: Uuid;
  /** Decimal text: what it is worth after recalculations; null when there were none. */
  readonly worth: string | null;
}

interface Pair {
  readonly survivor: Uuid;
  readonly absorbed: Uuid;
  /** In which the absorbed one takes part. */
  readonly campaigns: readonly Uuid[];
}

/**
 * Completions of the absorbed one that the survivor has in the same period, where a period can be completed once:
 * those of what may always be done are numbered behind a `#`.
 */
export async function doubledCompletions(
  transaction: Queryable,
  pair: Pair,
): Promise<readonly DoubledCompletion[]> {
  const { rows } = await transaction.query<DoubledCompletion>({
    text: `select a.id, a.campaign_id, a.subject_id, a.worth::text from completions a
            where a.campaign_id = any($3::uuid[]) and a.participant_id = $2 and position('#' in a.period) = 0
              and a.revoked_at is null
              and exists (select from completions s
                           where s.subject_id = a.subject_id and s.participant_id = $1 and s.period = a.period
                             and s.revoked_at is null)`,
    values: [pair.survivor, pair.absorbed, uuidArray(pair.campaigns)],
  });
  return rows;
}

/** Trigger events of the absorbed one with a key that the survivor has used for the same trigger. */
export async function doubledTriggerEvents(
  transaction: Queryable,
  pair: Pair,
): Promise<readonly { readonly id: Uuid }[]> {
  const { rows } = await transaction.query<{ id: Uuid }>({
    text: `select a.id from trigger_events a
            where a.participant_id = $2 and a.key is not null
              and exists (select from trigger_events s
                           where s.organization_id = a.organization_id and s.trigger_id = a.trigger_id
                             and s.participant_id = $1 and s.key = a.key)`,
    values: [pair.survivor, pair.absorbed],
  });
  return rows;
}

/** What the absorbed one earned by any of these causes. */
export async function earningsBy(
  transaction: Queryable,
  pair: Pair,
  causes: readonly string[],
): Promise<readonly { readonly id: Uuid }[]> {
  const { rows } = await transaction.query<{ id: Uuid }>({
    text: `select id from earnings
            where campaign_id = any($2::uuid[]) and participant_id = $1 and cause = any($3::text[])`,
    values: [pair.absorbed, uuidArray(pair.campaigns), [...causes]],
  });
  return rows;
}

/**
 * Entries of the absorbed one that are of any of these causes, or of a cause and bucket that the survivor has too. Two
 * people who were recalculated together were not given the same twice.
 */
export async function doubledEntries(
  transaction: Queryable,
  pair: Pair,
  causes: readonly string[],
): Promise<readonly DoubledEntry[]> {
  const { rows } = await transaction.query<DoubledEntry>({
    text: `select a.campaign_id, a.cause, a.bucket, a.amount::text from ledger a
            where a.campaign_id = any($3::uuid[]) and a.participant_id = $2
              and (a.cause = any($4::text[])
                or a.cause not like 'recalculation:%' and exists (select from ledger s
                            where s.campaign_id = a.campaign_id and s.participant_id = $1
                              and s.cause = a.cause and s.bucket = a.bucket))`,
    values: [pair.survivor, pair.absorbed, uuidArray(pair.campaigns), [...causes]],
  });
  return rows;
}

export interface BonusRow {
  readonly campaign_id: Uuid;
  readonly participant_id: Uuid;
  /** Names the completion that brought it. */
  readonly cause: string;
  /** Decimal text. */
  readonly amount: string;
}

/** Up to ten payouts of this participant whose outcome is awaited. Under the lock of their participations. */
export async function openPayouts(transaction: Queryable, participantId: Uuid): Promise<readonly Uuid[]> {
  const { rows } = await transaction.query<{ id: Uuid }>({
    text: `select y.id from participations p join payouts y using (campaign_id, participant_id)
            where p.participant_id = $1 and y.state in ('requested', 'sending', 'processing')
            order by y.id limit 10`,
    values: [participantId],
  });
  return rows.map(({ id }) => id);
}

/** What either of the two was given for referring others. */
export async function bonusesOf(transaction: Queryable, pair: Pair): Promise<readonly BonusRow[]> {
  const { rows } = await transaction.query<BonusRow>({
    text: `select campaign_id, participant_id, cause, amount::text from ledger
            where campaign_id = any($2::uuid[]) and participant_id = any($1::uuid[])
              and bucket = 'referral' and amount > 0`,
    values: [uuidArray([pair.survivor, pair.absorbed]), uuidArray(pair.campaigns)],
  });
  return rows;
}

export interface MadeCompletion {
  readonly id: Uuid;
  readonly participant_id: Uuid;
  /** Decimal text; null where it is that of the ledger. */
  readonly bonus: string | null;
}

/** Which of these completions, that still count, either of the two made, and what each brings the referrer now. */
export async function completionsAmong(
  transaction: Queryable,
  pair: Pair,
  ids: readonly Uuid[],
): Promise<readonly MadeCompletion[]> {
  const { rows } = await transaction.query<MadeCompletion>({
    text: `select id, participant_id, bonus::text from completions
            where id = any($1::uuid[]) and participant_id = any($2::uuid[]) and revoked_at is null`,
    values: [uuidArray(ids), uuidArray([pair.survivor, pair.absorbed])],
  });
  return rows;
}

export interface MergedProgress {
  readonly campaignId: Uuid;
  readonly subjectId: Uuid;
  readonly period: string;
  readonly count: number;
}

/**
 * Gives the survivor what the absorbed one has in campaigns. A name that both have used (the cause of an entry or an
 * earning, the key of a trigger event or a play) gets the absorbed one's id behind it, so that the row stays as history
 * and the name stays taken; a completion that counts no second time is one that was revoked. Before the decisions are
 * written, which name the survivor.
 */
export async function moveActivity(
  transaction: Queryable,
  pair: Pair,
  moved: {
    /** Public ids. */
    readonly survivorName: string;
    readonly absorbedName: string;
    readonly droppedReferrals: readonly Uuid[];
    readonly doubledCompletions: readonly Uuid[];
    readonly at: Date;
    /** What the absorbed one did, as it stands for both. */
    readonly progress: readonly MergedProgress[];
  },
): Promise<void> {
  const { survivor, absorbed } = pair;
  const campaigns = uuidArray(pair.campaigns);
  const run = (text: string, values: readonly unknown[]) => transaction.query({ text, values: [...values] });
  const both = [survivor, absorbed, campaigns, moved.absorbedName];

  await run('delete from referrals where id = any($1::uuid[])', [uuidArray(moved.droppedReferrals)]);
  await run(
    'update referrals set claimer_id = $1 where claimer_id = $2 and campaign_id = any($3::uuid[])',
    both.slice(0, 3),
  );
  await run(
    `update participations p set referrer_id = $1 from referrals r
      where r.campaign_id = any($3::uuid[]) and r.referrer_id = $2
        and p.campaign_id = r.campaign_id and p.participant_id = r.claimer_id`,
    both.slice(0, 3),
  );
  await run(
    'update referrals set referrer_id = $1 where referrer_id = $2 and campaign_id = any($3::uuid[])',
    both.slice(0, 3),
  );

  await run(
    // A recalculation under way may come to the survivor yet, under this very cause.
    `update ledger a set participant_id = $1, cause = cause || case when a.cause like 'recalculation:%' or exists (
              select from ledger s where s.campaign_id = a.campaign_id and s.participant_id = $1
                                     and s.cause = a.cause and s.bucket = a.bucket) then ' ' || $4 else '' end
      where a.participant_id = $2 and a.campaign_id = any($3::uuid[])`,
    both,
  );
  await run(
    `update completions set revoked_at = $2, revocation_reason = 'Done twice, by ' || $3 || ' too'
      where id = any($1::uuid[])`,
    [uuidArray(moved.doubledCompletions), moved.at, moved.survivorName],
  );
  // What may always be done is told apart by its time, to the millisecond.
  await run(
    `update completions a set participant_id = $1, period = period || case when a.revoked_at is null and exists (
              select from completions s where s.subject_id = a.subject_id and s.participant_id = $1
                 and s.period = a.period and s.revoked_at is null) then ' ' || $4 else '' end
      where a.participant_id = $2 and a.campaign_id = any($3::uuid[])`,
    both,
  );
  await run(
    `update plays a set participant_id = $1, key = key || case when exists (
              select from plays s where s.campaign_id = a.campaign_id and s.participant_id = $1 and s.key = a.key)
              then ' ' || $4 else '' end
      where a.participant_id = $2 and a.campaign_id = any($3::uuid[])`,
    both,
  );
  await run(
    `update earnings a set participant_id = $1, cause = cause || case when exists (
              select from earnings s where s.campaign_id = a.campaign_id and s.participant_id = $1
                                       and s.reward_id = a.reward_id and s.cause = a.cause) then ' ' || $4 else '' end
      where a.participant_id = $2 and a.campaign_id = any($3::uuid[])`,
    both,
  );
  await run(
    'update payouts set participant_id = $1 where participant_id = $2 and campaign_id = any($3::uuid[])',
    both.slice(0, 3),
  );
  await run(
    `update trigger_events a set participant_id = $1, key = key || case when exists (
              select from trigger_events s where s.organization_id = a.organization_id
                 and s.trigger_id = a.trigger_id and s.participant_id = $1 and s.key = a.key) then ' ' || $3 else '' end
      where a.participant_id = $2`,
    [survivor, absorbed, moved.absorbedName],
  );

  await run('delete from progress where participant_id = $1 and campaign_id = any($2::uuid[])', [
    absorbed,
    campaigns,
  ]);
  await run(
    `insert into progress (campaign_id, participant_id, subject_id, period, count)
     select c, $1, s, p, n from unnest($2::uuid[], $3::uuid[], $4::text[], $5::int4[]) as g (c, s, p, n)
     on conflict (campaign_id, participant_id, subject_id) do update
        set period = excluded.period, count = excluded.count`,
    [
      survivor,
      uuidArray(moved.progress.map((row) => row.campaignId)),
      uuidArray(moved.progress.map((row) => row.subjectId)),
      moved.progress.map((row) => row.period),
      moved.progress.map((row) => row.count),
    ],
  );
}

/** Everything about the person that both together are. */
export interface MergedPerson {
  readonly externalId: string | null;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  readonly fields: MergingPerson['fields'];
}

/**
 * Ends the absorbed participant: they have no participations and accounts any more and answer for the survivor, and
 * so does everybody they had taken in. Tokens for their browser end: new ones are for the survivor. After the decisions
 * are written. Other nodes hear of it with the commit.
 */
export async function endAbsorbed(
  transaction: Queryable,
  pair: Pair,
  ending: { readonly person: MergedPerson; readonly reason: string | null; readonly at: Date },
): Promise<void> {
  const { survivor, absorbed } = pair;
  const { person, reason, at } = ending;
  const run = (text: string, values: readonly unknown[]) => transaction.query({ text, values: [...values] });
  await run('delete from participations where participant_id = $1', [absorbed]);
  await run('update accounts set participant_id = $1 where participant_id = $2', [survivor, absorbed]);
  await run('update participants set merged_into = $1 where merged_into = $2', [survivor, absorbed]);
  // The organization's own id goes over when the survivor has none: it is theirs alone.
  await run(
    `update participants set merged_into = $1, merged_at = $3, merge_reason = $4, updated_at = $3,
            external_id = nullif(external_id, $5)
      where id = $2`,
    [survivor, absorbed, at, reason, person.externalId],
  );
  await run(
    `update participants set external_id = $2, email = $3, first_name = $4, last_name = $5, phone = $6, wallet = $7,
            fields = $8, updated_at = $9
      where id = $1`,
    [
      survivor,
      person.externalId,
      person.email,
      person.firstName,
      person.lastName,
      person.phone,
      person.wallet,
      JSON.stringify(person.fields),
      at,
    ],
  );
  await run(
    `insert into participant_token_generations as g (participant_id, organization_id, generation, revoked_at)
     select id, organization_id, 1, $2 from participants where id = $1
     on conflict (participant_id) do update set generation = g.generation + 1, revoked_at = excluded.revoked_at`,
    [absorbed, at],
  );
  await run('select pg_notify($1, organization_id::text) from participants where id = $2', [
    browserAccessChannel,
    absorbed,
  ]);
  await run('select pg_notify($1, $2)', [mergesChannel, absorbed]);
}

/** Who of these is somebody else by now. */
export async function mergedAmong(
  transaction: Queryable,
  ids: readonly Uuid[],
): Promise<readonly { readonly id: Uuid; readonly survivor: Uuid }[]> {
  const { rows } = await transaction.query<{ id: Uuid; survivor: Uuid }>({
    name: 'merged_among',
    text: 'select id, merged_into as survivor from participants where id = any($1::uuid[]) and merged_into is not null',
    values: [uuidArray(ids)],
  });
  return rows;
}

/** Tells of everybody who is taken in, on whichever node, until the returned function is called. */
export function listenForMerges(
  database: Pick<Database, 'listen'>,
  onMerged: (absorbed: Uuid) => void,
  onMissed: () => void,
): Promise<() => Promise<void>> {
  return database.listen(mergesChannel, onMerged, onMissed);
}
