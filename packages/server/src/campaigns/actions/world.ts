import { Decimal } from 'decimal.js';
import {
  type CampaignId,
  idFromUuid,
  type ParticipantId,
  type QuestId,
  type RewardId,
  type TaskId,
} from '../../ids.ts';
import {
  type BookingName,
  createParticipations,
  knownBookings,
  knownTriggerKeys,
  lockParticipations,
  lockStock,
  type ParticipationKey,
  type ParticipationRow,
  type Queryable,
  readProgress,
  type TriggerKey,
} from '../../storage/index.ts';
import {
  bookingCause,
  bookingKey,
  type CampaignRules,
  type Intent,
  type Participation,
  type Person,
  triggerKey,
  type World,
} from '../rules/index.ts';

/** A world as it was loaded, and what is needed to write it back. */
export interface LoadedWorld extends World {
  readonly participations: readonly Participation[];
  /** Totals before any action of the batch. */
  readonly totalBefore: ReadonlyMap<Participation, Decimal>;
  readonly stockBefore: ReadonlyMap<RewardId, Decimal>;
}

/**
 * Everything that the rules need for these intents: the participations involved, locked until the transaction ends,
 * and what stands beside them.
 */
export async function loadWorld(
  transaction: Queryable,
  intents: readonly Intent[],
  campaigns: ReadonlyMap<CampaignId, CampaignRules>,
): Promise<LoadedWorld> {
  const rows = await lockEveryone(transaction, keysOf(intents, campaigns));
  const { progress, referrals } = await readProgress(transaction, rows);
  const participations = rows.map(participationFrom);
  const byKey = new Map(participations.map((one) => [keyOf(one.campaignId, one.person.id), one]));

  for (const row of progress) {
    const one = byKey.get(keyOf(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id)));
    const task: TaskId = idFromUuid('tsk', row.subject_id);
    const quest: QuestId = idFromUuid('qst', row.subject_id);
    if (one === undefined) continue;
    if (campaigns.get(one.campaignId)?.quests.has(quest)) one.completedQuests.add(quest);
    else one.completedTasks.set(task, { period: row.period, count: row.count });
  }
  for (const row of referrals) {
    const one = byKey.get(keyOf(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.claimer_id)));
    if (one !== undefined) one.referral = { id: idFromUuid('ref', row.id), state: row.state };
  }

  const stock = await loadStock(transaction, campaigns);
  return {
    campaigns,
    participations,
    participation: (campaign, participant) => byKey.get(keyOf(campaign, participant)),
    triggerKeys: await loadTriggerKeys(transaction, intents, campaigns),
    bookingKeys: await loadBookingKeys(transaction, intents),
    stock,
    stockBefore: new Map(stock),
    totalBefore: new Map(participations.map((one) => [one, one.total])),
  };
}

function keysOf(
  intents: readonly Intent[],
  campaigns: ReadonlyMap<CampaignId, CampaignRules>,
): readonly ParticipationKey[] {
  const keys = new Map<string, ParticipationKey>();
  for (const { campaignId, participantId, action } of intents) {
    const organizationId = campaigns.get(campaignId)?.organization.id;
    if (organizationId === undefined) continue;
    const involved =
      action.kind === 'join' && action.referrer ? [participantId, action.referrer] : [participantId];
    for (const one of involved) {
      keys.set(keyOf(campaignId, one), { organizationId, campaignId, participantId: one });
    }
  }
  return [...keys.values()];
}

/** Locks the participations, making those that are missing; referrers come with those they referred. */
async function lockEveryone(
  transaction: Queryable,
  keys: readonly ParticipationKey[],
): Promise<readonly ParticipationRow[]> {
  const rows = await lockParticipations(transaction, keys);
  const found = new Set(
    rows.map((row) => keyOf(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id))),
  );
  const missing = keys.filter((key) => !found.has(keyOf(key.campaignId, key.participantId)));
  if (missing.length === 0) return rows;
  await createParticipations(transaction, missing);
  return lockParticipations(transaction, keys);
}

async function loadTriggerKeys(
  transaction: Queryable,
  intents: readonly Intent[],
  campaigns: ReadonlyMap<CampaignId, CampaignRules>,
): Promise<Set<string>> {
  const keys: TriggerKey[] = [];
  for (const { action, campaignId, participantId } of intents) {
    const organizationId = campaigns.get(campaignId)?.organization.id;
    if (action.kind !== 'fire_trigger' || action.key === null || organizationId === undefined) continue;
    keys.push({ organizationId, triggerId: action.trigger.id, participantId, key: action.key });
  }
  if (keys.length === 0) return new Set();
  const known = await knownTriggerKeys(transaction, keys);
  return new Set(
    known.map((row) => triggerKey(row.trigger_id, idFromUuid('usr', row.participant_id), row.key)),
  );
}

async function loadBookingKeys(transaction: Queryable, intents: readonly Intent[]): Promise<Set<string>> {
  const names: BookingName[] = [];
  for (const { action, campaignId, participantId } of intents) {
    if (action.kind !== 'issue_points' && action.kind !== 'deduct_points') continue;
    names.push({ campaignId, participantId, cause: bookingCause(action) });
  }
  if (names.length === 0) return new Set();
  const known = await knownBookings(transaction, names);
  return new Set(
    known.map((row) =>
      bookingKey(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id), row.cause),
    ),
  );
}

async function loadStock(
  transaction: Queryable,
  campaigns: ReadonlyMap<CampaignId, CampaignRules>,
): Promise<Map<RewardId, Decimal>> {
  const withRewards = [...campaigns.values()].filter((campaign) => campaign.rewards.size > 0);
  if (withRewards.length === 0) return new Map();
  const rows = await lockStock(
    transaction,
    withRewards.map((campaign) => campaign.id),
  );
  return new Map(rows.map((row) => [idFromUuid('rwd', row.id), new Decimal(row.stock)]));
}

function participationFrom(row: ParticipationRow): Participation {
  return {
    campaignId: idFromUuid('cmp', row.campaign_id),
    person: personFrom(row),
    joinedAt: row.joined_at,
    referrer: row.referrer_id === null ? null : idFromUuid('usr', row.referrer_id),
    team: row.team,
    multiplierPercent: new Decimal(row.multiplier_percent),
    total: new Decimal(row.total),
    referralPoints: new Decimal(row.referral_points),
    ugcPoints: new Decimal(row.ugc_points),
    referralCount: row.referral_count,
    bestScore: row.best_score === null ? null : new Decimal(row.best_score),
    seq: Number(row.seq),
    referral: null,
    completedTasks: new Map(),
    completedQuests: new Set(),
    changed: false,
  };
}

function personFrom(row: ParticipationRow): Person {
  return {
    id: idFromUuid('usr', row.participant_id),
    externalId: row.external_id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    phone: row.phone,
    wallet: row.wallet,
    fields: row.fields,
    test: row.test,
  };
}

function keyOf(campaign: CampaignId, participant: ParticipantId): string {
  return campaign + participant;
}
