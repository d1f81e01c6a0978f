import { type Kysely, sql } from 'kysely';

/**
 * How many take part in each campaign, without counting them: the sum of a campaign's rows here. Whoever writes
 * participations adds a row of its own, so nobody waits for anybody; upkeep puts them together (ADR 30).
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// The triggers come first: from then on nobody else writes participations until what there is was counted.
const statements = [
  `create table participant_counts (
    campaign_id uuid not null references campaigns on delete cascade,
    count integer not null
  ) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 100, autovacuum_vacuum_cost_delay = 0)`,
  `create index participant_counts_by_campaign on participant_counts (campaign_id)`,
  `create function count_participants() returns trigger language plpgsql as $$
  begin
    insert into participant_counts (campaign_id, count)
    select t.campaign_id, case tg_op when 'INSERT' then t.count else -t.count end
      from (select campaign_id, count(*)::int as count from touched group by campaign_id) t
      -- A campaign that is being deleted takes its participations with it.
      join campaigns c on c.id = t.campaign_id;
    return null;
  end $$`,
  `create trigger count_new_participants after insert on participations
    referencing new table as touched for each statement execute function count_participants()`,
  `create trigger count_gone_participants after delete on participations
    referencing old table as touched for each statement execute function count_participants()`,
  `insert into participant_counts (campaign_id, count)
   select campaign_id, count(*)::int from participations group by campaign_id`,
];
