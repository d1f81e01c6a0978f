import type { Uuid } from '../ids.ts';
import { uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';

/** One thing kept about a person: columns by name, with ids as UUIDs, amounts as decimal text, times as dates. */
export type PersonalRecord = Readonly<Record<string, unknown>>;

export const personalSections = [
  'profile',
  'merged',
  'accounts',
  'participations',
  'completions',
  'plays',
  'trigger_events',
  'ledger',
  'referred_by',
  'referrals',
  'earnings',
  'payouts',
  'sign_ins',
  'events',
] as const;
export type PersonalSection = (typeof personalSections)[number];

/** Everything kept about one person, section by section. */
export interface PersonalRecords {
  /** Every id under which there is something: who answers for it first. Empty when there is no such participant. */
  namesOf(organizationId: Uuid, id: Uuid): Promise<readonly Uuid[]>;
  /** A page in the order of `position`; of accounts, all of them. */
  read(
    section: PersonalSection,
    names: readonly Uuid[],
    after: string | null,
    limit: number,
  ): Promise<readonly { readonly position: string; readonly record: PersonalRecord }[]>;
}

const inTheirCampaigns = `campaign_id = any(array(select campaign_id from participations where participant_id = $1))`;

/** A page by the index that begins with the condition. Parameters: 1 the participant, 2 every name, 3 the position before, 4 the limit. */
const page = (key: string) => `and ($3::uuid is null or ${key} > $3::uuid) order by ${key} limit $4`;

/** Each gives `position` and what is shown. */
const texts: Readonly<Record<PersonalSection, string>> = {
  profile: `select id::text as position, id as participant_id, external_id, email, first_name, last_name, phone, wallet,
                   fields, test, referral_code, created_at, updated_at, erased_at
              from participants where id = $1 ${page('id')}`,
  merged: `select id::text as position, id as participant_id, external_id, email, first_name, last_name, phone, wallet,
                  fields, referral_code, created_at, merged_at, merge_reason
             from participants where merged_into = $1 ${page('id')}`,
  accounts: `select platform || ' ' || name as position, platform, name, created_at from accounts
              where participant_id = $1 order by created_at, position`,
  participations: `select campaign_id::text as position, campaign_id, joined_at, referrer_id, team,
                          multiplier_percent::text, total::text as total_points, referral_points::text,
                          ugc_points::text, referral_count, best_score::text
                     from participations where participant_id = $1 ${page('campaign_id')}`,
  completions: `select id::text as position, id as completion_id, campaign_id,
                       case when exists (select from quests q where q.id = subject_id) then subject_id end as quest_id,
                       case when not exists (select from quests q where q.id = subject_id) then subject_id end as task_id,
                       period, platform, account, points::text, completed_at, trigger_event_id, revoked_at,
                       revocation_reason
                  from completions where ${inTheirCampaigns} and participant_id = $1 ${page('id')}`,
  plays: `select id::text as position, id as play_id, campaign_id, task_id, completion_id, score::text, high_score,
                 fields, platform, account, key, played_at
            from plays where ${inTheirCampaigns} and participant_id = $1 ${page('id')}`,
  trigger_events: `select id::text as position, id as trigger_event_id, trigger_id as trigger, key, value, created_at
                     from trigger_events where participant_id = $1 ${page('id')}`,
  ledger: `select id::text as position, id as transaction_id, campaign_id, amount::text, bucket, cause, created_at
             from ledger where ${inTheirCampaigns} and participant_id = $1 ${page('id')}`,
  referred_by: `select id::text as position, id as referral_id, campaign_id, referrer_id, state, created_at,
                       qualified_at, converted_at
                  from referrals where ${inTheirCampaigns} and claimer_id = $1 ${page('id')}`,
  referrals: `select id::text as position, id as referral_id, campaign_id, claimer_id, state, created_at, qualified_at,
                     converted_at, bonus_points::text
                from referrals where ${inTheirCampaigns} and referrer_id = $1 ${page('id')}`,
  earnings: `select id::text as position, id as earning_id, campaign_id, reward_id, amount::text, state, cause,
                    created_at, payout_id, claimed_at
               from earnings where ${inTheirCampaigns} and participant_id = $1 ${page('id')}`,
  payouts: `select id::text as position, id as payout_id, campaign_id, reward_id, amount::text, platform, account,
                   origin, state, attempt, requested_by, created_at, requested_at, settled_at, settled_by, reference,
                   reason,
                   (select coalesce(json_agg(json_build_object(
                             'number', number, 'requested_by', a.requested_by, 'requested_at', a.requested_at,
                             'outcome', outcome, 'status', a.status, 'reason', a.reason, 'settled_by', a.settled_by,
                             'reference', a.reference, 'settled_at', a.settled_at) order by number), '[]')
                      from payout_attempts a where a.payout_id = payouts.id) as attempts
              from payouts where ${inTheirCampaigns} and participant_id = $1 ${page('id')}`,
  sign_ins: `select id::text as position, body::json as event from events
              where participant_id = any($2::uuid[]) and type = 'user.signed_in' ${page('id')}`,
  events: `select id::text as position, body::json as event from events where participant_id = any($2::uuid[]) ${page('id')}`,
};

export function createPersonalRecords({ pool }: Pick<Database, 'pool'>): PersonalRecords {
  return {
    async namesOf(organizationId, id) {
      const { rows } = await pool.query<{ id: Uuid }>(
        `with own as (select coalesce(merged_into, id) as id from participants where id = $1 and organization_id = $2)
         select p.id from participants p, own where p.id = own.id or p.merged_into = own.id
          order by p.merged_into is not null, p.id`,
        [id, organizationId],
      );
      return rows.map((row) => row.id);
    },

    async read(section, names, after, limit) {
      if (section === 'accounts' && after !== null) return [];
      // A parameter that a statement does not name has to have a type all the same.
      const { rows } = await pool.query<{ position: string } & PersonalRecord>(
        `with given as (select $1::uuid, $2::uuid[], $3::uuid, $4::int) ${texts[section]}`,
        [names[0], uuidArray(names), after, limit],
      );
      return rows.map(({ position, ...record }) => ({ position, record }));
    },
  };
}
