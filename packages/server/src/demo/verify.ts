import { setTimeout as pause } from 'node:timers/promises';
import type { Delivery } from '@fanfare/client';
import { Decimal } from 'decimal.js';
import type { DemoApi } from './api.ts';
import { type Account, asPoints, type Books, type Earned, inTenThousandths } from './books.ts';
import { payoutsOf } from './payouts.ts';
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
    yield* checkEarnings(parts, campaign);
  }
  if (parts.stage.webhooks.length === 0) return;
  yield await checkDeliveries(parts);
  yield await checkSignatures(parts);
  for (const webhook of parts.stage.webhooks) {
    if (webhook.format === 'reward') yield await checkCredits(parts, webhook);
    if (webhook.pays) yield await checkPayments(parts, webhook);
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
  for await (const standing of api.items('/v1/campaigns/{id}/leaderboard', { path: { id: campaign.id } })) {
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

/** By reward: how many, and how much of its unit in all. */
type Sums = ReadonlyMap<string, Earned>;

async function* checkEarnings(
  { api, books }: VerifyParts,
  campaign: StageCampaign,
): AsyncGenerator<Finding, void> {
  const found = new Map<string, Earned>();
  const differences: string[] = [];
  const byPayout = new Map<string, Set<string>>();
  let count = 0;
  for await (const earning of api.items('/v1/campaigns/{id}/earnings', { path: { id: campaign.id } })) {
    count += 1;
    if (!books.earnings.has(earning.id)) differences.push(`${earning.id} is in no answer`);
    addTo(found, earning.reward_id, earning.amount);
    if (earning.payout_id === null) continue;
    const together = byPayout.get(earning.payout_id) ?? new Set();
    byPayout.set(earning.payout_id, together.add(earning.id));
  }
  for (const id of books.toldTwice) differences.push(`${id} was given in two answers`);
  const sums = campaign.rewards.map(({ id, name, unit }) => {
    const [held, booked] = [sumOf(found, id), sumOf(books.earned, id)];
    if (held.count !== booked.count || !held.sum.eq(booked.sum)) {
      differences.push(
        `${name}: Fanfare holds ${held.count} earnings of ${held.sum.toFixed()} ${unit}, the answers gave ${booked.count} of ${booked.sum.toFixed()}`,
      );
    }
    return `${held.sum.toFixed()} ${unit}`;
  });
  yield finding(
    `${campaign.name}: ${count.toLocaleString('en')} earnings of ${sums.join(', ')} are the sum of what the answers gave`,
    differences,
  );
  if (campaign.rewards.some(({ paidByWebhook }) => paidByWebhook)) {
    yield await checkPayouts(api, campaign, byPayout, found);
  }
}

/** Every payment was paid, once, and pays earnings that no other one pays. */
async function checkPayouts(
  api: DemoApi,
  campaign: StageCampaign,
  byPayout: ReadonlyMap<string, ReadonlySet<string>>,
  earned: Sums,
): Promise<Finding> {
  const differences: string[] = [];
  const paid = new Map<string, Earned>();
  const paidEarnings = new Set<string>();
  let count = 0;
  let attempts = 0;
  for await (const payout of payoutsOf(api, campaign.id)) {
    const { id, state, reward_id, amount, earning_ids, attempt } = payout;
    count += 1;
    attempts += attempt;
    if (state !== 'paid') differences.push(`${id} is ${state} after ${attempt} attempts`);
    addTo(paid, reward_id, amount);
    for (const earning of earning_ids) {
      if (paidEarnings.has(earning)) differences.push(`${earning} is paid by two payouts, ${id} among them`);
      if (byPayout.get(id)?.has(earning) !== true)
        differences.push(`${earning} does not say that ${id} pays it`);
      paidEarnings.add(earning);
    }
  }
  for (const { id, name, unit, paidByWebhook } of campaign.rewards) {
    if (!paidByWebhook) continue;
    const [claimed, given] = [sumOf(paid, id).sum, sumOf(earned, id).sum];
    if (claimed.gt(given)) {
      differences.push(`${name}: ${claimed.toFixed()} ${unit} were paid, ${given.toFixed()} were earned`);
    }
  }
  const sums = campaign.rewards.filter(({ paidByWebhook }) => paidByWebhook);
  const amounts = sums.map(({ id, unit }) => `${sumOf(paid, id).sum.toFixed()} ${unit}`).join(', ');
  return finding(
    `${campaign.name}: ${count.toLocaleString('en')} payouts of ${amounts}, in ${attempts.toLocaleString('en')} attempts, are paid, and no earning by two of them`,
    differences,
  );
}

function addTo(sums: Map<string, Earned>, reward: string, amount: string): void {
  const { count, sum } = sumOf(sums, reward);
  sums.set(reward, { count: count + 1, sum: sum.plus(amount) });
}

function sumOf(sums: Sums, reward: string): Earned {
  return sums.get(reward) ?? { count: 0, sum: new Exact(0) };
}

const Exact = Decimal.clone({ precision: 100 });

const deliveriesWithinMs = 120_000;
const askEveryMs = 250;

/** Waits until no delivery of the season is open. */
async function checkDeliveries({ api, stage, signal }: VerifyParts): Promise<Finding> {
  const deadline = performance.now() + deliveriesWithinMs;
  const differences: string[] = [];
  const exists = async (webhook: StageWebhook, state: Delivery['state']) => {
    const query = { limit: 1, webhook_id: webhook.id, state };
    return (await api.get('/v1/deliveries', { query })).data.length > 0;
  };
  for (const webhook of stage.webhooks) {
    while ((await exists(webhook, 'pending')) || (await exists(webhook, 'retrying'))) {
      if (performance.now() > deadline) {
        differences.push(`${webhook.name} still has open deliveries after ${deliveriesWithinMs / 1_000} s`);
        break;
      }
      await pause(askEveryMs, undefined, { signal });
    }
    // A payment that failed is asked for anew, by another delivery.
    for (const state of webhook.pays ? (['cancelled'] as const) : (['exhausted', 'cancelled'] as const)) {
      if (await exists(webhook, state)) differences.push(`${webhook.name} has ${state} deliveries`);
    }
  }
  return finding(
    `Every delivery to the ${stage.webhooks.length} webhooks was acknowledged, payments apart`,
    differences,
  );
}

async function checkSignatures({ api, stage }: VerifyParts): Promise<Finding> {
  const differences: string[] = [];
  let requests = 0;
  for (const { name, inbox } of stage.webhooks) {
    for await (const { verification } of api.items('/v1/inboxes/{id}/requests', { path: { id: inbox } })) {
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
  for await (const { body } of api.items('/v1/inboxes/{id}/requests', { path: { id: inbox } })) {
    requests += 1;
    const { id, type, data } = JSON.parse(body) as Credit;
    // At least once: the event's id tells the same credit again.
    if (type !== 'balance.credit_points_issued' || seen.has(id) || data.transaction === undefined) continue;
    seen.add(id);
    const sum = received.get(data.user.id) ?? 0n;
    received.set(data.user.id, sum + inTenThousandths(data.transaction.amount));
  }
  if (requests >= requestsSurelyKept) return notAddedUp(name);
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

interface PaymentRequest {
  readonly event: {
    readonly name: string;
    readonly data: { readonly paymentId: string; readonly attempt: number };
  };
}

/** What the paying system saw: of each payment attempts one after the other, the last of them paid, and no other. */
async function checkPayments({ api }: VerifyParts, { name, inbox }: StageWebhook): Promise<Finding> {
  const attempts = new Map<string, { readonly attempt: number; readonly paid: boolean }[]>();
  let requests = 0;
  for await (const { body, answered } of api.items('/v1/inboxes/{id}/requests', { path: { id: inbox } })) {
    requests += 1;
    const { paymentId, attempt } = (JSON.parse(body) as PaymentRequest).event.data;
    const paid = answered.status !== null && answered.status >= 200 && answered.status < 300;
    attempts.set(paymentId, [...(attempts.get(paymentId) ?? []), { attempt, paid }]);
  }
  if (requests >= requestsSurelyKept) return notAddedUp(name);
  const differences: string[] = [];
  for (const [id, newestFirst] of attempts) {
    const story = newestFirst.reverse();
    const inOrder = story.every(({ attempt }, index) => attempt === index + 1);
    const paidLast = story.every(({ paid }, index) => paid === (index === story.length - 1));
    if (inOrder && paidLast) continue;
    const told = story.map(({ attempt, paid }) => `${attempt} ${paid ? 'paid' : 'failed'}`).join(', ');
    differences.push(`${id} was asked for in these attempts: ${told}`);
  }
  return finding(
    `${name}: ${attempts.size.toLocaleString('en')} payments were asked for ${requests.toLocaleString('en')} times, and each was paid once`,
    differences,
  );
}

function notAddedUp(name: string): Finding {
  const kept = requestsSurelyKept.toLocaleString('en');
  return finding(`${name}: not added up, since its inbox keeps the newest ${kept} requests alone`, []);
}
