import { verify } from '@fanfare/signature/node';
import { answer, type Receiver, startReceiver, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleEvent } from '../../src/catalog/index.ts';
import { newId } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
let receiver: Receiver;
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
  receiver = await startReceiver({
    handler: ({ path }) =>
      path === '/bad' ? answer(500, { body: Buffer.from([0xff, 0xfe, 0]) }) : answer(200, { body: 'grüezi' }),
  });
});
afterAll(async () => {
  await receiver.close();
  await api.close();
});

interface ShownDelivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly webhook: { id: string; name: string; deleted: boolean };
  readonly event: { id: string; type: string; campaign_id: string | null; participant_id: string | null };
  readonly next_attempt_at: string | null;
  readonly closed_at: string | null;
  readonly created_at: string;
  readonly request: { method: string; url: string; body: string } | null;
  readonly resend_queued: boolean;
}

async function webhook(path: string, settings: object = {}): Promise<{ id: string; secret: string }> {
  const created = await api.call('POST', '/v1/webhooks', {
    body: { name: 'CRM', url: receiver.url + path, format: 'standard', ...settings },
  });
  expect(created.status, created.text).toBe(201);
  return created.body as { id: string; secret: string };
}

async function campaign(): Promise<string> {
  return ((await api.call('POST', '/v1/campaigns', { body: { name: 'Spring' } })).body as { id: string }).id;
}

async function publish(type: 'user.joined_campaign' | 'user.signed_in', more: object = {}): Promise<string> {
  const published = await api.call('POST', '/v1/events', {
    body: { type, participant: { external_id: 'ada' }, data: exampleEvent(type).data, ...more },
  });
  expect(published.status, published.text).toBe(202);
  return (published.body as { id: string }).id;
}

async function list(query: string): Promise<ShownDelivery[]> {
  const listed = await api.call('GET', `/v1/deliveries?${query}`);
  expect(listed.status, listed.text).toBe(200);
  return (listed.body as { data: ShownDelivery[] }).data;
}

async function get(id: string): Promise<ShownDelivery> {
  return (await api.call('GET', `/v1/deliveries/${id}`)).body as ShownDelivery;
}

function settled(webhookId: string, state: string): Promise<ShownDelivery> {
  return waitFor(async () => (await list(`webhook_id=${webhookId}&state=${state}`))[0], {
    what: `a delivery of ${webhookId} that is ${state}`,
  });
}

it('shows a delivery with the bytes that were sent, and its attempt with what came back', async () => {
  const { id, secret } = await webhook('/good', {
    events: ['user.signed_in'],
    headers: { 'X-Tenant': 'harbour', 'Accept-Language': 'de' },
  });
  const eventId = await publish('user.signed_in');
  const { id: deliveryId } = await settled(id, 'delivered');
  const delivery = await get(deliveryId);
  const sent = receiver.requests.find(({ headers }) => headers['webhook-id'] === deliveryId);
  expect(delivery).toMatchObject({
    state: 'delivered',
    attempts: 1,
    next_attempt_at: null,
    event: { id: eventId, type: 'user.signed_in' },
    webhook: { id, name: 'CRM', deleted: false },
    resend_queued: false,
  });
  expect(delivery.request?.body).toBe(sent?.body.toString('utf8'));
  const attempts = await api.call('GET', `/v1/deliveries/${deliveryId}/attempts`);
  const [attempt, ...more] = (attempts.body as { data: Record<string, unknown>[] }).data;
  expect(more).toEqual([]);
  expect(attempt).toMatchObject({
    number: 1,
    resend: false,
    outcome: 'answered',
    acknowledged: true,
    request: { method: 'POST', url: `${receiver.url}/good`, signature: sent?.headers['webhook-signature'] },
    response: { status: 200, body: 'grüezi', body_encoding: 'utf-8', body_cut: false },
    address: '127.0.0.1',
  });
  expect(verify(delivery.request?.body ?? '', sent?.headers ?? {}, secret)).toMatchObject({ ok: true });
  const { headers, body } = (attempt as { request: { headers: Record<string, string>; body: string } })
    .request;
  expect(body).toBe(sent?.body.toString('utf8'));
  const { host: _, connection: __, 'content-length': ___, ...received } = sent?.headers ?? {};
  expect(headers).toEqual({ ...received, 'x-tenant': '[your value]' });
});

it('shows an answer that is not text in base64, and the next attempt', async () => {
  const { id } = await webhook('/bad', {
    events: ['user.signed_in'],
    retry_policy: { delays_seconds: [3_600] },
  });
  await publish('user.signed_in');
  const delivery = await settled(id, 'retrying');
  expect(delivery).toMatchObject({ attempts: 1, closed_at: null });
  expect(Date.parse(delivery.next_attempt_at ?? '')).toBeGreaterThan(Date.now() + 40 * 60_000);
  const attempts = await api.call('GET', `/v1/deliveries/${delivery.id}/attempts`);
  expect(attempts.body).toMatchObject({
    data: [{ acknowledged: false, response: { status: 500, body: '//4A', body_encoding: 'base64' } }],
  });
});

describe('filters', () => {
  it('narrow by webhook, campaign, event type, participant, state, event and time', async () => {
    const [spring, autumn] = [await campaign(), await campaign()];
    const { id } = await webhook('/good', { campaigns: [spring, autumn] });
    const first = await publish('user.joined_campaign', {
      campaign_id: spring,
      participant: { external_id: 'grace' },
    });
    const second = await publish('user.joined_campaign', {
      campaign_id: autumn,
      participant: { external_id: 'linus' },
    });
    const third = await publish('user.signed_in', {
      campaign_id: autumn,
      participant: { external_id: 'linus' },
    });
    const mine = `webhook_id=${id}`;
    const all = await waitFor(
      async () => {
        const found = await list(`${mine}&state=delivered`);
        return found.length === 3 && found;
      },
      { what: 'three deliveries' },
    );
    const events = async (query: string) => (await list(`${mine}&${query}`)).map(({ event }) => event.id);
    expect(all.map(({ event }) => event.id)).toEqual([third, second, first]);
    expect(await events(`campaign_id=${spring}`)).toEqual([first]);
    expect(await events(`campaign_id=${autumn}&event_type=user.joined_campaign`)).toEqual([second]);
    expect(await events('participant_id=linus')).toEqual([third, second]);
    expect(await events(`participant_id=${all[0]?.event.participant_id}`)).toEqual([third, second]);
    expect(await events(`event_id=${first}`)).toEqual([first]);
    expect(await events('state=exhausted')).toEqual([]);
    expect(await events('state=pending')).toEqual([]);
    const middle = all[1]?.created_at ?? '';
    expect(await events(`since=${middle}`)).toContain(third);
    expect(await events(`since=${middle}`)).not.toContain(first);
    expect(await events(`until=${middle}`)).toEqual([first]);
    expect(await events(`since=2000-01-01T00:00:00Z&until=2000-01-02T00:00:00Z`)).toEqual([]);
    const alias = await api.call('GET', `/v1/webhooks/${id}/deliveries?campaign_id=${spring}`);
    expect((alias.body as { data: ShownDelivery[] }).data.map(({ event }) => event.id)).toEqual([first]);
  });

  it('narrow by what came of the last attempt', async () => {
    const once = { events: ['user.joined_campaign'], retry_policy: { delays_seconds: [] } };
    const spring = await campaign();
    const good = await webhook('/good', { ...once, campaigns: [spring] });
    const bad = await webhook('/bad', { ...once, campaigns: [spring] });
    const nowhere = await webhook('', { ...once, campaigns: [spring], url: 'http://127.0.0.1:1/' });
    await publish('user.joined_campaign', { campaign_id: spring, participant: { external_id: 'grace' } });
    await api.call('POST', '/v1/participants', {
      body: { external_id: 'grace', email: 'grace@example.com' },
    });
    const all = await waitFor(
      async () => {
        const found = await list(`campaign_id=${spring}`);
        return found.filter(({ closed_at }) => closed_at !== null).length === 3 && found;
      },
      { what: 'three deliveries that ended' },
    );
    const of = async (query: string) =>
      (await list(`campaign_id=${spring}&${query}`)).map((delivery) => delivery.webhook.id);
    expect(await of('status=500')).toEqual([bad.id]);
    expect(await of('status=5xx')).toEqual([bad.id]);
    expect(await of('status=501')).toEqual([]);
    expect(await of('status=2xx')).toEqual([good.id]);
    expect(await of('failure=connection_refused')).toEqual([nowhere.id]);
    expect(await of('error=REFUSED')).toEqual([nowhere.id]);
    expect(await of('error=gr%C3%BCezi')).toEqual([]);
    const shown = (id: string) => all.find((delivery) => delivery.webhook.id === id);
    expect(shown(nowhere.id)).toMatchObject({
      event: {
        campaign_name: 'Spring',
        participant_external_id: 'grace',
        participant_email: 'grace@example.com',
      },
      last_attempt: {
        outcome: 'connection_refused',
        acknowledged: false,
        status: null,
        message: expect.stringContaining('refused the connection'),
        total_ms: expect.any(Number),
      },
    });
    expect(shown(good.id)).toMatchObject({
      last_attempt: { acknowledged: true, status: 200, message: null },
    });
    const answered = await api.call('GET', `/v1/webhooks/${bad.id}/deliveries?status=5xx`);
    expect((answered.body as { data: unknown[] }).data).toEqual([shown(bad.id)]);
  });

  it.each([
    'webhook_id=nobody',
    'campaign_id=nonsense',
    'event_id=we_nonsense',
    'participant_id=stranger',
  ])('find nothing for %s', async (query) => {
    expect(await list(query)).toEqual([]);
  });

  it.each([
    'state=lost',
    'since=yesterday',
    'limit=0',
    'limit=251',
    'colour=blue',
    'status=99',
    'status=5x',
    'failure=bad_luck',
    'error=',
    'error=%00',
  ])('refuse %s', async (query) => {
    expect(await api.call('GET', `/v1/deliveries?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    });
  });
});

it('pages through open and closed deliveries in one order', async () => {
  const good = await webhook('/good', { events: ['user.signed_in'] });
  const bad = await webhook('/bad', {
    events: ['user.signed_in'],
    retry_policy: { delays_seconds: [3_600] },
  });
  const since = new Date().toISOString();
  for (let n = 0; n < 5; n += 1) await publish('user.signed_in');
  const whole = await waitFor(
    async () => {
      const found = (await list(`since=${since}&limit=250`)).filter(
        ({ webhook: { id } }) => id === good.id || id === bad.id,
      );
      return found.length === 10 && found.every(({ state }) => state !== 'pending') && found;
    },
    { what: 'ten deliveries, attempted' },
  );
  expect(new Set(whole.map(({ state }) => state))).toEqual(new Set(['delivered', 'retrying']));
  const paged: string[] = [];
  let cursor: string | null = null;
  do {
    const answered = await api.call(
      'GET',
      `/v1/deliveries?since=${since}&limit=3${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    const page = answered.body as { data: ShownDelivery[]; next_cursor: string | null };
    paged.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  const inOne = (await list(`since=${since}&limit=250`)).map(({ id }) => id);
  expect(paged).toEqual(inOne);
  expect(inOne).toEqual([...inOne].sort().reverse());
});

describe('resending', () => {
  it('makes one extra attempt of what was delivered, with the same id and the same bytes', async () => {
    const { id } = await webhook('/good', { events: ['user.signed_in'] });
    await publish('user.signed_in');
    const delivery = await settled(id, 'delivered');
    const resent = await api.call('POST', `/v1/deliveries/${delivery.id}/resend`);
    expect(resent).toMatchObject({ status: 202, body: { id: delivery.id, resend_queued: true } });
    const sent = await waitFor(
      () => {
        const found = receiver.requests.filter(({ headers }) => headers['webhook-id'] === delivery.id);
        return found.length === 2 && found;
      },
      { what: 'the second request' },
    );
    expect(sent[0]?.body.equals(sent[1]?.body ?? Buffer.alloc(0))).toBe(true);
    await waitFor(
      async () => {
        const attempts = await api.call('GET', `/v1/deliveries/${delivery.id}/attempts`);
        const list = (attempts.body as { data: { resend: boolean }[] }).data;
        return list.length === 2 && list[1]?.resend === true;
      },
      { what: 'the attempt of the resend' },
    );
    expect(await get(delivery.id)).toMatchObject({ state: 'delivered', resend_queued: false });
  });

  it('refuses a second one while the first waits, and says why for webhooks that are off', async () => {
    const { id } = await webhook('/bad', {
      events: ['user.signed_in'],
      retry_policy: { delays_seconds: [3_600] },
    });
    await publish('user.signed_in');
    const delivery = await settled(id, 'retrying');
    const path = `/v1/deliveries/${delivery.id}/resend`;
    await api.database.pool.query(
      `insert into open_deliveries (id, extra, organization_id, webhook_uid, event_id, format, format_version,
                                    webhook_name, created_at, kind, due_at)
       select id, true, organization_id, webhook_uid, event_id, format, format_version, webhook_name, created_at, 2,
              now() + interval '1 hour' from open_deliveries where attempts = 1 and webhook_uid =
              (select uid from webhooks where id = $1)`,
      [id],
    );
    expect((await get(delivery.id)).resend_queued).toBe(true);
    expect(await api.call('POST', path)).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const reasonAfter = async (status: string) => {
      await api.call('PATCH', `/v1/webhooks/${id}`, { body: { status } });
      return ((await api.call('POST', path)).body as { detail: string }).detail;
    };
    expect(await reasonAfter('inactive')).toContain('inactive');
    await api.call('DELETE', `/v1/webhooks/${id}`);
    expect((await api.call('POST', path)).body).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('was deleted'),
    });
  });
});

it("answers another organization's ids exactly like unknown ones", async () => {
  const { id } = await webhook('/good', { events: ['user.signed_in'] });
  await publish('user.signed_in');
  const delivery = await settled(id, 'delivered');
  const { token } = await api.otherOrganization();
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/attempts'],
    ['POST', '/resend'],
  ] as const) {
    const foreign = await api.call(method, `/v1/deliveries/${delivery.id}${path}`, { token });
    const unknown = await api.call(method, `/v1/deliveries/${newId('dlv')}${path}`, { token });
    const malformed = await api.call(method, `/v1/deliveries/nonsense${path}`, { token });
    expect([foreign.status, unknown.status, malformed.status], path).toEqual([404, 404, 404]);
    const { instance: _, request_id: __, ...shown } = foreign.body as Record<string, unknown>;
    expect(unknown.body).toMatchObject(shown);
    expect(malformed.body).toMatchObject(shown);
  }
  expect((await api.call('GET', `/v1/deliveries?webhook_id=${id}`, { token })).body).toEqual({
    data: [],
    next_cursor: null,
  });
  expect((await api.call('GET', '/v1/deliveries', { token })).body).toEqual({ data: [], next_cursor: null });
});

describe('a webhook that is off', () => {
  it('gets nothing of what occurs meanwhile, and its waiting retries when it is active again', async () => {
    const flaky = await startReceiver({ script: [answer(500)] });
    const { id } = await webhook('', {
      url: `${flaky.url}/`,
      events: ['user.signed_in'],
      retry_policy: { delays_seconds: [3_600] },
    });
    await publish('user.signed_in');
    const waiting = await settled(id, 'retrying');
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { status: 'inactive' } });
    const missed = await publish('user.signed_in');
    expect(await list(`webhook_id=${id}&event_id=${missed}`)).toEqual([]);
    await api.database.pool.query(
      'update open_deliveries set due_at = now() where attempts = 1 and webhook_uid = (select uid from webhooks where id = $1)',
      [id],
    );
    await api.call('PATCH', `/v1/webhooks/${id}`, { body: { status: 'active' } });
    const delivered = await settled(id, 'delivered');
    expect(delivered.id).toBe(waiting.id);
    await flaky.close();
  });
});
