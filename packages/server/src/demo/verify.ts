import { setTimeout as pause } from 'node:timers/promises';
import { Decimal } from 'decimal.js';
import { type DemoApi, everyItem } from './api.ts';
import { type Account, asPoints, type Books, inTenThousandths } from './books.ts';
import type { Stage, StageCampaign, StageWebhook } from './stage.ts';

/** One thing that must be true when a season is over. */
export interface Finding {
  readonly ok: boolean;
  /** What was compared, with the figures. */
  readonly text: string;
  /** The first of what differs. */
  readonly differences: readonly string[];
}

interface VerifyParts {
  readonly api: DemoApi;
  readonly stage: Stage;
  readonly books: Books;
  readonly signal: AbortSignal;
}

const differencesShown = 5;

/**
 * Asks the API what it holds and compares it with what its own answers said during the season. Nobody else may act in
 * the season's campaigns meanwhile.
 */
export async function* verifySeason(parts: VerifyParts): AsyncGenerator<Finding, void> {
  for (const [index, campaign] of parts.stage.campaigns.entries()) {
    yield* checkTotals(parts, campaign, parts.books.campaigns[index] ?? new Map());
    yield await checkEarnings(parts, campaign);
  }
  if (parts.stage.webhooks.length === 0) return;
  yield await checkDeliveries(parts);
  yield await checkSignatures(parts);
  for (const webhook of parts.stage.webhooks) {
    if (webhook.format === 'reward') yield await checkCredits(parts, webhook);
  }
}

function finding(text: string, differences: readonly string[]): Finding {
  const shown = differences.slice(0, differencesShown);
  const more = differences.length - shown.length;
  return {
    ok: differences.length === 0,
    text,
    differences: more > 0 ? [...shown, `and ${more.toLocaleString('en')} more`] : shown,
  };
}

interface Standing {
  readonly participant_id: string;
  readonly external_id: string | null;
  readonly total_points: number;
  readonly referral_points: number;
  readonly rank: number | null;
  readonly best_score: number | null;
}

async function* checkTotals(
  { api }: VerifyParts,
  campaign: StageCampaign,
  accounts: ReadonlyMap<number, Account>,
): AsyncGenerator<Finding, void> {
  const expected = new Map([...accounts.values()].map((account) => [account.participantId, account]));
  const totals: string[] = [];
  const ranks: string[] = [];
  const scores: string[] = [];
  let players = 0;
  let people = 0;
  let sum = 0n;
  let bonuses = 0n;
  let rank = 0;
  let previous: bigint | null = null;
  for await (const standing of everyItem<Standing>(api, `/v1/campaigns/${campaign.id}/leaderboard`)) {
    people += 1;
    const total = inTenThousandths(standing.total_points);
    const bonus = inTenThousandths(standing.referral_points);
    sum += total;
    bonuses += bonus;
    const account = expected.get(standing.participant_id);
    expected.delete(standing.participant_id);
    const who = standing.external_id ?? standing.participant_id;
    const own = (account?.own ?? 0n) + (account?.bonus ?? 0n);
    if (total !== own || bonus !== (account?.bonus ?? 0n)) {
      totals.push(
        `${who} has ${asPoints(total)} points, ${asPoints(bonus)} of them for referrals; the answers add up to ${asPoints(own)} and ${asPoints(account?.bonus ?? 0n)}`,
      );
    }
    if (standing.best_score !== null) players += 1;
    if (standing.best_score !== (account?.best ?? null)) {
      scores.push(
        `${who} has the best score ${standing.best_score}, and played ${account?.best ?? null} at best`,
      );
    }
    if (total !== previous) rank = people;
    if (previous !== null && total > previous) ranks.push(`${who} comes after somebody with fewer points`);
    if (standing.rank !== rank) ranks.push(`${who} is said to be ${standing.rank}, and stands at ${rank}`);
    previous = total;
  }
  for (const { externalId, own, bonus } of expected.values()) {
    if (own + bonus !== 0n) totals.push(`${externalId} is missing, with ${asPoints(own + bonus)} points`);
  }
  const count = people.toLocaleString('en');
  yield finding(
    `${campaign.name}: the totals of ${count} people, ${asPoints(sum)} points in all, ${asPoints(bonuses)} of them for referrals, are the sum of what the answers gave`,
    totals,
  );
  yield finding(
    `${campaign.name}: ${count} people stand on the leaderboard where their points put them`,
    ranks,
  );
  yield finding(
    `${campaign.name}: the best scores of ${players.toLocaleString('en')} players are the highest they played`,
    scores,
  );
}

interface EarningEvent {
  readonly data: {
    readonly earning_id: string;
    readonly amount: string;
    readonly reward: { readonly id: string };
  };
}

async function checkEarnings({ api, books }: VerifyParts, campaign: StageCampaign): Promise<Finding> {
  const found = new Map<string, { count: number; sum: Decimal }>();
  const path = `/v1/events?type=earning.created&campaign_id=${campaign.id}`;
  const differences: string[] = [];
  const seen = new Set<string>();
  for await (const { data } of everyItem<EarningEvent>(api, path)) {
    if (seen.has(data.earning_id)) differences.push(`${data.earning_id} was told of twice`);
    seen.add(data.earning_id);
    const before = found.get(data.reward.id) ?? { count: 0, sum: new Exact(0) };
    found.set(data.reward.id, { count: before.count + 1, sum: before.sum.plus(data.amount) });
  }
  const sums = campaign.rewards.map(({ id, name, unit }) => {
    const { count, sum } = found.get(id) ?? { count: 0, sum: new Exact(0) };
    const booked = books.earned.get(id) ?? { count: 0, sum: new Exact(0) };
    if (count !== booked.count || !sum.eq(booked.sum)) {
      differences.push(
        `${name}: events tell of ${count} earnings of ${sum.toFixed()} ${unit}, answers of ${booked.count} of ${booked.sum.toFixed()}`,
      );
    }
    return `${sum.toFixed()} ${unit}`;
  });
  for (const id of books.told) differences.push(`${id} was given in two answers`);
  return finding(
    `${campaign.name}: ${seen.size.toLocaleString('en')} earnings of ${sums.join(', ')} are the sum of what the answers gave`,
    differences,
  );
}

const Exact = Decimal.clone({ precision: 100 });

const deliveriesWithinMs = 120_000;
const askEveryMs = 250;

/** Waits until no delivery of the season is open. */
async function checkDeliveries({ api, stage, signal }: VerifyParts): Promise<Finding> {
  const deadline = performance.now() + deliveriesWithinMs;
  const differences: string[] = [];
  const exists = async (webhook: StageWebhook, state: string) => {
    const path = `/v1/deliveries?limit=1&webhook_id=${webhook.id}&state=${state}`;
    return (await api.get<{ data: unknown[] }>(path)).data.length > 0;
  };
  for (const webhook of stage.webhooks) {
    while ((await exists(webhook, 'pending')) || (await exists(webhook, 'retrying'))) {
      if (performance.now() > deadline) {
        differences.push(`${webhook.name} still has open deliveries after ${deliveriesWithinMs / 1_000} s`);
        break;
      }
      await pause(askEveryMs, undefined, { signal });
    }
    for (const state of ['exhausted', 'cancelled']) {
      if (await exists(webhook, state)) differences.push(`${webhook.name} has ${state} deliveries`);
    }
  }
  return finding(`Every delivery to the ${stage.webhooks.length} webhooks was acknowledged`, differences);
}

export interface InboxRequest {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly verification: { readonly verified: boolean; readonly reason: string | null };
}

async function checkSignatures({ api, stage }: VerifyParts): Promise<Finding> {
  const differences: string[] = [];
  let requests = 0;
  for (const { name, inbox } of stage.webhooks) {
    for await (const { verification } of everyItem<InboxRequest>(api, `/v1/inboxes/${inbox}/requests`)) {
      requests += 1;
      if (!verification.verified) differences.push(`${name} got a request unsigned: ${verification.reason}`);
    }
  }
  return finding(
    `The signatures of ${requests.toLocaleString('en')} requests in the inboxes verify`,
    differences,
  );
}

interface Credit {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly user: { readonly id: string };
    readonly transaction?: { readonly amount: number };
  };
}

/** An inbox keeps at least so many of the newest requests; where there are more, older ones may be gone. */
const requestsSurelyKept = 1_000;

/** What a receiver of Reward's format can add up: every point that anybody was given. */
async function checkCredits({ api, books }: VerifyParts, { name, inbox }: StageWebhook): Promise<Finding> {
  const received = new Map<string, bigint>();
  const seen = new Set<string>();
  let requests = 0;
  for await (const { body } of everyItem<InboxRequest>(api, `/v1/inboxes/${inbox}/requests`)) {
    requests += 1;
    const { id, type, data } = JSON.parse(body) as Credit;
    // At least once: the event's id tells the same credit again.
    if (type !== 'balance.credit_points_issued' || seen.has(id) || data.transaction === undefined) continue;
    seen.add(id);
    const sum = received.get(data.user.id) ?? 0n;
    received.set(data.user.id, sum + inTenThousandths(data.transaction.amount));
  }
  if (requests >= requestsSurelyKept) {
    return finding(
      `${name}: not added up, since its inbox keeps the newest ${requestsSurelyKept.toLocaleString('en')} requests alone`,
      [],
    );
  }
  const given = new Map<string, bigint>();
  for (const accounts of books.campaigns) {
    for (const { externalId, own, bonus, taken } of accounts.values()) {
      given.set(externalId, (given.get(externalId) ?? 0n) + own + bonus + taken);
    }
  }
  const differences: string[] = [];
  for (const who of new Set([...given.keys(), ...received.keys()])) {
    const [told, booked] = [received.get(who) ?? 0n, given.get(who) ?? 0n];
    if (told === booked) continue;
    differences.push(
      `${who} was credited ${asPoints(told)} points by webhook, ${asPoints(booked)} by answers`,
    );
  }
  const sum = [...received.values()].reduce((total, points) => total + points, 0n);
  return finding(
    `${name}: the ${seen.size.toLocaleString('en')} credits its inbox got, ${asPoints(sum)} points, are what everybody was given`,
    differences,
  );
}
