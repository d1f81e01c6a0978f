import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface ShownFormat {
  readonly name: string;
  readonly methods: readonly string[];
  readonly scopes: readonly string[];
  readonly event_types: readonly string[];
  readonly event_names: readonly object[];
  readonly carries_custom_types: boolean;
  readonly predefined_webhooks: readonly { readonly name: string; readonly events: readonly string[] }[];
}

async function formats(): Promise<Map<string, ShownFormat>> {
  const { status, text, body } = await api.call('GET', '/v1/formats');
  expect(status, text).toBe(200);
  return new Map((body as { data: ShownFormat[] }).data.map((format) => [format.name, format]));
}

it('are listed with the methods, scopes and event types that their webhooks may have', async () => {
  const shown = await formats();
  expect([...shown.keys()]).toEqual([
    'claimr',
    'chainvine',
    'gamify-route',
    'reward',
    'standard',
    'cloudevents',
  ]);
  expect(shown.get('chainvine')).toMatchObject({
    methods: ['POST'],
    scopes: [],
    event_types: ['user.joined_campaign', 'referral.converted', 'earning.created', 'payout.requested'],
    carries_custom_types: false,
  });
  expect(shown.get('chainvine')?.event_names).toContainEqual({
    event_type: 'referral.converted',
    name: 'REFERRAL_CONVERSION',
    scopes: [],
  });
  expect(shown.get('claimr')?.event_names).toContainEqual({
    event_type: 'reward.claimed',
    name: 'reward_claimed',
    scopes: ['user_activity', 'user_reward'],
  });
  expect(shown.get('gamify-route')).toMatchObject({
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    carries_custom_types: true,
  });
  expect(shown.get('standard')?.event_types).toContain('webhook.failing');
});

it('offer the four hooks that claimr predefines, each of which is created with a URL alone', async () => {
  const claimr = (await formats()).get('claimr');
  expect(claimr?.predefined_webhooks.map(({ name, events }) => [name, ...events])).toEqual([
    ['User activity hook', 'user_activity'],
    ['User login hook', 'user_login'],
    ['User reward hook', 'user_reward'],
    ['Referral hook', 'referral'],
  ]);
  for (const predefined of claimr?.predefined_webhooks ?? []) {
    const created = await api.call('POST', '/v1/webhooks', {
      body: { ...predefined, format: 'claimr', url: 'http://127.0.0.1:9/hook' },
    });
    expect(created.status, created.text).toBe(201);
    const { id } = created.body as { id: string };
    const examples = await api.call('GET', `/v1/webhooks/${id}/examples`);
    const { data } = examples.body as { data: { scope: string }[] };
    expect(new Set(data.map(({ scope }) => scope))).toEqual(new Set(predefined.events));
  }
});
