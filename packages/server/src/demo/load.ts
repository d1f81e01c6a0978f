import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createDemoApi, type DemoApi } from './api.ts';
import { type Cast, castSchema, type DemoWebhook } from './cast.ts';
import { type Action, tellStory } from './story.ts';

export interface DemoParts {
  /** Where this server listens, without a slash at the end. */
  readonly origin: string;
  /** An API token of the organization that gets the demo. */
  readonly token: string;
  /** Ends the demo where it is. */
  readonly signal: AbortSignal;
  /** How long the story takes, so that one can watch it; 28 s unless given. */
  readonly storyMs?: number;
}

export interface DemoLoaded {
  readonly webhooks: number;
  readonly events: number;
}

/** Both from src and from dist. */
const examples = new URL('../../../../examples/', import.meta.url);
const seed = 7;
const defaultStoryMs = 28_000;
const retryDelaysSeconds = [2, 4, 8, 15, 30];

export async function readCast(): Promise<Cast> {
  return castSchema.parse(JSON.parse(await readFile(new URL('demo/cast.json', examples), 'utf8')));
}

/**
 * Sets up the demo and tells its story through the public API: a campaign, a webhook for each line of the
 * cast, each with an inbox of its own, and a few hundred events at a pace one can watch. Resolves when the
 * last event is accepted; null when the organization has events or webhooks already.
 */
export async function loadDemo(parts: DemoParts): Promise<DemoLoaded | null> {
  const { signal, origin, storyMs = defaultStoryMs } = parts;
  const api = createDemoApi(parts);
  if (!(await isEmpty(api))) return null;
  const cast = await readCast();
  const campaign = await api.post<{ id: string }>('/v1/campaigns', { name: cast.campaign.name });
  const inboxes = await Promise.all(cast.webhooks.map((webhook) => openWebhook(api, origin, webhook)));
  const repairs = cast.webhooks.map((webhook, index) => repair(api, webhook, inboxes[index] ?? '', signal));

  const actions = [
    ...tellStory(cast, seed).map((action) => inCampaign(action, campaign.id)),
    ...(await catalogueExamples(api, cast.catalogue_participant)).map((event) =>
      inCampaign([event], campaign.id),
    ),
    ...(await referenceExamples()).map((event) => inCampaign([event], campaign.id)),
  ];
  const stepMs = storyMs / actions.length;
  const begun = performance.now();
  let events = 0;
  for (const [index, action] of actions.entries()) {
    await pause(Math.max(0, begun + index * stepMs - performance.now()), undefined, { signal });
    await publish(api, action);
    events += action.length;
  }
  await Promise.all(repairs);
  return { webhooks: cast.webhooks.length, events };
}

async function isEmpty(api: DemoApi): Promise<boolean> {
  const lists = await Promise.all(
    ['/v1/events?limit=1', '/v1/webhooks?limit=1'].map((path) => api.get<{ data: unknown[] }>(path)),
  );
  return lists.every(({ data }) => data.length === 0);
}

/** Returns the id of its inbox. */
async function openWebhook(api: DemoApi, origin: string, webhook: DemoWebhook): Promise<string> {
  const broken = webhook.broken_for_ms > 0;
  const inbox = await api.post<{ id: string }>('/v1/inboxes', {
    name: webhook.name,
    ...(broken && { answer: { status: 500, body: 'closed for repair' } }),
  });
  await api.post('/v1/webhooks', {
    name: webhook.name,
    url: `${origin}/inbox/${inbox.id}`,
    format: webhook.format,
    method: webhook.method,
    events: webhook.events,
    ...(webhook.mode !== null && { mode: webhook.mode }),
    ...(broken && { retry_policy: { delays_seconds: retryDelaysSeconds } }),
  });
  return inbox.id;
}

/** Lets a broken inbox answer well after its time. */
async function repair(
  api: DemoApi,
  webhook: DemoWebhook,
  inboxId: string,
  signal: AbortSignal,
): Promise<void> {
  if (webhook.broken_for_ms === 0) return;
  await pause(webhook.broken_for_ms, undefined, { signal });
  await api.patch(`/v1/inboxes/${inboxId}`, { answer: { status: 204, body: '' } });
}

type Published = Readonly<Record<string, unknown>>;

/** Whatever concerns a participant happens in the demo's campaign. */
function inCampaign(events: Action | readonly Published[], campaignId: string): readonly Published[] {
  return events.map((event) =>
    'participant' in event && event.participant !== null
      ? { ...event, campaign_id: campaignId }
      : { ...event },
  );
}

interface ListedType {
  readonly type: string;
  readonly origin: string;
  readonly participant: 'required' | 'optional' | 'none';
  readonly example: Published;
}

/** One event of every type, with the data that the catalogue shows as its example. */
async function catalogueExamples(api: DemoApi, about: Published): Promise<Published[]> {
  const { data } = await api.get<{ data: ListedType[] }>('/v1/event-types');
  return data
    .filter(({ origin }) => origin === 'catalogue')
    .map(({ type, participant, example }) => ({
      type,
      participant: participant === 'none' ? null : about,
      data: example,
    }));
}

/** The example objects of the pages whose formats Fanfare reproduces. */
async function referenceExamples(): Promise<Published[]> {
  const folder = new URL('reference/', examples);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return files.flatMap((text) => JSON.parse(text) as Published[]);
}

async function publish(api: DemoApi, events: readonly Published[]): Promise<void> {
  const { results } = await api.post<{ results: { status: string; problem?: { detail?: string } }[] }>(
    '/v1/events',
    events,
  );
  const refused = results.find(({ status }) => status !== 'accepted');
  if (refused !== undefined) throw new Error(`An event of the demo was refused: ${refused.problem?.detail}`);
}
