import { type Kysely, sql } from 'kysely';

/**
 * Plays of games, completions that can be taken back, and what a later recalculation needs to know of a completion:
 * the multiplier it was given with, the trigger event it came by, and the bonus it brought the referrer.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // fields: the form as it was submitted, where it was new or differed from the one before.
  `create table plays (
    id uuid primary key,
    organization_id uuid not null,
    campaign_id uuid not null references campaigns on delete cascade,
    participant_id uuid not null,
    task_id uuid,
    completion_id uuid,
    score numeric,
    high_score boolean not null,
    fields jsonb,
    platform text,
    account text,
    key text,
    played_at timestamptz not null
  )`,
  `create unique index plays_once on plays (campaign_id, participant_id, key) where key is not null`,
  `create index plays_by_participation on plays (campaign_id, participant_id, id)`,
  `create index plays_by_campaign on plays (campaign_id, id)`,
  `create index plays_with_form on plays (campaign_id, participant_id, id) where fields is not null`,

  // Scores have up to 15 significant digits anywhere, points at most 11 before the point.
  `alter table participations alter column best_score type numeric`,
  `create index participations_by_score on participations (campaign_id, best_score desc, participant_id)
    where best_score is not null`,

  // multiplier_percent: what the points were raised by. multiplier_raise: what the first completion of its task added
  // to the participant's multiplier. worth: what recalculations made of the points. bonus: the referrer's, null where
  // none was due. Null is also what was written before these were kept.
  `alter table completions
    add column multiplier_percent numeric(9, 4),
    add column multiplier_raise numeric(9, 4),
    add column trigger_event_id uuid,
    add column worth numeric(15, 4),
    add column bonus numeric(15, 4),
    add column revoked_at timestamptz,
    add column revocation_reason text`,
  // A trigger event and the completion it brought happened at one moment.
  `update completions c set trigger_event_id = e.id
     from trigger_events e
     join triggers t on t.organization_id = e.organization_id and t.id = e.trigger_id
    where e.organization_id = c.organization_id and e.participant_id = c.participant_id
      and t.task_id = c.subject_id and e.created_at = c.completed_at`,
  // What the points say of the multiplier, as long as the settings are those they were given by.
  `update completions c set multiplier_percent = round((c.points / s.points - 1) * 100, 4)
     from (select id, points from tasks union all select id, points from quests) s
    where s.id = c.subject_id and c.trigger_event_id is null
      and s.points > 0 and c.points >= s.points and c.points < s.points * 1000`,

  // Once more in the same period, when the first one was revoked.
  `alter table completions drop constraint completions_subject_id_participant_id_period_key`,
  `create unique index completions_once on completions (subject_id, participant_id, period)
    where revoked_at is null`,
];
