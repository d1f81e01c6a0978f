import type { ActionOutcome } from '@fanfare/client';
import { Decimal } from 'decimal.js';
import type { SeasonAction } from './season.ts';

/** What one person got in one campaign, by the answers to the season's own calls. In ten-thousandths of a point. */
export interface Account {
  readonly participantId: string;
  readonly externalId: string;
  /** What they did themselves gave. */
  own: bigint;
  /** Of that, what was taken from them again. */
  taken: bigint;
  /** What those whom they referred gave them. */
  bonus: bigint;
  /** Their best score in the game. */
  best: number | null;
  /** Their own referral has converted: from then on their tasks give their referrer a bonus. */
  converted: boolean;
}

/** How many earnings of one reward, and how much of its unit in all. */
export interface Earned {
  readonly count: number;
  readonly sum: Decimal;
}

/** Adds up what answers say was given: what the API is asked for in the end must be the same. */
export interface Books {
  book(action: SeasonAction, outcome: ActionOutcome): void;
  /** By campaign, then by the person's index. */
  readonly campaigns: readonly ReadonlyMap<number, Account>[];
  /** By reward. */
  readonly earned: ReadonlyMap<string, Earned>;
  /** Ids of all of them. */
  readonly earnings: ReadonlySet<string>;
  /** Those that two answers gave. */
  readonly toldTwice: readonly string[];
}

/** As many digits as a stock may have; the library's own 20 would round. */
const Exact = Decimal.clone({ precision: 100 });

export function keepBooks(settings: {
  readonly campaigns: number;
  readonly initialPoints: number;
  readonly bonusPercent: number;
}): Books {
  const campaigns = Array.from({ length: settings.campaigns }, () => new Map<number, Account>());
  const earned = new Map<string, Earned>();
  const earnings = new Set<string>();
  const toldTwice: string[] = [];
  const initial = inTenThousandths(settings.initialPoints);

  function accountOf({ person, step }: SeasonAction, outcome: ActionOutcome): Account {
    const accounts = campaigns[step.campaign];
    if (accounts === undefined) throw new Error(`There is no campaign ${step.campaign}`);
    const found = accounts.get(person.index);
    if (found !== undefined) return found;
    const opened: Account = {
      participantId: outcome.participant_id,
      externalId: person.externalId,
      own: 0n,
      taken: 0n,
      bonus: 0n,
      best: null,
      converted: false,
    };
    accounts.set(person.index, opened);
    return opened;
  }

  return {
    campaigns,
    earned,
    earnings,
    toldTwice,
    book(action, outcome) {
      if (outcome.repeated) return;
      const { person, step } = action;
      if (step.act.kind === 'sign_in') return;
      const account = accountOf(action, outcome);
      if (step.act.kind === 'play' && step.act.score !== null) {
        account.best = Math.max(account.best ?? 0, step.act.score);
      }
      if (outcome.joined) account.own += initial;
      if (outcome.transaction !== null) {
        const amount = inTenThousandths(outcome.transaction.amount);
        account.own += amount;
        if (amount < 0n) account.taken -= amount;
      }
      for (const { points } of outcome.quests) account.own += inTenThousandths(points);

      for (const { id, reward_id, amount } of outcome.earnings) {
        if (earnings.has(id)) toldTwice.push(id);
        earnings.add(id);
        const before = earned.get(reward_id) ?? { count: 0, sum: new Exact(0) };
        earned.set(reward_id, { count: before.count + 1, sum: before.sum.plus(amount) });
      }

      const referrer =
        person.memberships.find(({ campaign }) => campaign === step.campaign)?.referrer ?? null;
      if (outcome.completion === null || referrer === null) return;
      // The first task after qualifying converts, and from that one on each gives a bonus.
      account.converted ||= outcome.events.some(({ type }) => type === 'referral.converted');
      const theirs = campaigns[step.campaign]?.get(referrer);
      if (!account.converted || theirs === undefined) return;
      theirs.bonus += shareOf(inTenThousandths(outcome.completion.points), settings.bonusPercent);
    },
  };
}

/** Exact: a number of points has at most 4 decimal places and 15 digits, which JSON and a double hold as written. */
export function inTenThousandths(points: number): bigint {
  return BigInt(new Exact(points).times(10_000).toFixed(0));
}

export function asPoints(tenThousandths: bigint): string {
  return new Exact(tenThousandths.toString()).div(10_000).toFixed();
}

/** A whole percentage, half a ten-thousandth up. */
function shareOf(points: bigint, percent: number): bigint {
  return (points * BigInt(percent) + 50n) / 100n;
}
