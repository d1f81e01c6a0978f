import { Decimal } from 'decimal.js';
import {
  type CampaignId,
  idFromUuid,
  type ParticipantId,
  type QuestId,
  type RewardId,
  type TaskId,
  uuidOf,
} from '../../ids.ts';
import {
  type BookingName,
  createParticipations,
  knownBookings,
  knownTriggerKeys,
  lockParticipations,
  lockStock,
  mergedAmong,
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
import { loadCorrections } from './corrections.ts';
import { loadGames } from './games.ts';
import { loadPayouts } from './payouts.ts';

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
  payoutObstacle: LoadedWorld['payoutObstacle'],
): Promise<LoadedWorld> {
  const keys = keysOf(intents, campaigns);
  let read = await readAll(transaction, keys, intents, campaigns);
  for (let more = 0; more < mostReloads && lacksSomebody(read.byKey, keys); more++) {
    [, read] = await Promise.all([
      createParticipations(
        transaction,
        keys.filter((key) => !read.byKey.has(keyOf(key.campaignId, key.participantId))),
      ),
      readAll(transaction, keys, intents, campaigns),
    ]);
  }
  const { participations, byKey, stock } = read;
  await refuseMerged(transaction, keys, byKey);

  const participation: LoadedWorld['participation'] = (campaign, participant) =>
    byKey.get(keyOf(campaign, participant));

  const corrections = await loadCorrections({ transaction, campaigns, participation }, intents);
  return {
    campaigns,
    participations,
    participation,
    ...(await loadPayouts(transaction, intents, { campaigns, participation, corrections })),
    payoutObstacle,
    triggerKeys: read.triggerKeys,
    bookingKeys: read.bookingKeys,
    games: await loadGames(transaction, intents, participation),
    corrections,
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
    const involved = [participantId];
    if (action.kind === 'join' && action.referrer !== null) involved.push(action.referrer);
    if (action.kind === 'merge') involved.push(action.absorbed);
    for (const one of involved) {
      keys.set(keyOf(campaignId, one), { organizationId, campaignId, participantId: one });
    }
  }
  return [...keys.values()];
}

/**
 * Once for participations that are not there yet, once more for a referrer whom somebody named meanwhile. What is
 * missing after that cannot be had: a participant who is gone, or was merged into somebody else.
 */
const mostReloads = 2;

/** All reads of a batch, sent together, the lock in front; referrers come with those they referred. */
async function readAll(
  transaction: Queryable,
  keys: readonly ParticipationKey[],
  intents: readonly Intent[],
  campaigns: ReadonlyMap<CampaignId, CampaignRules>,
) {
  const [rows, { progress, referrals }, stock, triggerKeys, bookingKeys] = await Promise.all([
    lockParticipations(transaction, keys),
    readProgress(transaction, keys),
    loadStock(transaction, campaigns),
    loadTriggerKeys(transaction, intents, campaigns),
    loadBookingKeys(transaction, intents),
  ]);
  const participations = rows.map(participationFrom);
  const byRow = new Map(
    participations.map((one, n) => [(rows[n]?.campaign_id ?? '') + (rows[n]?.participant_id ?? ''), one]),
  );
  for (const row of progress) {
    const one = byRow.get(row.campaign_id + row.participant_id);
    if (one === undefined) continue;
    const quest: QuestId = idFromUuid('qst', row.subject_id);
    if (campaigns.get(one.campaignId)?.quests.has(quest)) {
      one.completedQuests.add(quest);
    } else {
      const task: TaskId = idFromUuid('tsk', row.subject_id);
      one.completedTasks.set(task, { period: row.period, count: row.count });
    }
  }
  for (const row of referrals) {
    const one = byRow.get(row.campaign_id + row.claimer_id);
    if (one !== undefined) one.referral = { id: idFromUuid('ref', row.id), state: row.state };
  }
  const byKey: ReadonlyMap<string, Participation> = new Map(
    participations.map((one) => [keyOf(one.campaignId, one.person.id), one]),
  );
  return { participations, byKey, stock, triggerKeys, bookingKeys };
}

/** Somebody acts for the first time, or their referrer was named while this waited for their row. */
function lacksSomebody(
  found: ReadonlyMap<string, Participation>,
  keys: readonly ParticipationKey[],
): boolean {
  return keys.some(({ campaignId, participantId }) => {
    const one = found.get(keyOf(campaignId, participantId));
    if (one === undefined) return true;
    return one.referrer !== null && !found.has(keyOf(campaignId, one.referrer));
  });
}

/** Somebody whom an action names was merged into somebody else while their row was waited for. */
export class ParticipantsMerged extends Error {
  readonly #survivors: ReadonlyMap<ParticipantId, ParticipantId>;

  constructor(survivors: ReadonlyMap<ParticipantId, ParticipantId>) {
    super('Participants were merged while their actions waited');
    this.#survivors = survivors;
  }

  /** The same action, of those who answer for the people it names. */
  redirect(intent: Intent): Intent {
    const { action } = intent;
    const now = (id: ParticipantId) => this.#survivors.get(id) ?? id;
    return {
      ...intent,
      participantId: now(intent.participantId),
      action:
        action.kind === 'join' && action.referrer !== null
          ? { ...action, referrer: now(action.referrer) }
          : action,
    };
  }
}

async function refuseMerged(
  transaction: Queryable,
  keys: readonly ParticipationKey[],
  found: ReadonlyMap<string, Participation>,
): Promise<void> {
  const gone = keys.filter((key) => !found.has(keyOf(key.campaignId, key.participantId)));
  if (gone.length === 0) return;
  const merged = await mergedAmong(
    transaction,
    gone.map((key) => uuidOf(key.participantId)),
  );
  if (merged.length === 0) return;
  throw new ParticipantsMerged(
    new Map(merged.map(({ id, survivor }) => [idFromUuid('usr', id), idFromUuid('usr', survivor)])),
  );
}

async function loadTriggerKeys(
  transaction: Queryable,
  intents: readonly Intent[],
  campaigns: ReadonlyMap<CampaignId, CampaignRules>,
): Promise<World['triggerKeys']> {
  const keys: TriggerKey[] = [];
  for (const { action, campaignId, participantId } of intents) {
    const organizationId = campaigns.get(campaignId)?.organization.id;
    if (action.kind !== 'fire_trigger' || action.key === null || organizationId === undefined) continue;
    keys.push({ organizationId, triggerId: action.trigger.id, participantId, key: action.key });
  }
  if (keys.length === 0) return new Map();
  const known = await knownTriggerKeys(transaction, keys);
  return new Map(
    known.map((row) => [
      triggerKey(row.trigger_id, idFromUuid('usr', row.participant_id), row.key),
      idFromUuid('tre', row.id),
    ]),
  );
}

async function loadBookingKeys(
  transaction: Queryable,
  intents: readonly Intent[],
): Promise<World['bookingKeys']> {
  const names: BookingName[] = [];
  for (const { action, campaignId, participantId } of intents) {
    if (action.kind !== 'issue_points' && action.kind !== 'deduct_points') continue;
    names.push({ campaignId, participantId, cause: bookingCause(action) });
  }
  if (names.length === 0) return new Map();
  const known = await knownBookings(transaction, names);
  return new Map(
    known.map((row) => [
      bookingKey(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id), row.cause),
      { id: idFromUuid('txn', row.id), amount: new Decimal(row.amount) },
    ]),
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
    erased: row.erased,
  };
}

function keyOf(campaign: CampaignId, participant: ParticipantId): string {
  return campaign + participant;
}
