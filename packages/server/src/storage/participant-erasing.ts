import type { PoolClient } from 'pg';
import { parseId, type Uuid, uuidOf } from '../ids.ts';
import { browserAccessChannel } from './browser-access-store.ts';
import { textArray, uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';
import { mergesChannel, openPayouts } from './participant-merging.ts';

/**
 * Taking somebody's personal data out of every table. What locks rows of others is short: every statement finds its
 * rows by an index or within one page, and changes at most a batch.
 */

/** What is looked for: gathered before it is taken out of the participant's row. */
export interface Traces {
  /** Of everybody who was merged into them too. */
  readonly participants: readonly Uuid[];
  readonly texts: readonly string[];
}

export interface ErasureRow {
  readonly participant_id: Uuid;
  readonly job_id: Uuid;
  readonly reason: string | null;
  /** The API token, or the person. */
  readonly asked_by: Uuid;
  readonly asked_by_person: boolean;
  readonly asked_at: Date;
  /** Null once everything is erased. */
  readonly traces: Traces | null;
  readonly finished_at: Date | null;
  readonly counts: Readonly<Record<string, number>>;
}

export type ErasureBeginning =
  | { readonly kind: 'begun' }
  | { readonly kind: 'not_found' }
  /** Was asked for before. */
  | { readonly kind: 'repeated'; readonly erasure: ErasureRow }
  /** Up to ten of them: their outcome is awaited. */
  | { readonly kind: 'being_paid'; readonly payouts: readonly Uuid[] };

interface ErasedRow {
  readonly id: Uuid;
  readonly external_id: string | null;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone: string | null;
  readonly wallet: string | null;
  readonly referral_code: string | null;
}

/** Rows that one statement changes. */
const batch = 500;

export interface ParticipantErasing {
  /**
   * Makes the participant anonymous, and whoever was merged into them: in one transaction, which waits for what they
   * are doing. From then on they do nothing any more, and their browsers' tokens end. Every node hears of it.
   */
  begin(
    organizationId: Uuid,
    asked: {
      readonly participantId: Uuid;
      readonly jobId: Uuid;
      readonly reason: string | null;
      readonly askedBy: Uuid;
      readonly askedByPerson: boolean;
      readonly at: Date;
    },
  ): Promise<ErasureBeginning>;
  find(organizationId: Uuid, participantId: Uuid): Promise<ErasureRow | null>;
  findByJob(jobId: Uuid): Promise<(ErasureRow & { readonly organization_id: Uuid }) | null>;
  /** Those whose job ended without finishing them, or never came to be. */
  abandoned(askedBefore: Date): Promise<readonly { readonly organization_id: Uuid; readonly job_id: Uuid }[]>;
  /** Another job takes it over. */
  handOver(from: Uuid, to: Uuid): Promise<void>;
  finish(participantId: Uuid, counts: Readonly<Record<string, number>>, at: Date): Promise<void>;

  /** A page of the events about them, in the order of their ids. */
  eventsAbout(
    participants: readonly Uuid[],
    after: Uuid | null,
    limit: number,
  ): Promise<readonly StoredText[]>;
  /** A page of the organization's events of a type, of which those have a body that holds any of the texts. */
  eventsWith(
    organizationId: Uuid,
    type: string,
    texts: readonly string[],
    after: Uuid | null,
    limit: number,
  ): Promise<readonly { readonly id: Uuid; readonly body: string | null }[]>;
  rewriteEvents(events: readonly StoredText[]): Promise<void>;
  /** Takes out what receivers answered to deliveries of these events, and the values in addresses. How many attempts. */
  eraseAttempts(events: readonly Uuid[]): Promise<number>;
  /** One batch of one of `recordKinds`; how many rows it was. Less than a batch: there are no more. */
  eraseRecords(
    kind: RecordKind,
    organizationId: Uuid,
    traces: Traces,
  ): Promise<{ readonly rows: number; readonly more: boolean }>;
  /** Deletes the organization's inbox requests on a page that tell of them; null when there is no further page. */
  eraseInboxRequests(
    organizationId: Uuid,
    traces: Traces,
    after: Uuid | null,
    limit: number,
  ): Promise<{ readonly last: Uuid | null; readonly deleted: number }>;
}

export interface StoredText {
  readonly id: Uuid;
  readonly body: string;
}

export const recordKinds = [
  'completions',
  'plays',
  'trigger_events',
  'payouts',
  'payout_attempts',
  'ledger',
  'earnings',
  'job_refusals',
] as const;
export type RecordKind = (typeof recordKinds)[number];

/** Campaigns in which somebody of $1 takes part, so that rows are found by the indexes that begin with the campaign. */
const ofThem = `campaign_id = any(array(select campaign_id from participations where participant_id = any($1::uuid[])))
    and participant_id = any($1::uuid[])`;
const holds = (text: string) =>
  `exists (select from unnest($2::text[]) as t (trace) where strpos(lower(${text}), t.trace) > 0)`;

/** Parameters: 1 the participants, 2 the texts in lower case, 3 the organization. */
const recordTexts: Readonly<Record<RecordKind, string>> = {
  completions: `update completions set platform = null, account = null where id = any(array(
    select id from completions where ${ofThem} and (platform is not null or account is not null) limit ${batch}))`,
  plays: `update plays set platform = null, account = null, key = null, fields = null where id = any(array(
    select id from plays where ${ofThem}
       and (platform is not null or account is not null or key is not null or fields is not null) limit ${batch}))`,
  trigger_events: `update trigger_events set key = null where id = any(array(
    select id from trigger_events where participant_id = any($1::uuid[]) and key is not null limit ${batch}))`,
  payouts: `update payouts set platform = null, account = null, reason = null, next_attempt_at = null
     where id = any(array(select id from payouts where ${ofThem}
       and (platform is not null or account is not null or reason is not null or next_attempt_at is not null)
     limit ${batch}))`,
  payout_attempts: `update payout_attempts set reason = null where reason is not null and payout_id = any(array(
    select id from payouts where ${ofThem}
       and exists (select from payout_attempts a where a.payout_id = payouts.id and a.reason is not null)
     limit ${batch}))`,
  // The causes of a participation are distinct, and stay so.
  ledger: `update ledger set cause = 'erased:' || id where id = any(array(
    select id from ledger where ${ofThem} and ${holds('cause')} limit ${batch}))`,
  earnings: `update earnings set cause = 'erased:' || id where id = any(array(
    select id from earnings where ${ofThem} and ${holds('cause')} limit ${batch}))`,
  job_refusals: `update job_refusals set excerpt = 'erased', reason = 'erased' where ctid = any(array(
    select r.ctid from jobs j cross join lateral (
      select ctid, * from job_refusals l where l.job_id = j.id offset 0) r
     where j.organization_id = $3 and (${holds('r.excerpt')} or ${holds('r.reason')}) limit ${batch}))`,
};

export function createParticipantErasing(database: Pick<Database, 'pool'>): ParticipantErasing {
  const { pool } = database;

  return {
    async begin(organizationId, asked) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const beginning = await beginWithin(client, organizationId, asked);
        await client.query(beginning.kind === 'begun' ? 'commit' : 'rollback');
        return beginning;
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
      } finally {
        client.release();
      }
    },

    async find(organizationId, participantId) {
      return findErasure(pool, organizationId, participantId);
    },

    async findByJob(jobId) {
      const { rows } = await pool.query<ErasureRow & { organization_id: Uuid }>(
        `select ${erasureColumns}, organization_id from participant_erasures where job_id = $1 and finished_at is null`,
        [jobId],
      );
      return rows[0] ?? null;
    },

    async abandoned(askedBefore) {
      const { rows } = await pool.query<{ organization_id: Uuid; job_id: Uuid }>(
        `select e.organization_id, e.job_id from participant_erasures e
          where e.finished_at is null and e.asked_at < $1
            and not exists (select from jobs j where j.id = e.job_id and j.state in ('queued', 'running'))
          order by e.asked_at limit 20`,
        [askedBefore],
      );
      return rows;
    },

    async handOver(from, to) {
      await pool.query(
        'update participant_erasures set job_id = $2 where job_id = $1 and finished_at is null',
        [from, to],
      );
    },

    async finish(participantId, counts, at) {
      await pool.query(
        'update participant_erasures set traces = null, finished_at = $2, counts = $3 where participant_id = $1',
        [participantId, at, JSON.stringify(counts)],
      );
    },

    async eventsAbout(participants, after, limit) {
      const { rows } = await pool.query<StoredText>(
        `select id, body from events
          where participant_id = any($1::uuid[]) and ($2::uuid is null or id > $2::uuid) order by id limit $3`,
        [uuidArray(participants), after, limit],
      );
      return rows;
    },

    async eventsWith(organizationId, type, texts, after, limit) {
      const { rows } = await pool.query<{ id: Uuid; body: string | null }>(
        `select id, case when ${holds('body')} then body end as body
           from (select id, body from events
                  where organization_id = $1 and type = $3 and ($4::uuid is null or id > $4::uuid)
                  order by id limit $5) page
          order by id`,
        [organizationId, textArray(texts), type, after, limit],
      );
      return rows;
    },

    async rewriteEvents(events) {
      if (events.length === 0) return;
      await pool.query(
        `update events e set body = n.body from unnest($1::uuid[], $2::text[]) as n (id, body) where e.id = n.id`,
        [uuidArray(events.map(({ id }) => id)), textArray(events.map(({ body }) => body))],
      );
    },

    async eraseAttempts(events) {
      if (events.length === 0) return 0;
      const { rows } = await pool.query<{ id: Uuid }>(
        `select a.id from (
           select id from open_deliveries where event_id = any($1::uuid[])
           union select id from closed_deliveries where event_id = any($1::uuid[])) d
          join attempts a on a.delivery_id = d.id`,
        [uuidArray(events)],
      );
      if (rows.length === 0) return 0;
      const attempts = uuidArray(rows.map(({ id }) => id));
      await pool.query('delete from response_bodies where id = any($1::uuid[])', [attempts]);
      // With GET and DELETE the values of an event are in the query of the address.
      await pool.query(
        `update attempts set response_body = null, response_headers = null, url = split_part(url, '?', 1)
          where id = any($1::uuid[])
            and (response_body is not null or response_headers is not null or strpos(url, '?') > 0)`,
        [attempts],
      );
      return rows.length;
    },

    async eraseRecords(kind, organizationId, traces) {
      // A parameter that a statement does not name has to have a type all the same.
      const { rowCount } = await pool.query(
        `with given as (select $1::uuid[], $2::text[], $3::uuid) ${recordTexts[kind]}`,
        [uuidArray(traces.participants), textArray(traces.texts), organizationId],
      );
      const rows = rowCount ?? 0;
      return { rows, more: rows >= batch };
    },

    async eraseInboxRequests(organizationId, traces, after, limit) {
      const { rows } = await pool.query<{ id: Uuid; theirs: boolean; event: string | null }>(
        `select r.id,
                exists (select from unnest($2::text[]) as t (trace)
                         where position(convert_to(t.trace, 'UTF8') in r.body) > 0
                            or strpos(r.target, t.trace) > 0 or strpos(r.headers::text, t.trace) > 0) as theirs,
                (select h ->> 1 from jsonb_array_elements(r.headers) h
                  where lower(h ->> 0) = 'webhook-event-id' limit 1) as event
           from inbox_requests r
          where r.inbox_id = any(array(select id from inboxes where organization_id = $1))
            and ($3::uuid is null or r.id > $3::uuid)
          order by r.id limit $4`,
        [organizationId, textArray(traces.texts), after, limit],
      );
      const told = rows.flatMap(({ id, event: text }) => {
        const event = text === null ? null : parseId('we', text);
        return event === null ? [] : [{ id, event: uuidOf(event) }];
      });
      const about = await eventsAboutThem(
        database,
        traces.participants,
        told.map(({ event }) => event),
      );
      const theirs = new Set([
        ...rows.filter((row) => row.theirs).map(({ id }) => id),
        ...told.filter(({ event }) => about.has(event)).map(({ id }) => id),
      ]);
      if (theirs.size > 0) {
        await pool.query('delete from inbox_requests where id = any($1::uuid[])', [uuidArray([...theirs])]);
      }
      return { last: rows.length < limit ? null : (rows.at(-1)?.id ?? null), deleted: theirs.size };
    },
  };
}

/** Which of these events are about one of the participants. */
async function eventsAboutThem(
  { pool }: Pick<Database, 'pool'>,
  participants: readonly Uuid[],
  events: readonly Uuid[],
): Promise<ReadonlySet<Uuid>> {
  if (events.length === 0) return new Set();
  const { rows } = await pool.query<{ id: Uuid }>(
    'select id from events where id = any($2::uuid[]) and participant_id = any($1::uuid[])',
    [uuidArray(participants), uuidArray(events)],
  );
  return new Set(rows.map(({ id }) => id));
}

const erasureColumns =
  'participant_id, job_id, reason, asked_by, asked_by_person, asked_at, traces, finished_at, counts';

async function findErasure(
  queryable: Database['pool'] | PoolClient,
  organizationId: Uuid,
  participantId: Uuid,
): Promise<ErasureRow | null> {
  const { rows } = await queryable.query<ErasureRow>(
    `select ${erasureColumns} from participant_erasures
      where organization_id = $1 and participant_id = (
        select coalesce(merged_into, id) from participants where id = $2 and organization_id = $1)`,
    [organizationId, participantId],
  );
  return rows[0] ?? null;
}

async function beginWithin(
  client: PoolClient,
  organizationId: Uuid,
  asked: Parameters<ParticipantErasing['begin']>[1],
): Promise<ErasureBeginning> {
  const named = await client.query<{ id: Uuid }>(
    `select coalesce(merged_into, id) as id from participants where organization_id = $1 and id = $2`,
    [organizationId, asked.participantId],
  );
  const id = named.rows[0]?.id;
  if (id === undefined) return { kind: 'not_found' };
  // In the order of merging: participations by their key, then people by their id. Payouts begin under the former.
  const lock = () =>
    client.query(
      'select from participations where participant_id = $1 order by campaign_id, participant_id for update',
      [id],
    );
  await lock();
  const { rows } = await client.query<ErasedRow & { merged_into: Uuid | null }>(
    `select id, external_id, email, first_name, last_name, phone, wallet, referral_code, merged_into from participants
      where id = $1 or merged_into = $1 order by id for update`,
    [id],
  );
  // Those that came while it was waited. Nobody comes from now on.
  await lock();
  // Merged into somebody else while this waited: then that one is meant.
  if (rows.some((row) => row.id === id && row.merged_into !== null)) {
    return beginWithin(client, organizationId, asked);
  }
  const earlier = await findErasure(client, organizationId, id);
  if (earlier !== null) return { kind: 'repeated', erasure: earlier };
  const payouts = await openPayouts(client, id);
  if (payouts.length > 0) return { kind: 'being_paid', payouts };

  const names = uuidArray(rows.map((row) => row.id));
  const accounts = await client.query<{ name: string }>(
    'delete from accounts where organization_id = $1 and participant_id = any($2::uuid[]) returning name',
    [organizationId, names],
  );
  const texts = [...rows.flatMap(textsOf), ...accounts.rows.map(({ name }) => name)];
  const traces: Traces = { participants: rows.map((row) => row.id), texts: [...new Set(texts)] };
  await client.query(
    `update participants set external_id = null, email = null, first_name = null, last_name = null, phone = null,
            wallet = null, referral_code = null, fields = '{}', merge_reason = null, updated_at = $2, erased_at = $2
      where id = any($1::uuid[])`,
    [names, asked.at],
  );
  await client.query(
    `insert into participant_erasures (participant_id, organization_id, job_id, reason, asked_by, asked_by_person, asked_at, traces)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      id,
      organizationId,
      asked.jobId,
      asked.reason,
      asked.askedBy,
      asked.askedByPerson,
      asked.at,
      JSON.stringify(traces),
    ],
  );
  await client.query(
    `insert into participant_token_generations as g (participant_id, organization_id, generation, revoked_at)
     select id, organization_id, 1, $2 from participants where id = any($1::uuid[])
     on conflict (participant_id) do update set generation = g.generation + 1, revoked_at = excluded.revoked_at`,
    [names, asked.at],
  );
  await client.query('select pg_notify($1, $2)', [browserAccessChannel, organizationId]);
  for (const row of rows) await client.query('select pg_notify($1, $2)', [mergesChannel, row.id]);
  return { kind: 'begun' };
}

function textsOf(row: ErasedRow): string[] {
  const { external_id, email, first_name, last_name, phone, wallet, referral_code } = row;
  const both = first_name === null || last_name === null ? null : `${first_name} ${last_name}`;
  return [external_id, email, both, phone, wallet, referral_code].filter((text) => text !== null);
}
