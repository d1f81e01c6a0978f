import type { Caller } from './caller.ts';
import type { Receivers } from './receivers.ts';

/** What one round needs: a campaign in which everything can happen, and webhooks that hear of it. */
export interface World {
  readonly round: number;
  readonly campaign: string;
  readonly tasks: {
    readonly once: string;
    readonly after: string;
    readonly mine: string;
    readonly dig: string;
  };
  readonly trigger: string;
  readonly game: string;
  readonly people: readonly string[];
  /** Does what the others do, and counts nowhere. */
  readonly tester: string;
  /** Names of receivers, by what they are. */
  readonly receivers: Readonly<Record<ReceiverName, string>>;
  readonly webhooks: Readonly<Record<ReceiverName, string>>;
  /** By `Date.now()`. */
  readonly openedAt: number;
}

export const receiverNames = [
  'everybody',
  'claimr',
  'chainvine',
  'reward',
  'slow',
  'ailing',
  'log',
  'late',
] as const;
export type ReceiverName = (typeof receiverNames)[number];

interface Plan {
  readonly format: string;
  /** Of the round's campaign alone; otherwise of everything in the organization. */
  readonly pinned: boolean;
  readonly settings?: object;
  readonly slowestMs?: number;
  readonly keepBodies: boolean;
}

const plans: Readonly<Record<ReceiverName, Plan>> = {
  everybody: {
    format: 'standard',
    pinned: true,
    settings: { include_test_participants: true },
    keepBodies: true,
  },
  claimr: {
    format: 'claimr',
    pinned: true,
    settings: { events: ['user_activity', 'user_login', 'user_reward', 'referral'] },
    keepBodies: true,
  },
  chainvine: { format: 'chainvine', pinned: true, keepBodies: true },
  reward: { format: 'reward', pinned: true, keepBodies: true },
  slow: {
    format: 'cloudevents',
    pinned: true,
    settings: { rate_limit: { per_second: 100 } },
    slowestMs: 400,
    keepBodies: false,
  },
  ailing: { format: 'gamify-route', pinned: true, keepBodies: false },
  log: { format: 'standard', pinned: false, settings: { events: ['trigger.fired'] }, keepBodies: false },
  // Becomes active in the middle of the round, and is sent what it missed by a replay.
  late: {
    format: 'standard',
    pinned: false,
    settings: { events: ['trigger.fired'], status: 'inactive' },
    keepBodies: false,
  },
};

/** Shorter than the usual: what a killed node held waits for this and 30 s more. */
export const timeoutMs = 3_000;
/** Many short ones: a receiver that ails for a few seconds must not use them up. */
const delaysSeconds = [1, 1, 1, 2, 2, 2, 4, 4, 8, 8];
const persons = 24;
export const initialPoints = 10;
export const pointsPerUnit = 10;
/** Odd to the last of 18 places. */
export const mined = '0.000000000000000007';
const dug = '1234567.000000000000000009';

export async function openWorld(parts: {
  readonly caller: Caller;
  readonly receivers: Receivers;
  readonly round: number;
  readonly payingUrl: string;
}): Promise<World> {
  const { caller, receivers, round, payingUrl } = parts;
  const openedAt = Date.now();
  const made = async (path: string, body: object) =>
    (await caller.must<{ id: string }>('POST', path, body)).id;
  const campaign = await made('/v1/campaigns', {
    name: `Round ${round}`,
    initial_points: initialPoints,
    referral_bonus: { percent: 10 },
    referral_rule: { min_points: 20 },
  });
  const inCampaign = `/v1/campaigns/${campaign}`;
  const group = await made(`${inCampaign}/groups`, { name: 'Week one' });
  const payer = (name: string) =>
    made('/v1/webhooks', {
      name: `${name} ${round}`,
      url: payingUrl,
      format: 'chainvine',
      timeout_ms: timeoutMs,
      campaigns: [campaign],
    });
  const reward = (name: string, webhook: string, automatic: boolean) =>
    made(`${inCampaign}/rewards`, {
      name,
      kind: 'token',
      unit: 'COIN',
      payout: { mode: 'webhook', webhook_id: webhook, automatic },
    });
  const claimed = await reward('Doubloon', await payer('Treasury'), false);
  const automatic = await reward('Ducat', await payer('Mint'), true);
  const quest = await made(`${inCampaign}/quests`, {
    name: 'Sail',
    group_id: group,
    points: 50,
    reward: { id: claimed, amount: '0.000000000000000001' },
  });
  const aside = await made(`${inCampaign}/quests`, { name: 'Work', group_id: group });
  const task = (settings: object) =>
    made(`${inCampaign}/tasks`, { name: 'Post', type: 'post', quest_id: aside, ...settings });
  const once = await task({ quest_id: quest, points: 33.3333, multiplier_percent: 10 });
  const after = await task({ quest_id: quest, points: 20, prerequisites: [once] });
  const mine = await task({ recurrence: 'unlimited', points: 2, reward: { id: claimed, amount: mined } });
  const dig = await task({ recurrence: 'unlimited', points: 0, reward: { id: automatic, amount: dug } });
  const game = await task({
    recurrence: 'unlimited',
    points: 1,
    level: { id: 'l1', number: 1, name: 'One' },
  });
  const trigger = `purchase-${round}`;
  await caller.must('PUT', `/v1/triggers/${trigger}`, {
    name: 'Purchase',
    campaign_id: campaign,
    credit: { rate: pointsPerUnit },
  });

  const names: Record<string, string> = {};
  const webhooks: Record<string, string> = {};
  for (const name of receiverNames) {
    const { format, pinned, settings, keepBodies, slowestMs } = plans[name];
    const called = `${round}-${name}`;
    const { id, secret } = await caller.must<{ id: string; secret: string }>('POST', '/v1/webhooks', {
      name: called,
      url: receivers.add(called, { keepBodies, ...(slowestMs !== undefined && { slowestMs }) }),
      format,
      timeout_ms: timeoutMs,
      retry_policy: { delays_seconds: delaysSeconds },
      ...(pinned && { campaigns: [campaign] }),
      ...settings,
    });
    receivers.expectSignedBy(called, secret);
    names[name] = called;
    webhooks[name] = id;
  }
  const tester = `tester-${round}`;
  await caller.must('POST', '/v1/participants', { external_id: tester, test: true });
  return {
    round,
    campaign,
    tasks: { once, after, mine, dig },
    trigger,
    game,
    people: Array.from({ length: persons }, (_, n) => `person-${round}-${n}`),
    tester,
    receivers: names as Record<ReceiverName, string>,
    webhooks: webhooks as Record<ReceiverName, string>,
    openedAt,
  };
}

/** Nothing is sent to its receivers any more. */
export async function closeWorld(caller: Caller, { webhooks }: World): Promise<void> {
  for (const id of Object.values(webhooks)) await caller.ask('DELETE', `/v1/webhooks/${id}`);
}
