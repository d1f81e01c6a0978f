import { setTimeout as pause } from 'node:timers/promises';
import type { Taking } from '@fanfare/client';
import type { DemoApi } from './api.ts';
import type { Cast, CastTrigger, CastWebhook } from './cast.ts';

/** What a season needs to be there before the first action: its campaigns, and webhooks with inboxes of their own. */
export interface Stage {
  readonly campaigns: readonly StageCampaign[];
  readonly webhooks: readonly StageWebhook[];
  /** Repairs at once what is still broken as the cast wants it at first. To be called when the season is over. */
  repair(): Promise<void>;
}

export interface StageCampaign {
  readonly id: string;
  readonly name: string;
  /** Ids by the keys of the cast. */
  readonly tasks: ReadonlyMap<string, string>;
  readonly triggers: ReadonlyMap<string, string>;
  readonly rewards: readonly StageReward[];
}

export interface StageReward {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** A webhook is asked to pay it. */
  readonly paidByWebhook: boolean;
}

export interface StageWebhook {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly inbox: string;
  /** It is asked to pay rewards. */
  readonly pays: boolean;
}

interface StageSettings {
  readonly api: DemoApi;
  /** Where inboxes are reached. */
  readonly origin: string;
  readonly cast: Cast;
  readonly campaigns: number;
  /**
   * Whether the organization is the season's alone. In a shared one webhooks hear of the season's campaigns only, and
   * triggers get names that no other season has.
   */
  readonly alone: boolean;
  readonly withWebhooks: boolean;
  readonly signal: AbortSignal;
}

const retryDelaysSeconds = [2, 4, 8, 15, 30];

export async function setStage(settings: StageSettings): Promise<Stage> {
  const { api, cast, alone, withWebhooks } = settings;
  const made: NamedCampaign[] = [];
  for (let index = 0; index < settings.campaigns; index++) made.push(await makeCampaign(api, cast, index));
  const pinnedTo = alone ? [] : made.map(({ id }) => id);
  const opened = await Promise.all(
    (withWebhooks ? cast.webhooks : []).map((webhook) => openWebhook(settings, webhook, pinnedTo)),
  );
  const webhooks = opened.map(({ webhook, id, inbox }) => ({
    id,
    name: webhook.name,
    format: webhook.format,
    inbox,
    pays: cast.rewards.some(({ paid_by }) => paid_by === webhook.name),
  }));
  const campaigns: StageCampaign[] = [];
  for (const [index, campaign] of made.entries()) {
    campaigns.push(await furnish(settings, campaign, webhooks, alone && index === 0));
  }
  const atOnce = new AbortController();
  const repairs = opened.map(({ webhook, inbox }) => repairInTime(settings, webhook, inbox, atOnce.signal));
  // A failure is heard of in the end; until then nobody listens.
  const repaired = Promise.allSettled(repairs);
  return {
    campaigns,
    webhooks,
    async repair() {
      atOnce.abort();
      for (const repair of await repaired) if (repair.status === 'rejected') throw repair.reason;
    },
  };
}

/** Names repeat with a number once the cast has no more. */
function campaignName({ campaigns }: Cast, index: number): string {
  const round = Math.floor(index / campaigns.length);
  return `${campaigns[index % campaigns.length]}${round === 0 ? '' : ` ${round + 1}`}`;
}

type NamedCampaign = Pick<StageCampaign, 'id' | 'name'>;

async function makeCampaign(api: DemoApi, cast: Cast, index: number): Promise<NamedCampaign> {
  const { initial_points, referral } = cast;
  const name = campaignName(cast, index);
  const { id } = await api.post('/v1/campaigns', {
    body: {
      name,
      initial_points,
      referral_rule: { min_points: referral.min_points },
      referral_bonus: { percent: referral.bonus_percent },
    },
  });
  return { id, name };
}

/** What there is to do in a campaign, and what one gets for it. */
async function furnish(
  { api, cast }: StageSettings,
  { id, name }: NamedCampaign,
  webhooks: readonly StageWebhook[],
  plainTriggers: boolean,
): Promise<StageCampaign> {
  const path = { id };
  const rewards = new Map<string, StageReward>();
  for (const { key, paid_by, ...reward } of cast.rewards) {
    // A season without webhooks has nobody else to pay.
    const payer = webhooks.find((webhook) => webhook.name === paid_by);
    const payout = payer && ({ mode: 'webhook', webhook_id: payer.id, automatic: false } as const);
    const body = { ...reward, ...(payout !== undefined && { payout }) };
    const made = await api.post('/v1/campaigns/{id}/rewards', { path, body });
    rewards.set(key, { id: made.id, name: made.name, unit: made.unit, paidByWebhook: payer !== undefined });
  }
  const tasks = new Map<string, string>();
  for (const group of cast.groups) {
    const { name: groupName } = group;
    const { id: group_id } = await api.post('/v1/campaigns/{id}/groups', { path, body: { name: groupName } });
    for (const quest of group.quests) {
      const reward = quest.reward && { id: known(rewards, quest.reward.key).id, amount: quest.reward.amount };
      const { id: quest_id } = await api.post('/v1/campaigns/{id}/quests', {
        path,
        body: { name: quest.name, points: quest.points, group_id, reward },
      });
      for (const { key, after, ...task } of quest.tasks) {
        const prerequisites = after.map((other) => known(tasks, other));
        const body = { ...task, quest_id, prerequisites };
        tasks.set(key, (await api.post('/v1/campaigns/{id}/tasks', { path, body })).id);
      }
    }
  }
  const triggers = new Map<string, string>();
  for (const trigger of cast.triggers) {
    // The end of the id is random.
    const slug = plainTriggers ? trigger.key : `${trigger.key}_${id.slice(-8)}`;
    await api.put('/v1/triggers/{trigger_id}', {
      path: { trigger_id: slug },
      body: {
        name: trigger.name,
        campaign_id: id,
        credit: creditOf(trigger),
        task_id: trigger.completes && known(tasks, trigger.completes),
      },
    });
    triggers.set(trigger.key, slug);
  }
  return { id, name, tasks, triggers, rewards: [...rewards.values()] };
}

function creditOf({ rate, amount }: CastTrigger): Taking<'putTrigger'>['body']['credit'] {
  return rate === undefined ? { amount: amount ?? 0 } : { rate };
}

/** What the cast calls by this key; it must be further up in the cast. */
export function known<T>(things: ReadonlyMap<string, T>, key: string): T {
  const found = things.get(key);
  if (found === undefined) {
    throw new Error(`The cast names "${key}", and holds only ${[...things.keys()].join(', ')} before that`);
  }
  return found;
}

async function openWebhook(
  { api, origin }: StageSettings,
  webhook: CastWebhook,
  campaigns: readonly string[],
): Promise<{ webhook: CastWebhook; id: string; inbox: string }> {
  const broken = webhook.broken_for_ms > 0;
  const inbox = await api.post('/v1/inboxes', {
    body: {
      name: webhook.name,
      ...(broken && { answer: { status: 500, body: 'closed for repair' } }),
    },
  });
  const { id } = await api.post('/v1/webhooks', {
    body: {
      name: webhook.name,
      url: `${origin}/inbox/${inbox.id}`,
      format: webhook.format,
      method: webhook.method,
      events: webhook.events,
      campaigns,
      ...(webhook.mode !== null && { mode: webhook.mode }),
      ...(broken && { retry_policy: { delays_seconds: retryDelaysSeconds } }),
    },
  });
  return { webhook, id, inbox: inbox.id };
}

/** Lets a broken inbox answer well after its time, or when told to. */
async function repairInTime(
  { api, signal }: StageSettings,
  webhook: CastWebhook,
  inboxId: string,
  atOnce: AbortSignal,
): Promise<void> {
  if (webhook.broken_for_ms === 0) return;
  const either = AbortSignal.any([signal, atOnce]);
  await pause(webhook.broken_for_ms, undefined, { signal: either }).catch(() => signal.throwIfAborted());
  await api.patch('/v1/inboxes/{id}', {
    path: { id: inboxId },
    body: { answer: { status: 204, body: '' } },
  });
}
