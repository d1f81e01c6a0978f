import { type Kysely, sql } from 'kysely';

/**
 * People: tiers of a campaign, when referrals advanced and what they brought, and participants merged into others.
 *
 * A participant who was merged stays as a row that answers for the one who took them in: their id, the
 * organization's own id and the referral code are never given to anybody else. `merged_into` always names somebody
 * who was not merged.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table campaigns add column tiers jsonb not null default '[]'`,

  `alter table referrals
    add column qualified_at timestamptz,
    add column converted_at timestamptz,
    add column bonus_points numeric(15, 4) not null default 0`,
  `create index referrals_by_campaign on referrals (campaign_id, id)`,
  `create index referrals_by_state on referrals (campaign_id, state, id)`,

  `alter table participants
    add column merged_into uuid references participants on delete cascade,
    add column merged_at timestamptz,
    add column merge_reason text,
    add constraint participants_merged_once check ((merged_into is null) = (merged_at is null))`,
  `create index participants_merged on participants (merged_into) where merged_into is not null`,

  // A bonus stands in the referrer's ledger under the claimer's completion, a TypeID: 26 base32 digits of 130 bits,
  // of which the last 128 are the UUID.
  `create function pg_temp.uuid_in(id text) returns uuid language sql immutable as $$
    select string_agg(to_hex(substr(bits, 4 * n - 1, 4)::bit(4)::int), '' order by n)::uuid
      from (select string_agg((position(substr(id, 4 + d, 1) in '0123456789abcdefghjkmnpqrstvwxyz') - 1)::bit(5)::text,
                              '' order by d) as bits
              from generate_series(1, 26) d) b,
           generate_series(1, 32) n
  $$`,
  `update referrals r set bonus_points = b.points
     from (select l.campaign_id, l.participant_id as referrer_id, c.participant_id as claimer_id, sum(l.amount) as points
             from ledger l join completions c on c.id = pg_temp.uuid_in(l.cause)
            where l.bucket = 'referral' and l.cause like 'cpl\\_%'
            group by 1, 2, 3) b
    where r.campaign_id = b.campaign_id and r.referrer_id = b.referrer_id and r.claimer_id = b.claimer_id`,
];
