import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

/** What a recalculation came to for one participant. Points are decimal text. */
export interface DifferenceRow {
  readonly participant_id: Uuid;
  readonly completions: number;
  readonly points: string;
  readonly missing: string;
  readonly referrer_id: Uuid | null;
  readonly bonus: string;
  readonly bonus_missing: string;
}

/** For everybody together, participants and their referrers. Points are decimal text. */
export interface DifferenceTotals {
  readonly participants: number;
  readonly completions: number;
  readonly given: string;
  readonly taken: string;
  readonly missing: string;
}

export interface CorrectionsStore {
  /** Whose completion of this campaign this is. Null when there is none. */
  ownerOf(organizationId: Uuid, campaignId: Uuid, completionId: Uuid): Promise<Uuid | null>;
  /** Those who joined the campaign, in the order of their ids. */
  joinedAfter(campaignId: Uuid, after: Uuid | null, limit: number): Promise<readonly Uuid[]>;
  countJoined(campaignId: Uuid): Promise<number>;
  totals(recalculationId: Uuid): Promise<DifferenceTotals>;
  /** In the order of participants. */
  differences(recalculationId: Uuid, after: Uuid | null, limit: number): Promise<readonly DifferenceRow[]>;
}

export function createCorrectionsStore({ kysely }: Pick<Database, 'kysely'>): CorrectionsStore {
  return {
    async ownerOf(organizationId, campaignId, completionId) {
      const row = await kysely
        .selectFrom('completions')
        .select('participant_id')
        .where('id', '=', completionId)
        .where('organization_id', '=', organizationId)
        .where('campaign_id', '=', campaignId)
        .executeTakeFirst();
      return row?.participant_id ?? null;
    },

    async joinedAfter(campaignId, after, limit) {
      let query = kysely
        .selectFrom('participations')
        .select('participant_id')
        .where('campaign_id', '=', campaignId)
        .where('joined_at', 'is not', null)
        .orderBy('participant_id')
        .limit(limit);
      if (after !== null) query = query.where('participant_id', '>', after);
      return (await query.execute()).map((row) => row.participant_id);
    },

    async countJoined(campaignId) {
      const row = await kysely
        .selectFrom('participations')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('campaign_id', '=', campaignId)
        .where('joined_at', 'is not', null)
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async totals(recalculationId) {
      const row = await kysely
        .selectFrom('recalculation_differences')
        .select(({ fn }) => fn.countAll<string>().as('participants'))
        .select([
          sql<string>`coalesce(sum(completions), 0)`.as('completions'),
          sql<string>`coalesce(sum(greatest(points, 0) + greatest(bonus, 0)), 0)::text`.as('given'),
          sql<string>`coalesce(-sum(least(points, 0) + least(bonus, 0)), 0)::text`.as('taken'),
          sql<string>`coalesce(sum(missing + bonus_missing), 0)::text`.as('missing'),
        ])
        .where('recalculation_id', '=', recalculationId)
        .executeTakeFirstOrThrow();
      return { ...row, participants: Number(row.participants), completions: Number(row.completions) };
    },

    async differences(recalculationId, after, limit) {
      let query = kysely
        .selectFrom('recalculation_differences')
        .select([
          'participant_id',
          'completions',
          'points',
          'missing',
          'referrer_id',
          'bonus',
          'bonus_missing',
        ])
        .where('recalculation_id', '=', recalculationId)
        .orderBy('participant_id')
        .limit(limit);
      if (after !== null) query = query.where('participant_id', '>', after);
      return query.execute();
    },
  };
}
