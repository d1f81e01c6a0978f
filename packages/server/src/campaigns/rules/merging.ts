import type { Decimal } from 'decimal.js';
import type { ParticipantId, TaskId } from '../../ids.ts';
import type { Action, Doubled } from './action.ts';
import { correct } from './corrections.ts';
import { inactivity } from './joining.ts';
import { exact, multiplierLimit, pointLimit } from './points.ts';
import { qualify } from './qualification.ts';
import { completeQuest } from './quests.ts';
import { newerPeriod } from './recurrence.ts';
import type { CampaignRules, Participation, QuestRules } from './state.ts';
import { refuse, type Turn } from './turn.ts';

type Merge = Extract<Action, { kind: 'merge' }>;

/**
 * Two participants turn out to be one person: the one who acts takes in what the absorbed one has in this campaign.
 *
 * What both had counts together. What may happen once counts once, as the survivor did it: the points that the
 * absorbed one was given for the same are taken back, as far as there are any. Nobody refers themselves, and the
 * referrer of the earlier join stays. Possible in whatever state the campaign is; quests that only both together have
 * done are completed where something can still be done.
 */
export function mergeParticipation(turn: Turn, { absorbed: id, doubled }: Merge): void {
  const absorbed = turn.world.participation(turn.campaign.id, id);
  if (absorbed === undefined) throw new Error(`the participation of ${id} was not loaded`);
  const survivor = turn.edit(turn.actor);
  const united = unite(survivor, turn.edit(absorbed), {
    campaign: turn.campaign,
    doubled,
    joinedAt: (who) => turn.world.participation(turn.campaign.id, who)?.joinedAt ?? null,
  });
  if (united.total.gte(pointLimit)) {
    refuse(
      'amount_out_of_range',
      `Together they would have ${united.total.toFixed()} points in the campaign "${turn.campaign.name}", expected less than 10^11. Deduct points first.`,
    );
  }
  if (united.multiplierPercent.gte(multiplierLimit)) {
    refuse(
      'amount_out_of_range',
      `Together they would have a multiplier of ${united.multiplierPercent.toFixed()} % in the campaign "${turn.campaign.name}", expected less than 100000 %. Lower it on tasks first.`,
    );
  }
  for (const { id: referral, referrer } of united.dropped) {
    turn.changes.push({ kind: 'referral_dropped', id: referral });
    const known = turn.world.participation(turn.campaign.id, referrer);
    if (known !== undefined && known !== survivor && known !== absorbed) turn.edit(known).referralCount -= 1;
  }
  take(turn, survivor, united);
  empty(turn, absorbed);
  takeBack(turn, survivor, id, united.takenBack);
  // Only now, so that points that are taken back qualify nobody.
  survivor.referral = united.referral;
  qualify(turn, survivor);
  completeTogether(turn);
}

/** Two participations as one. */
export interface United
  extends Pick<
    Participation,
    | 'joinedAt'
    | 'referrer'
    | 'referral'
    | 'team'
    | 'multiplierPercent'
    | 'total'
    | 'referralPoints'
    | 'ugcPoints'
    | 'referralCount'
    | 'bestScore'
    | 'seq'
    | 'completedTasks'
    | 'completedQuests'
  > {
  /** Referrals that are none any more. */
  readonly dropped: readonly {
    readonly id: NonNullable<Participation['referral']>['id'];
    readonly referrer: ParticipantId;
  }[];
  /** Points to take back, by the bucket they count in; each more than zero. The total still holds them. */
  readonly takenBack: ReadonlyMap<'correction' | 'referral' | 'ugc', Decimal>;
}

/** Pure: neither participation is changed. */
export function unite(
  survivor: Participation,
  absorbed: Participation,
  known: {
    readonly campaign: Pick<CampaignRules, 'tasks'>;
    readonly doubled: Doubled;
    /** When somebody who referred one of the two joined. */
    readonly joinedAt: (referrer: ParticipantId) => Date | null;
  },
): United {
  const { campaign, doubled } = known;
  const joinedAt = earlier(survivor.joinedAt, absorbed.joinedAt);
  const completedTasks = unitedTasks(survivor, absorbed, doubled);
  const { kept, dropped } = unitedReferral(survivor, absorbed, (referrer) => {
    if (referrer === survivor.person.id || referrer === absorbed.person.id) return false;
    const since = known.joinedAt(referrer);
    return since !== null && joinedAt !== null && since <= joinedAt;
  });
  const own = dropped.filter(
    ({ referrer }) => referrer === survivor.person.id || referrer === absorbed.person.id,
  );
  return {
    joinedAt,
    referrer: kept?.referrer ?? null,
    referral: kept?.referral ?? null,
    dropped: dropped.map(({ referral, referrer }) => ({ id: referral.id, referrer })),
    team: survivor.team ?? absorbed.team,
    multiplierPercent: [...completedTasks.keys()].reduce(
      (sum, task) => sum.plus(campaign.tasks.get(task)?.multiplierPercent ?? 0),
      exact(0),
    ),
    total: exact(survivor.total).plus(absorbed.total),
    referralPoints: exact(survivor.referralPoints).plus(absorbed.referralPoints),
    ugcPoints: exact(survivor.ugcPoints).plus(absorbed.ugcPoints),
    referralCount: survivor.referralCount + absorbed.referralCount - own.length,
    bestScore: higher(survivor.bestScore, absorbed.bestScore),
    seq: Math.max(survivor.seq, absorbed.seq),
    completedTasks,
    completedQuests: new Set([...survivor.completedQuests, ...absorbed.completedQuests]),
    takenBack: sumByBucket(doubled),
  };
}

function unitedTasks(
  survivor: Participation,
  absorbed: Participation,
  { completions }: Doubled,
): Map<TaskId, { period: string; count: number }> {
  const tasks = new Map(survivor.completedTasks);
  for (const [task, theirs] of absorbed.completedTasks) {
    const twice = completions.filter((one) => one === task).length;
    const own = tasks.get(task);
    tasks.set(task, {
      period: own === undefined ? theirs.period : newerPeriod(own.period, theirs.period),
      count: (own?.count ?? 0) + theirs.count - twice,
    });
  }
  return tasks;
}

type Referred = Participation & {
  readonly referral: NonNullable<Participation['referral']>;
  readonly referrer: ParticipantId;
};

/**
 * Of those that may stay, the referral of the earlier join, else the survivor's. A referrer who joined only after the
 * united participation began may not: somebody who is there already cannot be brought, and referrals would form
 * circles.
 */
function unitedReferral(
  survivor: Participation,
  absorbed: Participation,
  mayStay: (referrer: ParticipantId) => boolean,
): { readonly kept: Referred | null; readonly dropped: readonly Referred[] } {
  const referred = [survivor, absorbed].filter(isReferred);
  const candidates = referred.filter(({ referrer }) => mayStay(referrer));
  const [first, second] = candidates;
  const kept =
    first !== undefined && second !== undefined && isEarlier(second, first) ? second : (first ?? null);
  return { kept, dropped: referred.filter((one) => one !== kept) };
}

function isReferred(one: Participation): one is Referred {
  return one.referral !== null && one.referrer !== null;
}

function isEarlier(a: Participation, b: Participation): boolean {
  return a.joinedAt !== null && (b.joinedAt === null || a.joinedAt < b.joinedAt);
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a <= b ? a : b;
}

function higher(a: Decimal | null, b: Decimal | null): Decimal | null {
  if (a === null || b === null) return a ?? b;
  return a.gte(b) ? a : b;
}

/** Points that were taken from both stay taken: they were spent. */
function sumByBucket({ entries }: Doubled): United['takenBack'] {
  const sums = new Map<'correction' | 'referral' | 'ugc', Decimal>();
  for (const { bucket, amount } of entries) {
    if (amount.lte(0)) continue;
    // What counts as referral or user-generated points must leave those counters too.
    const from = bucket === 'referral' || bucket === 'ugc' ? bucket : 'correction';
    sums.set(from, exact(sums.get(from) ?? 0).plus(amount));
  }
  return sums;
}

function take(turn: Turn, survivor: Participation, united: United): void {
  const { completedTasks, completedQuests, dropped: _, takenBack: __, ...counters } = united;
  replaceProgress(turn, survivor, completedTasks, completedQuests);
  Object.assign(survivor, counters, { referral: null });
}

function empty(turn: Turn, absorbed: Participation): void {
  replaceProgress(turn, absorbed, new Map(), new Set());
  Object.assign(absorbed, {
    referrer: null,
    referral: null,
    multiplierPercent: exact(0),
    total: exact(0),
    referralPoints: exact(0),
    ugcPoints: exact(0),
    referralCount: 0,
    bestScore: null,
  });
}

function replaceProgress(
  turn: Turn,
  whose: Participation,
  tasks: Participation['completedTasks'],
  quests: Participation['completedQuests'],
): void {
  const { completedTasks, completedQuests } = whose;
  const before = { tasks: new Map(completedTasks), quests: new Set(completedQuests) };
  const put = (from: typeof before) => {
    completedTasks.clear();
    completedQuests.clear();
    for (const [id, done] of from.tasks) completedTasks.set(id, done);
    for (const id of from.quests) completedQuests.add(id);
  };
  turn.onUndo(() => put(before));
  put({ tasks, quests });
}

/** Never more than there is, of the total and of the counter that the bucket moves. */
function takeBack(
  turn: Turn,
  survivor: Participation,
  absorbed: ParticipantId,
  sums: United['takenBack'],
): void {
  const parts = {
    correction: survivor.total,
    referral: survivor.referralPoints,
    ugc: survivor.ugcPoints,
  };
  for (const [bucket, sum] of sums) {
    const part = parts[bucket];
    correct(turn, survivor, {
      amount: (sum.lt(part) ? sum : part).neg(),
      bucket,
      cause: `merge:${absorbed}`,
      note: `Given twice, as ${survivor.person.id} and as ${absorbed}`,
    });
  }
}

/** No task is left that could complete these quests. One whose reward is used up stays open. */
function completeTogether(turn: Turn): void {
  if (turn.actor.joinedAt === null || inactivity(turn.campaign, turn.at) !== null) return;
  for (const quest of turn.campaign.quests.values()) {
    if (!isInStock(turn, quest)) continue;
    const [id] = quest.tasks;
    const last = id === undefined ? undefined : turn.campaign.tasks.get(id);
    if (last !== undefined) completeQuest(turn, last, { account: null, score: null });
  }
}

function isInStock({ world, actor }: Turn, { reward }: QuestRules): boolean {
  const left = reward === null ? undefined : world.stock.get(reward.id);
  return reward === null || left === undefined || actor.person.test || left.gte(reward.amount);
}
