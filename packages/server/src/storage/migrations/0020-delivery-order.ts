import { type Kysely, sql } from 'kysely';

/**
 * Order on request. A delivery of a webhook that asks for order stands in a line: of its participant, or of the
 * webhook. `turn` is its place in it, given out under a lock that is held until the commit, so that turns appear in
 * their order. Only the row with the lowest turn of a line may be attempted.
 *
 * Such rows are of kinds of their own, 4 (new or retried) and 5 (made by a replay), which the claim of unordered
 * deliveries passes over. A parked row waits for somebody to decide: its time is infinity.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create sequence delivery_turns`,
  `alter table open_deliveries
    add column line uuid,
    add column turn bigint,
    add column participant_id uuid,
    add column parked_at timestamptz`,
  `create index open_deliveries_lines on open_deliveries (webhook_uid, kind, line, turn) where line is not null`,
  `create index open_deliveries_parked on open_deliveries (organization_id, id) where parked_at is not null`,
  `create index open_deliveries_parked_by_webhook on open_deliveries (webhook_uid, id) where parked_at is not null`,
  `alter table webhooks
    add column order_by text check (order_by in ('participant', 'webhook')),
    add column order_on_failure text check (order_on_failure in ('wait', 'park', 'skip')),
    add constraint webhooks_order check ((order_by is null) = (order_on_failure is null))`,
  `alter table webhook_health_changes drop constraint webhook_health_changes_state_check`,
  `alter table webhook_health_changes add constraint webhook_health_changes_state_check
    check (state in ('failing', 'warned', 'recovered', 'disabled', 'parked'))`,
  `create or replace view deliveries as
    select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
           attempts,
           case when parked_at is not null then 'parked' when attempts = 0 then 'pending' else 'retrying' end as state,
           case when lease is null and parked_at is null then due_at end as next_attempt_at,
           null::timestamptz as closed_at
      from open_deliveries where not extra
    union all
    select id, organization_id, webhook_uid, event_id, format, format_version, scope, webhook_name, created_at,
           attempts, state, null, closed_at
      from closed_deliveries`,
];
