import { Decimal } from 'decimal.js';
import {
  type CampaignId,
  idFromUuid,
  type ParticipantId,
  type QuestId,
  type RewardId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../../ids.ts';
import {
  type CausedEarning,
  type CorrectionChanges,
  findQuestCompletions,
  knownRecalculations,
  type PastCompletionRow,
  type Queryable,
  type RevocableRow,
  readEarningsOf,
  readLedgerOf,
  readRevocable,
  readStandingCompletions,
} from '../../storage/index.ts';
import {
  type CampaignRules,
  type Change,
  type Corrections,
  type Earning,
  type Intent,
  type Participation,
  type PastCompletion,
  recalculationKey,
} from '../rules/index.ts';

import { earningOf } from './payouts.ts';

interface Loading {
  readonly transaction: Queryable;
  readonly campaigns: ReadonlyMap<CampaignId, CampaignRules>;
  readonly participation: (campaign: CampaignId, participant: ParticipantId) => Participation | undefined;
}

/** What corrections need for these intents; asks nothing when nobody is corrected. */
export async function loadCorrections(loading: Loading, intents: readonly Intent[]): Promise<Corrections> {
  const completions = new Map<PastCompletion['id'], PastCompletion>();
  const recalculated = new Set<string>();
  const corrected = intents.some(
    ({ action: { kind } }) => kind === 'revoke_completion' || kind === 'recalculate',
  );
  if (!corrected) return { completions, recalculated };
  // Those to be revoked come with more, so they go last.
  const rows = new Map<string, PastCompletionRow | RevocableRow>();
  for (const row of await standing(loading, intents, recalculated)) rows.set(row.id, row);
  for (const row of await revocable(loading, intents)) rows.set(row.id, row);
  for (const one of await withWhatTheyBrought(loading, [...rows.values()])) completions.set(one.id, one);
  return { completions, recalculated };
}

async function standing(
  { transaction }: Loading,
  intents: readonly Intent[],
  recalculated: Set<string>,
): Promise<readonly PastCompletionRow[]> {
  const keys = intents.flatMap(({ action, campaignId, participantId }) =>
    action.kind === 'recalculate'
      ? [{ campaignId, participantId, recalculationId: action.recalculation }]
      : [],
  );
  if (keys.length === 0) return [];
  for (const row of await knownRecalculations(transaction, keys)) {
    const recalculation = idFromUuid('job', row.recalculation_id);
    recalculated.add(recalculationKey(recalculation, idFromUuid('usr', row.participant_id)));
  }
  return readStandingCompletions(transaction, keys);
}

/** The completions to be revoked, and those of their quests. */
async function revocable(
  { transaction, campaigns }: Loading,
  intents: readonly Intent[],
): Promise<readonly RevocableRow[]> {
  const ids = intents.flatMap(({ action }) =>
    action.kind === 'revoke_completion' ? [uuidOf(action.completion)] : [],
  );
  if (ids.length === 0) return [];
  const rows = await readRevocable(transaction, ids);
  const quests = rows.flatMap((row) => {
    const task: TaskId = idFromUuid('tsk', row.subject_id);
    const rules = campaigns.get(idFromUuid('cmp', row.campaign_id))?.tasks.get(task);
    const participantId: ParticipantId = idFromUuid('usr', row.participant_id);
    return rules === undefined ? [] : [{ questId: rules.questId, participantId }];
  });
  const questCompletions = quests.length === 0 ? [] : await findQuestCompletions(transaction, quests);
  return questCompletions.length === 0
    ? rows
    : [...rows, ...(await readRevocable(transaction, questCompletions))];
}

/** With their points as the ledger has them, and the rewards they earned. */
async function withWhatTheyBrought(
  loading: Loading,
  rows: readonly (PastCompletionRow | RevocableRow)[],
): Promise<readonly PastCompletion[]> {
  const { transaction, campaigns, participation } = loading;
  const known = rows.flatMap((row) => {
    const whose = participation(idFromUuid('cmp', row.campaign_id), idFromUuid('usr', row.participant_id));
    return whose === undefined ? [] : [{ row, whose, id: idFromUuid('cpl', row.id) }];
  });
  const own = known.map(({ id, whose }) => ({ ...keyOf(whose), cause: id }));
  const referrers = known.flatMap(({ id, whose, row }) =>
    row.bonus_referrer_id !== null || whose.referrer === null
      ? []
      : [{ campaignId: whose.campaignId, participantId: whose.referrer, cause: id }],
  );
  // Rewards are not recalculated, only taken back.
  const taken = own.filter((_, n) => known[n] !== undefined && 'earlier_period' in known[n].row);
  const entries = byCause(await readLedgerOf(transaction, [...own, ...referrers]));
  const earnings = byCause(taken.length === 0 ? [] : await readEarningsOf(transaction, taken));

  return known.map(({ row, whose, id }) => {
    const rules = campaigns.get(whose.campaignId);
    const booked = entries.get(id) ?? [];
    const entry = booked.find((one) => one.participant_id === row.participant_id);
    const brought = earnings.get(id) ?? [];
    const quest: QuestId = idFromUuid('qst', row.subject_id);
    const task: TaskId = idFromUuid('tsk', row.subject_id);
    return {
      id,
      participation: whose,
      subject: rules?.quests.has(quest) ? quest : task,
      period: row.period,
      multiplierPercent: row.multiplier_percent === null ? null : new Decimal(row.multiplier_percent),
      byTrigger: row.by_trigger,
      ugc: entry === undefined ? (rules?.tasks.get(task)?.ugc ?? false) : entry.bucket === 'ugc',
      worth: new Decimal(row.worth),
      bonus: decimal(bonusOf(row, whose, booked)),
      rewardPoints: brought
        .filter((one) => one.in_points)
        .reduce((sum, { amount }) => sum.plus(amount), new Decimal(0)),
      earnings: brought.flatMap((one) =>
        one.in_points || rules === undefined ? [] : [earningFrom(rules, one)],
      ),
      multiplierRaise: 'multiplier_raise' in row ? decimal(row.multiplier_raise) : null,
      earlierPeriod: 'earlier_period' in row ? row.earlier_period : null,
      revokedAt: row.revoked_at,
    };
  });
}

/** What is the present referrer's. A bonus that went to somebody else, before a merge of participants, stays there. */
function bonusOf(
  { bonus, bonus_referrer_id, participant_id }: PastCompletionRow,
  { referrer }: Participation,
  booked: readonly { readonly participant_id: Uuid; readonly amount: string }[],
): string | null {
  if (referrer === null) return null;
  if (bonus_referrer_id !== null) return idFromUuid('usr', bonus_referrer_id) === referrer ? bonus : null;
  const entry = booked.find((one) => one.participant_id !== participant_id);
  return entry === undefined ? null : (bonus ?? entry.amount);
}

function byCause<Row extends { readonly cause: string }>(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const some = grouped.get(row.cause);
    if (some === undefined) grouped.set(row.cause, [row]);
    else some.push(row);
  }
  return grouped;
}

function keyOf({ campaignId, person }: Participation) {
  return { campaignId, participantId: person.id };
}

function decimal(text: string | null): Decimal | null {
  return text === null ? null : new Decimal(text);
}

/** What a batch corrected, as rows to write; null when nothing was. */
export function correctionRows(changes: readonly Change[]): CorrectionChanges | null {
  const revocations: CorrectionChanges['revocations'][number][] = [];
  const revaluations: CorrectionChanges['revaluations'][number][] = [];
  const recalculations: CorrectionChanges['recalculations'][number][] = [];
  for (const change of changes) {
    if (change.kind === 'revocation') {
      const { completion, reason, at } = change;
      revocations.push({
        ...keyOf(completion.participation),
        completionId: completion.id,
        subjectId: completion.subject,
        reason,
        at,
      });
    }
    if (change.kind === 'revaluation') {
      const { id, worth, bonus } = change.completion;
      revaluations.push({ completionId: id, worth: worth.toFixed(), bonus: bonus?.toFixed() ?? null });
    }
    if (change.kind === 'recalculation') {
      const { completions, points, missing, referrer, bonus, bonusMissing } = change.difference;
      recalculations.push({
        ...keyOf(change.participation),
        recalculationId: change.recalculation,
        completions,
        points: points.toFixed(),
        missing: missing.toFixed(),
        referrerId: referrer,
        bonus: bonus.toFixed(),
        bonusMissing: bonusMissing.toFixed(),
      });
    }
  }
  if (revocations.length + revaluations.length + recalculations.length === 0) return null;
  return { revocations, revaluations, recalculations };
}

function earningFrom(rules: CampaignRules, row: CausedEarning): Earning {
  const reward: RewardId = idFromUuid('rwd', row.reward_id);
  const places = rules.rewards.get(reward)?.decimals;
  if (places === undefined) throw new Error(`the reward ${reward} of an earning was not loaded`);
  return earningOf(row, places);
}
