import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

/** Reward's own example, as a caller publishes it. */
const fired = {
  type: 'trigger.fired',
  participant: { external_id: 'ca9bb5c2-25a6-43e9-972e-862d28241a47', total_points: 120 },
  data: { trigger: { id: 'successful_payment' }, value: 2.99 },
};

describe('POST /v1/events', () => {
  it('accepts one event, stores it frozen and shows it', async () => {
    const answer = await api.call('POST', '/v1/events', { body: fired });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body).toEqual({ status: 'accepted', id: expect.stringMatching(/^we_/) });
    const { id } = answer.body as { id: string };
    const shown = await api.call('GET', `/v1/events/${id}`);
    expect(shown.status, shown.text).toBe(200);
    expect(shown.body).toMatchObject({
      id,
      type: 'trigger.fired',
      trust: 'server',
      community: { name: 'Aurora Games' },
      campaign: null,
      participant: { external_id: fired.participant.external_id, total_points: 120, rank: null },
      data: { trigger: { id: 'successful_payment' }, value: 2.99 },
      deliveries: [],
    });
  });
});
