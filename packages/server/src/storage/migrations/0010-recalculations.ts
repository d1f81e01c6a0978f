import { type Kysely, sql } from 'kysely';

/**
 * What recalculations came to: one row for everybody for whom something differs, written with the correction itself;
 * and what corrections of bonuses need to know.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Who got the bonus: after a merge of participants the referrer may be another one.
  'alter table completions add column bonus_referrer_id uuid',
  // points, bonus: what was booked for the participant and for who referred them; in a dry run, what would be. missing:
  // how much more a correction would have taken, had there been points. It goes with its job.
  `create table recalculation_differences (
    recalculation_id uuid not null references jobs on delete cascade,
    participant_id uuid not null,
    campaign_id uuid not null references campaigns on delete cascade,
    completions integer not null,
    points numeric(15, 4) not null,
    missing numeric(15, 4) not null,
    referrer_id uuid,
    bonus numeric(15, 4) not null,
    bonus_missing numeric(15, 4) not null,
    primary key (recalculation_id, participant_id)
  )`,
];
