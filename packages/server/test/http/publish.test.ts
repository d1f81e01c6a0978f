import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { triggerFired, triggerFiredBy } from './events.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Results {
  results: { status: string; id?: string; problem?: { code: string; errors?: { pointer: string }[] } }[];
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.call('POST', '/v1/events', { body, headers });

describe('publishing one event', () => {
  it('answers 202 when it is committed, and it can be read as it was frozen', async () => {
    const answer = await post(triggerFired);
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
      participant: { external_id: triggerFired.participant.external_id, total_points: 120, rank: null },
      data: { trigger: { id: 'successful_payment' }, value: 2.99 },
      deliveries: [],
    });
  });

  it('freezes the campaign and its community with the names they have at that moment', async () => {
    const campaign = await api.campaigns.create(api.organization.id, 'Spring Quest');
    const before = await api.publish({ ...triggerFired, campaign_id: campaign.id });
    await api.call('PATCH', `/v1/campaigns/${campaign.id}`, { body: { name: 'Summer Quest' } });
    const after = await api.publish({ ...triggerFired, campaign_id: campaign.id });
    const name = async (id: string) =>
      ((await api.call('GET', `/v1/events/${id}`)).body as { campaign: { name: string } }).campaign.name;
    expect(await name(before)).toBe('Spring Quest');
    expect(await name(after)).toBe('Summer Quest');
  });

  it("knows a participant by the organization's own id and by ours as the same person", async () => {
    const first = await api.publish(triggerFiredBy('ada'));
    const { participant } = (await api.call('GET', `/v1/events/${first}`)).body as {
      participant: { id: string };
    };
    const second = await api.publish({ ...triggerFired, participant: { id: participant.id } });
    expect((await api.call('GET', `/v1/events/${second}`)).body).toMatchObject({
      participant: { id: participant.id, external_id: 'ada' },
    });
  });

  it.each([
    ['an unknown event type', { ...triggerFired, type: 'trigger.exploded' }, 'unknown_event_type', '/type'],
    [
      'an unknown campaign',
      { ...triggerFired, campaign_id: newId('cmp') },
      'unknown_campaign',
      '/campaign_id',
    ],
    ['a malformed campaign id', { ...triggerFired, campaign_id: 'cmp_1' }, 'invalid_event', '/campaign_id'],
    [
      'an unknown participant id',
      { ...triggerFired, participant: { id: newId('usr') } },
      'invalid_event',
      '/participant/id',
    ],
    ['a participant without any id', { ...triggerFired, participant: {} }, 'invalid_event', '/participant'],
    [
      'a wrong type',
      { ...triggerFired, data: { trigger: { id: 'a' }, value: '2.99' } },
      'invalid_event',
      '/data/value',
    ],
    ['an unknown name', { ...triggerFired, colour: 'red' }, 'invalid_event', '/colour'],
    ['no data', { type: 'trigger.fired', participant: { external_id: 'a' } }, 'invalid_event', '/data'],
    [
      'a date that does not exist',
      { ...triggerFired, occurred_at: '2026-02-30T00:00:00Z' },
      'invalid_event',
      '/occurred_at',
    ],
    [
      'a date out of range',
      { ...triggerFired, occurred_at: '1888-01-01T00:00:00Z' },
      'invalid_event',
      '/occurred_at',
    ],
    ['a text instead of an event', 'trigger.fired', 'invalid_event', ''],
    ['null', null, 'invalid_event', ''],
  ])('refuses %s with 422 and names the place', async (_what, event, code, pointer) => {
    const events = await api.countEvents();
    const answer = await post(event);
    expect(answer.status, answer.text).toBe(422);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(answer.body).toMatchObject({ code, type: `/docs/problems#${code}`, status: 422 });
    const { errors } = answer.body as { errors: { pointer: string; detail: string }[] };
    expect(errors.map((error) => error.pointer)).toContain(pointer);
    expect(await api.countEvents()).toBe(events);
  });

  it('refuses a participant whose two ids belong to different people', async () => {
    const id = await api.publish(triggerFiredBy('grace'));
    const { participant } = (await api.call('GET', `/v1/events/${id}`)).body as {
      participant: { id: string };
    };
    const answer = await post({
      ...triggerFired,
      participant: { id: participant.id, external_id: 'hopper' },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/participant/external_id' }] });
  });

  it('refuses an amount finer than its unit, and says so', async () => {
    const campaign = await api.campaigns.create(api.organization.id, 'Rewards');
    const answer = await post({
      type: 'earning.created',
      campaign_id: campaign.id,
      participant: { external_id: 'ada' },
      data: {
        earning_id: 'ern_01jf2wkmvbe4rtdp9p2mmqjn4k',
        reward: { id: 'rwd_1', name: 'Coins', kind: 'points', unit: 'coin', decimals: 4 },
        amount: '1.00001',
      },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      errors: [{ pointer: '/data/amount', detail: expect.stringContaining('4') }],
    });
  });

  it('refuses an event over 256 KiB with both sizes', async () => {
    const answer = await post({
      ...triggerFired,
      data: { ...triggerFired.data, filler: 'x'.repeat(262_144) },
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ code: 'payload_too_large' });
    const { detail } = answer.body as { detail: string };
    expect(detail).toMatch(/262,3\d\d bytes/);
    expect(detail).toContain('262,144 bytes (256 KiB)');
  });

  it('refuses a request over 8 MiB with both sizes before reading it', async () => {
    const answer = await api.call('POST', '/v1/events', { raw: Buffer.alloc(8 * 1024 * 1024 + 1, 0x20) });
    expect(answer.status).toBe(413);
    const { detail } = answer.body as { detail: string };
    expect(detail).toContain('8,388,609 bytes');
    expect(detail).toContain('8,388,608 bytes (8 MiB)');
  });
});

describe('publishing an array', () => {
  it('answers each event in its place, and a bad one does not refuse the others', async () => {
    const before = await api.countEvents();
    const answer = await post([triggerFiredBy('a'), { ...triggerFired, type: 'nope' }, triggerFiredBy('b')]);
    expect(answer.status).toBe(202);
    const { results } = answer.body as Results;
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'accepted']);
    expect(results[1]?.problem?.code).toBe('unknown_event_type');
    expect(await api.countEvents()).toBe(before + 2);
  });

  it('gives ids in the order of the array, whatever had to be looked up meanwhile', async () => {
    const campaign = await api.campaigns.create(api.organization.id, 'Order');
    const answer = await post([
      { ...triggerFiredBy('never seen before'), campaign_id: campaign.id },
      triggerFiredBy('a'),
      triggerFiredBy('never seen either'),
      triggerFiredBy('a'),
    ]);
    const ids = (answer.body as Results).results.map(({ id }) => id ?? '');
    expect(ids).toHaveLength(4);
    expect([...ids].sort()).toEqual(ids);
  });

  it('answers 422 with every problem when all are refused', async () => {
    const answer = await post([{ ...triggerFired, type: 'nope' }, 7]);
    expect(answer.status).toBe(422);
    expect((answer.body as Results).results.map(({ problem }) => problem?.code)).toEqual([
      'unknown_event_type',
      'invalid_event',
    ]);
  });

  it('accepts 1,000 events at once, of as many new participants', async () => {
    const before = await api.countEvents();
    const answer = await post(Array.from({ length: 1_000 }, (_, index) => triggerFiredBy(`bulk-${index}`)));
    expect(answer.status).toBe(202);
    expect(await api.countEvents()).toBe(before + 1_000);
  });

  it.each([[0], [1_001]])('refuses %i events with the number it found', async (count) => {
    const answer = await post(Array.from({ length: count }, () => triggerFired));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request' });
    expect((answer.body as { detail: string }).detail).toContain(count.toLocaleString('en-US'));
  });

  it('refuses only the event that is too large', async () => {
    const large = { ...triggerFired, data: { ...triggerFired.data, filler: 'x'.repeat(300_000) } };
    const answer = await post([triggerFiredBy('a'), large]);
    expect(answer.status).toBe(202);
    expect((answer.body as Results).results[1]?.problem?.code).toBe('payload_too_large');
  });

  it.each([
    [
      'a NUL',
      '{"type":"trigger.fired","participant":{"external_id":"a\\u0000"},"data":{"trigger":{"id":"a"}}}',
      '/participant/external_id',
    ],
    [
      'half a surrogate pair',
      '{"type":"trigger.fired","participant":{"external_id":"\\ud83d"},"data":{"trigger":{"id":"a"}}}',
      '/participant/external_id',
    ],
    [
      '__proto__',
      '{"type":"trigger.fired","participant":{"external_id":"a"},"data":{"__proto__":{"x":1}}}',
      '/data/__proto__',
    ],
    ['a repeated name', '{"type":"trigger.fired","type":"trigger.fired"}', '/type'],
    ['10,000 levels', `${'['.repeat(9_999)}${']'.repeat(9_999)}`, '/0'.repeat(63)],
  ])('refuses only the event with %s', async (_what, text, pointer) => {
    const answer = await api.call('POST', '/v1/events', {
      raw: `[${JSON.stringify(triggerFiredBy('a'))},${text},${JSON.stringify(triggerFiredBy('b'))}]`,
    });
    expect(answer.status, answer.text).toBe(202);
    const { results } = answer.body as Results;
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'refused', 'accepted']);
    expect(results[1]?.problem).toMatchObject({ code: 'invalid_event' });
    expect(results[1]?.problem?.errors?.map((error) => error.pointer)).toEqual([pointer]);
  });
});

describe('Idempotency-Key', () => {
  const keyed = (key: string, body: unknown) => post(body, { 'idempotency-key': key });

  it('gives the first answer again, byte for byte, and writes nothing', async () => {
    const first = await keyed('again', [triggerFired, { type: 'nope' }]);
    const events = await api.countEvents();
    const second = await keyed('again', [triggerFired, { type: 'nope' }]);
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(second.status).toBe(202);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await api.countEvents()).toBe(events);
  });

  it('refuses the same key with another body, also with one that is not valid itself', async () => {
    await keyed('once', triggerFired);
    const events = await api.countEvents();
    for (const body of [triggerFiredBy('other'), { type: 'nope' }]) {
      const answer = await keyed('once', body);
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({ code: 'idempotency_key_reused' });
    }
    expect(await api.countEvents()).toBe(events);
  });

  it('lets a request that was refused whole be repeated once its cause is gone', async () => {
    const body = { type: 'vip.upgraded', participant: { external_id: 'ada' }, data: { level: 3 } };
    expect((await keyed('later', body)).status).toBe(422);
    await api.call('PUT', '/v1/event-types/vip.upgraded', {
      body: { description: 'New level', schema: { type: 'object' }, example: { level: 1 } },
    });
    expect((await keyed('later', body)).status).toBe(202);
  });

  it('repeats its answer even after the event would no longer be valid', async () => {
    const body = { type: 'vip.left', data: {} };
    const settings = { description: 'Left', schema: { type: 'object' }, example: {} };
    await api.call('PUT', '/v1/event-types/vip.left', { body: settings });
    const first = await keyed('gone', body);
    await api.call('DELETE', '/v1/event-types/vip.left');
    const second = await keyed('gone', body);
    expect(second.text).toBe(first.text);
    expect(second.status).toBe(202);
  });

  it('lets one of twenty racing requests write, and answers all of them alike', async () => {
    const events = await api.countEvents();
    const answers = await Promise.all(Array.from({ length: 20 }, () => keyed('race', triggerFired)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(await api.countEvents()).toBe(events + 1);
  });

  it('lets one of two racing bodies win and refuses the other', async () => {
    const events = await api.countEvents();
    const answers = await Promise.all([
      keyed('duel', triggerFiredBy('x')),
      keyed('duel', triggerFiredBy('y')),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(await api.countEvents()).toBe(events + 1);
  });

  it('belongs to its organization alone', async () => {
    const { token } = await api.otherOrganization();
    await keyed('shared', triggerFired);
    const theirs = await api.call('POST', '/v1/events', {
      body: triggerFiredBy('theirs'),
      headers: { 'idempotency-key': 'shared' },
      token,
    });
    expect(theirs.status).toBe(202);
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  });

  it.each([['x'.repeat(256)], ['two words'], ['café']])('refuses the key %j', async (key) => {
    const answer = await post(triggerFired, { 'idempotency-key': key });
    expect(answer.status).toBe(400);
    expect((answer.body as { detail: string }).detail).toContain('Idempotency-Key');
  });

  it('takes 255 visible characters', async () => {
    expect((await keyed('~'.repeat(255), triggerFired)).status).toBe(202);
  });
});

describe('other organizations', () => {
  it("cannot publish into somebody else's campaign or about their participants", async () => {
    const { token } = await api.otherOrganization();
    const campaign = await api.campaigns.create(api.organization.id, 'Ours');
    const id = await api.publish({ ...triggerFiredBy('ours'), campaign_id: campaign.id });
    const { participant } = (await api.call('GET', `/v1/events/${id}`)).body as {
      participant: { id: string };
    };
    const theirs = await api.call('POST', '/v1/events', {
      body: [
        { ...triggerFired, campaign_id: campaign.id },
        { ...triggerFired, participant: { id: participant.id } },
      ],
      token,
    });
    expect(theirs.status).toBe(422);
    expect((theirs.body as Results).results.map(({ problem }) => problem?.code)).toEqual([
      'unknown_campaign',
      'invalid_event',
    ]);
  });
});
