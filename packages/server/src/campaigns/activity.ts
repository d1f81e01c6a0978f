import {
  type CampaignId,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  type QuestId,
  type ReferralId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { notFound } from '../problems.ts';
import {
  type ActivityRow,
  type CountersRow,
  createActivityStore,
  type Database,
  type LeaderboardPosition,
  type LeaderboardRow,
  readCampaignSummaries,
} from '../storage/index.ts';
import type { Account } from './rules/index.ts';
import { shownStanding } from './standings.ts';

/** One participant's counters in one campaign. Points are numbers with at most 4 places. */
export interface Counters {
  readonly campaignId: CampaignId;
  readonly participantId: ParticipantId;
  /** Null for who has acted, but not joined. */
  readonly joinedAt: Date | null;
  readonly referrer: ParticipantId | null;
  readonly team: string | null;
  readonly multiplierPercent: number;
  readonly totalPoints: number;
  readonly referralPoints: number;
  readonly ugcPoints: number;
  readonly referralCount: number;
  readonly bestScore: number | null;
  /** Leaderboard position, which equal totals share; null without points and for test participants. */
  readonly rank: number | null;
  /** Null below the lowest tier of the campaign. */
  readonly tier: { readonly name: string; readonly minPoints: number } | null;
  /** Null in the highest tier. */
  readonly nextTier: {
    readonly name: string;
    readonly minPoints: number;
    readonly missingPoints: number;
  } | null;
}

export interface LeaderboardEntry extends Counters {
  readonly externalId: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly position: LeaderboardPosition;
}

export interface CampaignParticipant extends Counters {
  readonly externalId: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly test: boolean;
}

export interface ParticipationDetail extends Counters {
  /** By which they came. */
  readonly referral: { readonly id: ReferralId; readonly state: 'linked' | 'qualified' | 'converted' } | null;
  /** How often each task was completed; `period` is the newest one. */
  readonly tasks: readonly { readonly id: TaskId; readonly period: string; readonly count: number }[];
  readonly quests: readonly QuestId[];
}

export type ActivityItem = {
  /** Of the completion (cpl_) or the ledger entry (txn_). */
  readonly id: string;
  readonly uuid: Uuid;
  readonly participantId: ParticipantId;
  readonly at: Date;
  readonly points: number;
} & (
  | {
      readonly kind: 'completion';
      readonly subject: TaskId | QuestId;
      readonly account: Account | null;
      /** When it was taken back. */
      readonly revokedAt: Date | null;
    }
  | { readonly kind: 'points'; readonly bucket: string; readonly cause: string }
);

/** How much goes on in a campaign. */
export interface CampaignSummary {
  readonly campaignId: CampaignId;
  /** Who joined or acted, test participants too. */
  readonly participants: number;
  /** That name it. */
  readonly webhooks: number;
  readonly lastActivityAt: Date | null;
}

/** What happened in campaigns, for reading. Unknown campaigns throw `not_found`. */
export interface Activity {
  /** Those with points who are no test participants, most first, equal ones by participant. */
  leaderboard(
    organization: OrganizationId,
    campaign: CampaignId,
    after: LeaderboardPosition | null,
    limit: number,
  ): Promise<readonly LeaderboardEntry[]>;
  /** Newest campaigns first; `before` is the last one of the page before; `ids`: these; null: all. */
  summaries(
    organization: OrganizationId,
    asked: {
      readonly ids: readonly CampaignId[] | null;
      readonly before: Uuid | null;
      readonly limit: number;
    },
  ): Promise<readonly CampaignSummary[]>;
  /** Everybody who acted, newest participant first. */
  participants(
    organization: OrganizationId,
    campaign: CampaignId,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly CampaignParticipant[]>;
  /** Throws `not_found` for who never acted in the campaign. */
  participation(
    organization: OrganizationId,
    campaign: CampaignId,
    participant: ParticipantId,
  ): Promise<ParticipationDetail>;
  participationsOf(organization: OrganizationId, participant: ParticipantId): Promise<readonly Counters[]>;
  /** Completions and ledger entries, newest first. */
  list(
    organization: OrganizationId,
    campaign: CampaignId,
    participant: ParticipantId | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly ActivityItem[]>;
}

export function createActivity(parts: { readonly database: Database }): Activity {
  const store = createActivityStore(parts.database);

  async function own(organization: OrganizationId, campaign: CampaignId): Promise<Uuid> {
    const uuid = uuidOf(campaign);
    if (!(await store.hasCampaign(uuidOf(organization), uuid))) throw notFound();
    return uuid;
  }

  return {
    async leaderboard(organization, campaign, after, limit) {
      const rows = await store.leaderboard(await own(organization, campaign), after, limit);
      return rows.map((row) => ({
        ...namedFrom(row),
        position: { total: row.total, participantId: row.participant_id },
      }));
    },

    async summaries(organization, { ids, before, limit }) {
      const asked = { ids: ids === null ? null : ids.map(uuidOf), before, limit };
      const rows = await readCampaignSummaries(parts.database, uuidOf(organization), asked);
      return rows.map(({ id, participants, webhooks, last_at }) => ({
        campaignId: idFromUuid('cmp', id),
        participants,
        webhooks,
        lastActivityAt: last_at,
      }));
    },

    async participants(organization, campaign, before, limit) {
      const rows = await store.participantsOf(await own(organization, campaign), before, limit);
      return rows.map((row) => ({ ...namedFrom(row), test: row.test }));
    },

    async participation(organization, campaign, participant) {
      const row = await store.participation(uuidOf(organization), uuidOf(campaign), uuidOf(participant));
      if (row === null) throw notFound();
      return {
        ...countersFrom(row),
        referral: row.referral && { id: idFromUuid('ref', row.referral.id), state: row.referral.state },
        tasks: row.progress
          .filter(({ subject }) => subject === 'task')
          .map(({ subject_id, period, count }) => ({ id: idFromUuid('tsk', subject_id), period, count })),
        quests: row.progress
          .filter(({ subject }) => subject === 'quest')
          .map(({ subject_id }) => idFromUuid('qst', subject_id)),
      };
    },

    async participationsOf(organization, participant) {
      return (await store.participationsOf(uuidOf(organization), uuidOf(participant))).map(countersFrom);
    },

    async list(organization, campaign, participant, before, limit) {
      const campaignId = await own(organization, campaign);
      const filter = {
        organizationId: uuidOf(organization),
        campaignId,
        participantId: participant && uuidOf(participant),
      };
      return (await store.activity(filter, before, limit)).map(itemFrom);
    },
  };
}

function namedFrom(row: LeaderboardRow) {
  return {
    ...countersFrom(row),
    externalId: row.external_id,
    firstName: row.first_name,
    lastName: row.last_name,
  };
}

function countersFrom(row: CountersRow): Counters {
  return {
    campaignId: idFromUuid('cmp', row.campaign_id),
    participantId: idFromUuid('usr', row.participant_id),
    joinedAt: row.joined_at,
    referrer: row.referrer_id === null ? null : idFromUuid('usr', row.referrer_id),
    team: row.team,
    multiplierPercent: Number(row.multiplier_percent),
    totalPoints: Number(row.total),
    referralPoints: Number(row.referral_points),
    ugcPoints: Number(row.ugc_points),
    referralCount: row.referral_count,
    bestScore: row.best_score === null ? null : Number(row.best_score),
    rank: row.rank,
    ...shownStanding(row.tiers, row.total),
  };
}

function itemFrom(row: ActivityRow): ActivityItem {
  const shared = {
    uuid: row.id,
    participantId: idFromUuid('usr', row.participant_id),
    at: row.at,
    points: Number(row.points),
  };
  if (row.kind === 'points') {
    return { ...shared, kind: row.kind, id: idFromUuid('txn', row.id), bucket: row.bucket, cause: row.cause };
  }
  const { platform, account } = row;
  return {
    ...shared,
    kind: row.kind,
    id: idFromUuid('cpl', row.id),
    subject: idFromUuid(row.subject === 'quest' ? 'qst' : 'tsk', row.subject_id),
    account: platform === null || account === null ? null : { platform, name: account },
    revokedAt: row.revoked_at,
  };
}
