import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import { int2Array, int4Array, textArray, timestamptzArray, uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';
import { areRefused, recentAttempts, type WebhookState, webhookState } from './webhook-state.ts';

/** Minutes that one row stands for. */
export type StatisticsStep = 1 | 60;

/** What attempts came to, of one webhook or of an organization, in one minute or hour. */
export interface AttemptStatistics {
  readonly attempts: number;
  readonly acknowledged: number;
  readonly exhausted: number;
  /** Of the last attempt, ms since 1970. */
  readonly lastAt: number;
  /** Counts by number; what the numbers mean, `statistics/` says. */
  readonly tallies: ReadonlyMap<number, number>;
}

export interface AttemptStatisticsRow extends AttemptStatistics {
  readonly organizationId: Uuid;
  /** Null: all of the organization together. */
  readonly webhookUid: Uuid | null;
  readonly step: StatisticsStep;
  /** When the minute or hour began, ms since 1970. */
  readonly at: number;
}

export interface EventStatisticsRow {
  readonly organizationId: Uuid;
  readonly step: StatisticsStep;
  readonly at: number;
  readonly type: string;
  readonly events: number;
  /** Made when the events were accepted. */
  readonly deliveries: number;
}

/** From `since` on, before `until`; ms since 1970. */
export interface StatisticsRange {
  readonly step: StatisticsStep;
  readonly since: number;
  readonly until: number;
}

export interface WebhookStatisticsRow {
  readonly webhook_uid: Uuid;
  readonly at: Date;
  readonly attempts: number;
  readonly acknowledged: number;
}

export interface ListedWebhookRow {
  readonly uid: Uuid;
  readonly id: string;
  readonly name: string;
  readonly state: WebhookState;
  readonly last_at: Date | null;
}

/** Why somebody should look at a webhook; `number` is what the reason counts. */
export interface ConcernRow {
  readonly webhook_id: string;
  readonly name: string;
  readonly concern: 'disabled' | 'failing' | 'parked' | 'refused';
  readonly reason: string | null;
  readonly since: Date | null;
  readonly count: number;
  readonly of: number;
}

export interface WaitingRow {
  readonly pending: number;
  readonly retrying: number;
  readonly parked: number;
  readonly looked: number;
}

/** What was counted of events and attempts, added up over all nodes. */
export interface StatisticsStore {
  /** In one transaction: all of it is added, or nothing. */
  add(attempts: readonly AttemptStatisticsRow[], events: readonly EventStatisticsRow[]): Promise<void>;
  /** By time. Intervals in which nothing was counted have no row. */
  attempts(
    organizationId: Uuid,
    webhookUid: Uuid | null,
    range: StatisticsRange,
  ): Promise<readonly (AttemptStatistics & { readonly at: number })[]>;
  events(
    organizationId: Uuid,
    range: StatisticsRange,
  ): Promise<readonly { readonly at: Date; readonly type: string; readonly events: number }[]>;
  /**
   * Newest first; `before` is the uid of the last one of the page before. `ids`: these; null: all. `now`: ms since 1970.
   */
  listWebhooks(
    organizationId: Uuid,
    asked: { readonly ids: readonly string[] | null; readonly before: Uuid | null; readonly limit: number },
    now: number,
  ): Promise<readonly ListedWebhookRow[]>;
  /** In the order of webhooks and time. */
  ofWebhooks(
    organizationId: Uuid,
    uids: readonly Uuid[],
    range: StatisticsRange,
  ): Promise<readonly WebhookStatisticsRow[]>;
  /**
   * Webhooks that are disabled, fail, or hold back parked deliveries; and those that are refused (webhook-state.ts). `now`: ms
   * since 1970.
   */
  concerns(organizationId: Uuid, now: number, limit: number): Promise<readonly ConcernRow[]>;
  /** Open deliveries by state, without those of test participants; no more than `limit` are looked at. */
  waiting(organizationId: Uuid, limit: number): Promise<WaitingRow>;
  /** Returns how many rows there were, at most twice `limit`. */
  deleteBefore(step: StatisticsStep, before: Date, limit: number): Promise<number>;
}

/** Stands for the organization among webhooks. */
const everyWebhook: Uuid = '00000000-0000-0000-0000-000000000000';

export function createStatisticsStore(database: Database): StatisticsStore {
  const { kysely, pool } = database;
  return {
    async add(attempts, events) {
      // One statement with both, so that it is one transaction and one trip. In the order of the keys, so that nodes never
      // deadlock. Organizations that are gone are left out.
      await pool.query({
        name: 'add_statistics',
        text: `
          with of_events as (
            insert into event_statistics as s (organization_id, step, at, type, events, deliveries)
            select g.* from unnest($10::uuid[], $11::int2[], $12::timestamptz[], $13::text[], $14::int4[], $15::int4[])
                             as g (organization_id, step, at, type, events, deliveries)
              join organizations o on o.id = g.organization_id
             order by 1, 2, 3, 4
            on conflict (organization_id, step, at, type) do update
               set events = s.events + excluded.events, deliveries = s.deliveries + excluded.deliveries
          )
          insert into attempt_statistics as s (organization_id, webhook_uid, step, at, attempts, acknowledged, exhausted,
                                               last_at, keys, counts)
          select g.organization_id, g.webhook_uid, g.step, g.at, g.attempts, g.acknowledged, g.exhausted, g.last_at,
                 g.keys::int2[], g.counts::int4[]
            from unnest($1::uuid[], $2::uuid[], $3::int2[], $4::timestamptz[], $5::int4[], $6::int4[], $7::int4[],
                        $8::timestamptz[], $9::text[], $16::text[])
                   as g (organization_id, webhook_uid, step, at, attempts, acknowledged, exhausted, last_at, keys, counts)
            join organizations o on o.id = g.organization_id
           order by 1, 2, 3, 4
          on conflict (organization_id, webhook_uid, step, at) do update
             set attempts = s.attempts + excluded.attempts,
                 acknowledged = s.acknowledged + excluded.acknowledged,
                 exhausted = s.exhausted + excluded.exhausted,
                 last_at = greatest(s.last_at, excluded.last_at),
                 (keys, counts) = (
                   select array_agg(m.key order by m.key), array_agg(m.count order by m.key)
                     from (select u.key, sum(u.count)::int4 as count
                             from (select * from unnest(s.keys, s.counts)
                                   union all
                                   select * from unnest(excluded.keys, excluded.counts)) as u (key, count)
                            group by u.key) m)`,
        values: [
          uuidArray(attempts.map((row) => row.organizationId)),
          uuidArray(attempts.map((row) => row.webhookUid ?? everyWebhook)),
          int2Array(attempts.map((row) => row.step)),
          timestamptzArray(attempts.map((row) => row.at)),
          int4Array(attempts.map((row) => row.attempts)),
          int4Array(attempts.map((row) => row.acknowledged)),
          int4Array(attempts.map((row) => row.exhausted)),
          timestamptzArray(attempts.map((row) => row.lastAt)),
          textArray(attempts.map(({ tallies }) => `{${[...tallies.keys()].join()}}`)),
          uuidArray(events.map((row) => row.organizationId)),
          int2Array(events.map((row) => row.step)),
          timestamptzArray(events.map((row) => row.at)),
          textArray(events.map((row) => row.type)),
          int4Array(events.map((row) => row.events)),
          int4Array(events.map((row) => row.deliveries)),
          textArray(attempts.map(({ tallies }) => `{${[...tallies.values()].join()}}`)),
        ],
      });
    },

    async attempts(organizationId, webhookUid, { step, since, until }) {
      const rows = await kysely
        .selectFrom('attempt_statistics')
        .select(['at', 'attempts', 'acknowledged', 'exhausted', 'last_at', 'keys', 'counts'])
        .where('organization_id', '=', organizationId)
        .where('webhook_uid', '=', webhookUid ?? everyWebhook)
        .where('step', '=', step)
        .where('at', '>=', new Date(since))
        .where('at', '<', new Date(until))
        .orderBy('at')
        .execute();
      return rows.map(({ at, attempts, acknowledged, exhausted, last_at, keys, counts }) => ({
        at: at.getTime(),
        attempts,
        acknowledged,
        exhausted,
        lastAt: last_at.getTime(),
        tallies: new Map(keys.map((key, n) => [key, counts[n] ?? 0])),
      }));
    },

    async events(organizationId, { step, since, until }) {
      return kysely
        .selectFrom('event_statistics')
        .select(['at', 'type', 'events'])
        .where('organization_id', '=', organizationId)
        .where('step', '=', step)
        .where('at', '>=', new Date(since))
        .where('at', '<', new Date(until))
        .orderBy('at')
        .orderBy('type')
        .execute();
    },

    async listWebhooks(organizationId, { ids, before, limit }, now) {
      const { rows } = await sql<ListedWebhookRow>`
        select webhooks.uid, webhooks.id, webhooks.name, l.last_at, ${webhookState(organizationId, now)} as state
          from (select * from webhooks
                 where organization_id = ${organizationId} and deleted_at is null
                   and (${before}::uuid is null or uid < ${before}::uuid)
                   and (${ids === null} or id = any(${[...(ids ?? [])]}::text[]))
                 order by uid desc limit ${limit}) webhooks
          left join lateral (
            select last_at from attempt_statistics s
             where s.organization_id = webhooks.organization_id and s.webhook_uid = webhooks.uid and s.step = 60
             order by s.at desc limit 1) l on true
         order by webhooks.uid desc`.execute(kysely);
      return rows;
    },

    async ofWebhooks(organizationId, uids, { step, since, until }) {
      return kysely
        .selectFrom('attempt_statistics')
        .select(['webhook_uid', 'at', 'attempts', 'acknowledged'])
        .where('organization_id', '=', organizationId)
        .where('webhook_uid', '=', sql<Uuid>`any(${[...uids]}::uuid[])`)
        .where('step', '=', step)
        .where('at', '>=', new Date(since))
        .where('at', '<', new Date(until))
        .orderBy('webhook_uid')
        .orderBy('at')
        .execute();
    },

    async concerns(organizationId, now, limit) {
      const { rows } = await sql<ConcernRow>`
        with own as (
          select uid, id, name, status, disabled_reason, updated_at from webhooks
           where organization_id = ${organizationId} and deleted_at is null
        ), found as (
          select uid, id, name, 1 as gravity, 'disabled' as concern, disabled_reason as reason, updated_at as since,
                 0 as count, 0 as of
            from own where status = 'disabled'
          union all
          select uid, id, name, 2, 'failing', h.reason, h.failing_since, h.failures, 0
            from own join webhook_health h on h.webhook_uid = uid where status <> 'disabled'
          union all
          select uid, id, name, 3, 'parked', null, p.since, p.count, 0
            from (select webhook_uid, count(*)::int as count, min(parked_at) as since
                    from (select webhook_uid, parked_at from open_deliveries
                           where organization_id = ${organizationId} and parked_at is not null limit 10000) o
                   group by webhook_uid) p
            join own on uid = p.webhook_uid
          union all
          select uid, id, name, 4, 'refused', null, null, s.attempts - s.acknowledged, s.attempts
            from own webhooks cross join lateral ${recentAttempts(organizationId, now)}
           where status = 'active' and ${areRefused}
             and not exists (select from webhook_health h where h.webhook_uid = uid)
        )
        select id as webhook_id, name, concern, reason, since, count, of from found
         order by gravity, count desc, uid limit ${limit}`.execute(kysely);
      return rows;
    },

    async waiting(organizationId, limit) {
      const { rows } = await sql<WaitingRow>`
        select count(*) filter (where not test and parked_at is null and attempts = 0)::int as pending,
               count(*) filter (where not test and parked_at is null and attempts > 0)::int as retrying,
               count(*) filter (where not test and parked_at is not null)::int as parked,
               count(*)::int as looked
          from (select o.attempts, o.parked_at, coalesce(e.test, false) as test
                  from (select event_id, attempts, parked_at from open_deliveries
                         where organization_id = ${organizationId} and not extra
                         order by id limit ${limit}) o
                  left join lateral (
                    -- Few bodies are worth parsing.
                    select case when body ~ '"test": ?true' then body::jsonb #>> '{participant,test}' = 'true' end as test
                      from events where id = o.event_id) e on true) w
      `.execute(kysely);
      const row = rows[0];
      if (row === undefined) throw new Error('Counting returned no count');
      return row;
    },

    async deleteBefore(step, before, limit) {
      let deleted = 0;
      for (const table of ['attempt_statistics', 'event_statistics'] as const) {
        const result = await sql`
          delete from ${sql.table(table)} where ctid = any(array(
            select ctid from ${sql.table(table)} where step = ${step} and at < ${before} order by at limit ${limit}))`.execute(
          kysely,
        );
        deleted += Number(result.numAffectedRows ?? 0n);
      }
      return deleted;
    },
  };
}
