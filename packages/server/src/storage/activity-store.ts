import { type Selectable, sql } from 'kysely';
import { type CampaignId, idFromUuid, type Uuid } from '../ids.ts';
import { hasCampaign } from './campaigns-store.ts';
import type { Database } from './database.ts';
import { survivorOf } from './participant-alias.ts';
import type { Schema } from './schema.ts';
import { readRanks } from './statements/leaderboard.ts';

export type TierRows = Selectable<Schema['campaigns']>['tiers'];

/** One participant's counters in one campaign. Points are decimal text. */
export type CountersRow = Readonly<Omit<Selectable<Schema['participations']>, 'organization_id' | 'seq'>> & {
  /** Of the campaign, lowest first. */
  readonly tiers: TierRows;
  /** Leaderboard position; null without points, and for test participants, who take nobody's place. */
  readonly rank: number | null;
};

export interface LeaderboardRow extends CountersRow {
  readonly external_id: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
}

export interface ParticipantRow extends LeaderboardRow {
  readonly test: boolean;
}

/** Where a page of the leaderboard ended. */
export interface LeaderboardPosition {
  readonly total: string;
  readonly participantId: Uuid;
}

export interface ParticipationDetailRow extends CountersRow {
  /** By which they came. */
  readonly referral: { readonly id: Uuid; readonly state: Schema['referrals']['state'] } | null;
  /** Newest period of each task, and each quest. */
  readonly progress: readonly {
    readonly subject_id: Uuid;
    readonly subject: 'task' | 'quest';
    readonly period: string;
    readonly count: number;
  }[];
}

export type ActivityRow =
  | {
      readonly kind: 'completion';
      readonly id: Uuid;
      readonly participant_id: Uuid;
      readonly at: Date;
      readonly points: string;
      readonly subject: 'task' | 'quest';
      readonly subject_id: Uuid;
      readonly platform: string | null;
      readonly account: string | null;
      readonly revoked_at: Date | null;
    }
  | {
      readonly kind: 'points';
      readonly id: Uuid;
      readonly participant_id: Uuid;
      readonly at: Date;
      readonly points: string;
      readonly bucket: string;
      readonly cause: string;
    };

export interface ActivityStore {
  /** Whether the organization has this campaign. */
  hasCampaign(organizationId: Uuid, campaignId: Uuid): Promise<boolean>;
  /** Those with points who are no test participants, most first, equal ones by participant. */
  leaderboard(
    campaignId: Uuid,
    after: LeaderboardPosition | null,
    limit: number,
  ): Promise<readonly LeaderboardRow[]>;
  /** Everybody who acted, newest participant first. */
  participantsOf(campaignId: Uuid, before: Uuid | null, limit: number): Promise<readonly ParticipantRow[]>;
  /** Null when they never acted in the campaign. */
  participation(
    organizationId: Uuid,
    campaignId: Uuid,
    participantId: Uuid,
  ): Promise<ParticipationDetailRow | null>;
  /** Newest campaign first. */
  participationsOf(organizationId: Uuid, participantId: Uuid): Promise<readonly CountersRow[]>;
  /** Completions and ledger entries, newest first. */
  activity(
    filter: {
      readonly organizationId: Uuid;
      readonly campaignId: Uuid;
      readonly participantId: Uuid | null;
    },
    before: Uuid | null,
    limit: number,
  ): Promise<readonly ActivityRow[]>;
}

const counters = [
  'participations.campaign_id',
  'participations.participant_id',
  'participations.joined_at',
  'participations.referrer_id',
  'participations.team',
  'participations.multiplier_percent',
  'participations.total',
  'participations.referral_points',
  'participations.ugc_points',
  'participations.referral_count',
  'participations.best_score',
  'campaigns.tiers',
] as const;

export function createActivityStore(database: Database): ActivityStore {
  const { kysely } = database;

  /** Positions of rows, each total looked up once: who shares a total shares the position. */
  async function ranked<
    Row extends { readonly campaign_id: Uuid; readonly total: string; readonly test: boolean },
  >(rows: readonly Row[]): Promise<(Row & { rank: number | null })[]> {
    const distinct = new Map<string, { campaignId: CampaignId; total: string }>();
    for (const { campaign_id, total, test } of rows) {
      if (!test && Number(total) > 0) {
        distinct.set(campaign_id + total, { campaignId: idFromUuid('cmp', campaign_id), total });
      }
    }
    const keys = [...distinct.keys()];
    const ranks = keys.length === 0 ? [] : await readRanks(database.hotPool, [...distinct.values()]);
    const byKey = new Map(keys.map((key, index) => [key, ranks[index] ?? null]));
    return rows.map((row) => ({
      ...row,
      rank: row.test ? null : (byKey.get(row.campaign_id + row.total) ?? null),
    }));
  }

  /** The counters of everybody in a campaign, and what they are called. */
  const named = (campaignId: Uuid) =>
    kysely
      .selectFrom('participations')
      .innerJoin('participants', 'participants.id', 'participations.participant_id')
      .innerJoin('campaigns', 'campaigns.id', 'participations.campaign_id')
      .select(counters)
      .select([
        'participants.external_id',
        'participants.first_name',
        'participants.last_name',
        'participants.test',
      ])
      .where('participations.campaign_id', '=', campaignId);

  return {
    hasCampaign: (organizationId, campaignId) => hasCampaign(kysely, organizationId, campaignId),

    async leaderboard(campaignId, after, limit) {
      const board = named(campaignId)
        .where('participations.total', '>', '0')
        .where('participants.test', '=', false)
        .orderBy('participations.total', 'desc')
        .orderBy('participations.participant_id');
      if (after === null) return ranked(await board.limit(limit).execute());
      // Two ranges of `participations_by_total`: one would walk over everybody with the same total.
      const equal = await board
        .where('participations.total', '=', after.total)
        .where('participations.participant_id', '>', after.participantId)
        .limit(limit)
        .execute();
      if (equal.length === limit) return ranked(equal);
      const less = await board
        .where('participations.total', '<', after.total)
        .limit(limit - equal.length)
        .execute();
      return ranked([...equal, ...less]);
    },

    async participantsOf(campaignId, before, limit) {
      // Along the primary key.
      let all = named(campaignId).orderBy('participations.participant_id', 'desc').limit(limit);
      if (before !== null) all = all.where('participations.participant_id', '<', before);
      return ranked(await all.execute());
    },

    async participation(organizationId, campaignId, participantId) {
      const row = await kysely
        .selectFrom('participations')
        .innerJoin('participants', 'participants.id', 'participations.participant_id')
        .innerJoin('campaigns', 'campaigns.id', 'participations.campaign_id')
        .select(counters)
        .select('participants.test')
        .where('participations.organization_id', '=', organizationId)
        .where('participations.campaign_id', '=', campaignId)
        .where('participations.participant_id', '=', survivorOf(participantId))
        .executeTakeFirst();
      if (row === undefined) return null;
      const referral = await kysely
        .selectFrom('referrals')
        .select(['id', 'state'])
        .where('campaign_id', '=', campaignId)
        .where('claimer_id', '=', row.participant_id)
        .executeTakeFirst();
      const progress = await kysely
        .selectFrom('progress')
        .leftJoin('quests', 'quests.id', 'progress.subject_id')
        .select(['progress.subject_id', 'progress.period', 'progress.count'])
        .select(sql<'task' | 'quest'>`case when quests.id is null then 'task' else 'quest' end`.as('subject'))
        .where('progress.campaign_id', '=', campaignId)
        .where('progress.participant_id', '=', row.participant_id)
        .orderBy('progress.subject_id')
        .execute();
      const [counted] = await ranked([row]);
      return { ...row, rank: counted?.rank ?? null, referral: referral ?? null, progress };
    },

    async participationsOf(organizationId, participantId) {
      const rows = await kysely
        .selectFrom('participations')
        .innerJoin('participants', 'participants.id', 'participations.participant_id')
        .innerJoin('campaigns', 'campaigns.id', 'participations.campaign_id')
        .select(counters)
        .select('participants.test')
        .where('participations.organization_id', '=', organizationId)
        .where('participations.participant_id', '=', survivorOf(participantId))
        .orderBy('participations.campaign_id', 'desc')
        .execute();
      return ranked(rows);
    },

    async activity({ organizationId, campaignId, participantId }, before, limit) {
      let completions = kysely
        .selectFrom('completions')
        .leftJoin('quests', 'quests.id', 'completions.subject_id')
        .select([
          'completions.id',
          'completions.participant_id',
          'completions.completed_at as at',
          'completions.points',
          'completions.subject_id',
          'completions.platform',
          'completions.account',
          'completions.revoked_at',
        ])
        .select(sql<'task' | 'quest'>`case when quests.id is null then 'task' else 'quest' end`.as('subject'))
        .where('completions.organization_id', '=', organizationId)
        .where('completions.campaign_id', '=', campaignId)
        .orderBy('completions.id', 'desc')
        .limit(limit);
      let entries = kysely
        .selectFrom('ledger')
        .select(['id', 'participant_id', 'created_at as at', 'amount as points', 'bucket', 'cause'])
        .where('organization_id', '=', organizationId)
        .where('campaign_id', '=', campaignId)
        .orderBy('id', 'desc')
        .limit(limit);
      if (participantId !== null) {
        completions = completions.where('completions.participant_id', '=', survivorOf(participantId));
        entries = entries.where('participant_id', '=', survivorOf(participantId));
      }
      if (before !== null) {
        completions = completions.where('completions.id', '<', before);
        entries = entries.where('id', '<', before);
      }
      const [done, booked] = await Promise.all([completions.execute(), entries.execute()]);
      const rows: ActivityRow[] = [
        ...done.map((row) => ({ ...row, kind: 'completion' as const })),
        ...booked.map((row) => ({ ...row, kind: 'points' as const })),
      ];
      return rows.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
    },
  };
}
