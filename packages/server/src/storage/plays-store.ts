import type { Selectable } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { survivorOf } from './participant-alias.ts';
import type { Schema } from './schema.ts';

/** Scores are decimal text. */
export type PlayRow = Readonly<Omit<Selectable<Schema['plays']>, 'organization_id' | 'campaign_id'>>;

export interface HighScoreRow {
  readonly participant_id: Uuid;
  readonly best_score: string;
  readonly external_id: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
}

/** Where a page of high scores ended. */
export interface HighScorePosition {
  /** Decimal text. */
  readonly bestScore: string;
  readonly participantId: Uuid;
}

export interface PlaysStore {
  /** Newest first. */
  list(
    filter: { readonly campaignId: Uuid; readonly participantId: Uuid | null },
    before: Uuid | null,
    limit: number,
  ): Promise<readonly PlayRow[]>;
  /** Best first, equal ones by participant, without test participants. */
  highScores(
    campaignId: Uuid,
    after: HighScorePosition | null,
    limit: number,
  ): Promise<readonly HighScoreRow[]>;
}

export function createPlaysStore({ kysely }: Pick<Database, 'kysely'>): PlaysStore {
  return {
    async list({ campaignId, participantId }, before, limit) {
      let query = kysely
        .selectFrom('plays')
        .select([
          'id',
          'participant_id',
          'task_id',
          'completion_id',
          'score',
          'high_score',
          'fields',
          'platform',
          'account',
          'key',
          'played_at',
        ])
        .where('campaign_id', '=', campaignId)
        .orderBy('id', 'desc')
        .limit(limit);
      if (participantId !== null) query = query.where('participant_id', '=', survivorOf(participantId));
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async highScores(campaignId, after, limit) {
      const board = kysely
        .selectFrom('participations')
        .innerJoin('participants', 'participants.id', 'participations.participant_id')
        .select([
          'participations.participant_id',
          'participations.best_score',
          'participants.external_id',
          'participants.first_name',
          'participants.last_name',
        ])
        .where('participations.campaign_id', '=', campaignId)
        .where('participations.best_score', 'is not', null)
        .where('participants.test', '=', false)
        .orderBy('participations.best_score', 'desc')
        .orderBy('participations.participant_id')
        .$narrowType<{ best_score: string }>();
      if (after === null) return board.limit(limit).execute();
      // Two ranges of `participations_by_score`: one would walk over everybody with the same score.
      const equal = await board
        .where('participations.best_score', '=', after.bestScore)
        .where('participations.participant_id', '>', after.participantId)
        .limit(limit)
        .execute();
      if (equal.length === limit) return equal;
      const less = await board
        .where('participations.best_score', '<', after.bestScore)
        .limit(limit - equal.length)
        .execute();
      return [...equal, ...less];
    },
  };
}
