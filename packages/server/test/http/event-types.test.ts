import { waitFor } from '@fanfare/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCustomTypes } from '../../src/campaigns/index.ts';
import { eventTypes } from '../../src/catalog/index.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Shown {
  type: string;
  origin: string;
  schema: Record<string, unknown>;
  example: Record<string, unknown>;
  formats: string[];
}
const level = {
  description: 'A member reached a new level.',
  schema: { type: 'object', required: ['level'], properties: { level: { type: 'integer', minimum: 1 } } },
  example: { level: 3 },
};
const put = (type: string, body: unknown = level) => api.call('PUT', `/v1/event-types/${type}`, { body });
const publish = (type: string, data: unknown) => api.call('POST', '/v1/events', { body: { type, data } });

describe('event types', () => {
  it('of the catalogue are listed with schema, example and the formats that carry them', async () => {
    const { data } = (await api.call('GET', '/v1/event-types')).body as { data: Shown[] };
    expect(data.map(({ type }) => type)).toEqual(expect.arrayContaining([...eventTypes]));
    expect(data.find(({ type }) => type === 'trigger.fired')?.formats).toEqual([
      'reward',
      'standard',
      'cloudevents',
    ]);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { type, schema, example } of data) {
      expect(ajv.validate(schema, example), `${type}: ${ajv.errorsText()}`).toBe(true);
    }
  });

  it('can be registered, and check the events published from then on', async () => {
    expect((await publish('vip.upgraded', { level: 1 })).body).toMatchObject({ code: 'unknown_event_type' });
    const registered = await put('vip.upgraded');
    expect(registered.status, registered.text).toBe(201);
    expect(registered.body).toMatchObject({
      type: 'vip.upgraded',
      origin: 'organization',
      example: { level: 3 },
    });
    expect((await publish('vip.upgraded', { level: 2 })).status).toBe(202);
    const refused = await publish('vip.upgraded', { level: 'two' });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/data/level' }] });
    expect((await api.call('GET', '/v1/event-types/vip.upgraded')).body).toMatchObject({
      schema: level.schema,
    });
  });

  it('are replaced by registering them again', async () => {
    await put('vip.moved');
    const replaced = await put('vip.moved', {
      ...level,
      schema: { type: 'object' },
      description: 'Anything goes',
    });
    expect(replaced.status).toBe(200);
    expect((await publish('vip.moved', { level: 'two' })).status).toBe(202);
  });

  it.each([
    ['a name of the catalogue', 'task.completed', level, 'type'],
    ['a name that begins like the catalogue', 'task.vanished', level, 'type'],
    ['a name with other characters', 'vip-upgraded', level, 'type'],
    ['a schema that is none', 'vip.a', { ...level, schema: { type: 'cat' } }, '/schema'],
    [
      'a schema that fetches',
      'vip.b',
      { ...level, schema: { $ref: 'http://example.com/x' } },
      '/schema/$ref',
    ],
    ['an example that does not fit', 'vip.c', { ...level, example: { level: 0 } }, '/example/level'],
    ['no description', 'vip.d', { ...level, description: ' ' }, '/description'],
  ])('with %s are refused and the place named', async (_what, type, body, place) => {
    const answer = await put(type, body);
    expect(answer.status, answer.text).toBe(400);
    const { errors } = answer.body as { errors: { pointer?: string; parameter?: string }[] };
    expect(errors.map((error) => error.parameter ?? error.pointer)).toContain(place);
  });

  it('belong to their organization', async () => {
    await put('vip.secret');
    const { token } = await api.otherOrganization();
    expect((await api.call('GET', '/v1/event-types', { token })).text).not.toContain('vip.secret');
    expect((await api.call('GET', '/v1/event-types/vip.secret', { token })).status).toBe(404);
    expect((await api.call('DELETE', '/v1/event-types/vip.secret', { token })).status).toBe(404);
    const theirs = await api.call('POST', '/v1/events', {
      body: { type: 'vip.secret', data: level.example },
      token,
    });
    expect(theirs.body).toMatchObject({ code: 'unknown_event_type' });
  });

  it('cannot be deleted while a webhook asks for them, and afterwards are unknown', async () => {
    await put('vip.left');
    const webhook = await api.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: 'https://crm.example.com/', format: 'standard', events: ['vip.left'] },
    });
    expect(webhook.status, webhook.text).toBe(201);
    const { id } = webhook.body as { id: string };
    const refused = await api.call('DELETE', '/v1/event-types/vip.left');
    expect(refused.status).toBe(409);
    expect((refused.body as { detail: string }).detail).toContain(id);
    await api.call('DELETE', `/v1/webhooks/${id}`);
    expect((await api.call('DELETE', '/v1/event-types/vip.left')).status).toBe(204);
    expect((await publish('vip.left', level.example)).body).toMatchObject({ code: 'unknown_event_type' });
    expect((await api.call('DELETE', '/v1/event-types/task.completed')).status).toBe(409);
  });

  it('registered on one node are known to the others, which had looked before', async () => {
    const otherNode = await openCustomTypes({ database: api.database, clock: { now: () => Date.now() } });
    const known = async () => (await otherNode.validatorsOf(api.organization.id)).has('vip.everywhere');
    expect(await known()).toBe(false);
    await put('vip.everywhere');
    await waitFor(known, { timeoutMs: 5_000, what: 'the other node to know the type' });
    await otherNode.close();
  });
});

describe('a check before registering', () => {
  const check = (body: object) => api.call('POST', '/v1/event-type-checks', { body });

  it('finds nothing wrong with what could be registered, and saves nothing', async () => {
    const { schema, example } = level;
    expect((await check({ type: 'draft.checked', schema, example })).body).toEqual({ ok: true, errors: [] });
    expect((await check({ schema })).body).toEqual({ ok: true, errors: [] });
    expect((await api.call('GET', '/v1/event-types/draft.checked')).status).toBe(404);
  });

  it.each([
    {
      what: 'the name and the example',
      body: { ...level, type: 'user.mine', example: { level: 0 } },
      pointers: ['/type', '/example/level'],
    },
    {
      what: 'each part of an example',
      body: { schema: level.schema, example: { level: 'x' } },
      pointers: ['/example/level'],
    },
    {
      what: 'a schema that refers elsewhere',
      body: { schema: { $ref: 'https://example.com/x' } },
      pointers: ['/schema/$ref'],
    },
    { what: 'a schema that is none', body: { schema: { type: 'text' }, example: {} }, pointers: ['/schema'] },
  ])('says what is wrong with $what', async ({ body, pointers }) => {
    const { description: _, ...draft } = { description: '', ...body };
    const answered = await check(draft);
    expect(answered.status, answered.text).toBe(200);
    const found = answered.body as { ok: boolean; errors: { pointer: string; detail: string }[] };
    expect(found.ok).toBe(false);
    expect(found.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
