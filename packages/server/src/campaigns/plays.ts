import {
  type CampaignId,
  type CompletionId,
  idFromUuid,
  type ParticipantId,
  type PlayId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import {
  createPlaysStore,
  type Database,
  type HighScorePosition,
  type HighScoreRow,
  type PlayRow,
} from '../storage/index.ts';
import type { Account, Form } from './rules/index.ts';

/** One round of a game, as it was reported. */
export interface Play {
  readonly id: PlayId;
  readonly uuid: Uuid;
  readonly participantId: ParticipantId;
  readonly playedAt: Date;
  /** What was played. */
  readonly task: TaskId | null;
  /** Null when the task had been completed in its period before. */
  readonly completion: CompletionId | null;
  readonly score: number | null;
  /** It was the participant's best so far. */
  readonly highScore: boolean;
  /** The opt-in form, where it was new or differed from the one before. */
  readonly fields: Form | null;
  readonly account: Account | null;
  readonly key: string | null;
}

export interface HighScore {
  readonly participantId: ParticipantId;
  readonly externalId: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly bestScore: number;
  readonly position: HighScorePosition;
}

/** Games of campaigns, for reading. The caller has seen that the campaign is the organization's. */
export interface Plays {
  /** Newest first. */
  list(
    campaign: CampaignId,
    participant: ParticipantId | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Play[]>;
  /** Everybody's best score, best first, equal ones by participant. Test participants have no place among them. */
  highScores(
    campaign: CampaignId,
    after: HighScorePosition | null,
    limit: number,
  ): Promise<readonly HighScore[]>;
}

export function createPlays(parts: { readonly database: Pick<Database, 'kysely'> }): Plays {
  const store = createPlaysStore(parts.database);
  return {
    async list(campaign, participant, before, limit) {
      const filter = { campaignId: uuidOf(campaign), participantId: participant && uuidOf(participant) };
      return (await store.list(filter, before, limit)).map(playFrom);
    },
    async highScores(campaign, after, limit) {
      return (await store.highScores(uuidOf(campaign), after, limit)).map(highScoreFrom);
    },
  };
}

function playFrom(row: PlayRow): Play {
  const { platform, account } = row;
  return {
    id: idFromUuid('ply', row.id),
    uuid: row.id,
    participantId: idFromUuid('usr', row.participant_id),
    playedAt: row.played_at,
    task: row.task_id === null ? null : idFromUuid('tsk', row.task_id),
    completion: row.completion_id === null ? null : idFromUuid('cpl', row.completion_id),
    score: row.score === null ? null : Number(row.score),
    highScore: row.high_score,
    fields: row.fields,
    account: platform === null || account === null ? null : { platform, name: account },
    key: row.key,
  };
}

function highScoreFrom(row: HighScoreRow): HighScore {
  return {
    participantId: idFromUuid('usr', row.participant_id),
    externalId: row.external_id,
    firstName: row.first_name,
    lastName: row.last_name,
    bestScore: Number(row.best_score),
    position: { bestScore: row.best_score, participantId: row.participant_id },
  };
}
