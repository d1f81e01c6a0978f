import { type Kysely, type RawBuilder, sql } from 'kysely';
import { firstUuidAt, type Uuid, uuidTimeMs } from '../ids.ts';
import type { Schema } from './schema.ts';

/*
 * What came of a delivery is what came of one of its attempts: of the last that was acknowledged, or of the last where
 * none was. So a delivery that arrived stays one that arrived, whatever came of sending it again.
 */

/** What is asked of the attempt that decides. Everything given must hold. */
export interface AttemptFilter {
  /** HTTP statuses, both included. */
  readonly status?: { readonly from: number; readonly to: number } | undefined;
  /** Why no complete answer came, in the words of `attempts.outcome`. */
  readonly failure?: string | undefined;
  /** Part of what went wrong or of what the receiver answered; A to Z and a to z are alike. Of failed attempts alone. */
  readonly error?: string | undefined;
}

/** Only failed attempts can be meant: nothing that arrived needs to be looked at. */
export function asksForFailure({ status, failure, error }: AttemptFilter): boolean {
  return failure !== undefined || error !== undefined || (status !== undefined && !overlapsSuccess(status));
}

function overlapsSuccess({ from, to }: { readonly from: number; readonly to: number }): boolean {
  return from < 300 && to >= 200;
}

/** Clocks of nodes differ, but no clock is a day off another. */
const clocksDifferMs = 86_400_000;

/**
 * The attempt that decides, as `a`, for each delivery of `of`, which has its `id` and as `since` and `until` the bounds of
 * `attemptBounds`. One probe of `attempts_by_delivery` for each day between the bounds.
 */
export function decidingAttempt(of: string): RawBuilder<unknown> {
  const delivery = sql.ref(`${of}.id`);
  const [since, until] = [sql.ref(`${of}.since`), sql.ref(`${of}.until`)];
  return sql`lateral (
    select t.id, t.started_at, t.outcome, t.acknowledged, t.status, t.message, t.total_ms, t.response_body
      from attempts t where t.delivery_id = ${delivery} and t.id >= ${since} and t.id < ${until}
     order by t.acknowledged desc, t.id desc limit 1)`;
}

/** Deliveries as rows of `id`, `since` and `until`: their attempts are between these ids. */
export function attemptBounds(ids: readonly Uuid[], now: Date): RawBuilder<unknown> {
  const since = ids.map((id) => firstUuidAt(Math.max(0, uuidTimeMs(id) - clocksDifferMs)));
  const until = firstUuidAt(now.getTime() + clocksDifferMs);
  return sql`(select k.id, k.since, ${until}::uuid as until
                from unnest(${ids}::uuid[], ${since}::uuid[]) as k (id, since))`;
}

/** Those of these deliveries whose deciding attempt is meant. */
export async function decidedBy(
  kysely: Kysely<Schema>,
  ids: readonly Uuid[],
  { status, failure, error }: AttemptFilter,
  now: Date,
): Promise<ReadonlySet<Uuid>> {
  if (ids.length === 0) return new Set();
  const conditions: RawBuilder<unknown>[] = [];
  if (status !== undefined) conditions.push(sql`a.status between ${status.from} and ${status.to}`);
  if (failure !== undefined) conditions.push(sql`a.outcome = ${failure}`);
  if (error !== undefined)
    conditions.push(sql`not a.acknowledged and (${saysWrong(error)} or ${answers(error)})`);
  const { rows } = await sql<{ id: Uuid }>`
    select k.id from ${attemptBounds(ids, now)} k cross join ${decidingAttempt('k')} a
     where ${sql.join(conditions, sql` and `)}`.execute(kysely);
  return new Set(rows.map(({ id }) => id));
}

function saysWrong(error: string): RawBuilder<unknown> {
  return sql`strpos(lower(a.message collate "C"), lower(${error}::text collate "C")) > 0`;
}

/**
 * A body may be any bytes, of any encoding, and a comparison must not fail on one. Read as Latin-1, one character for each byte,
 * the bytes of the search are found in it wherever they are. Only zero cannot be read, and is in no text.
 */
function answers(error: string): RawBuilder<unknown> {
  const bytes = Buffer.from(error, 'utf8').toString('latin1');
  return sql`exists (
    select from (select b.body from response_bodies b where b.id = a.id
                 union all select a.response_body where a.response_body is not null) said
     where case when position('\\x00'::bytea in said.body) = 0
                then strpos(lower(convert_from(said.body, 'LATIN1') collate "C"), lower(${bytes}::text collate "C")) > 0
                else false end)`;
}
