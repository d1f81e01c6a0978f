import { type Kysely, sql } from 'kysely';

/**
 * Counts for the fractions of totals, at three levels below those of the whole part; the digit 0 is not kept any more,
 * since nobody is ahead by having it. See campaigns/rules/leaderboard.ts.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `delete from leaderboard_counts where digit = 0`,
  `insert into leaderboard_counts (campaign_id, level, prefix, digit, count)
   select campaign_id, place - 3, digits >> (5 * (place + 1)), (digits >> (5 * place)) & 31, count(*)
     from (select p.campaign_id, (floor(p.total) * 32768 + mod(p.total, 1) * 10000)::bigint as digits
             from participations p join participants q on q.id = p.participant_id
            where p.total > 0 and not q.test) t,
          generate_series(0, 2) as l (place)
    where (digits >> (5 * place)) & 31 > 0
    group by 1, 2, 3, 4`,
];
