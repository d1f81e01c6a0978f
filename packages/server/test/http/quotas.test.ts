import { waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { runQuotasCommand } from '../../src/quotas-command.ts';
import { ApiHarness } from './harness.ts';

const limits = { webhooks: 2, inboxes: 1, campaigns: 2, communities: 2, tokens: 2 };

let api: ApiHarness;
let other: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open({ quotas: limits });
  other = await ApiHarness.open({
    quotas: limits,
    webhooks: { keyring: api.webhookParts.keyring },
    test: { database: api.database, drop: async () => {} },
  });
});
afterAll(async () => {
  await other.close();
  await api.close();
});

async function command(...args: string[]) {
  let out = '';
  let complaint = '';
  const code = await runQuotasCommand({
    args,
    write: (text) => {
      out += text;
    },
    complain: (text) => {
      complaint += text;
    },
    now: () => new Date(),
    environment: { DATABASE_URL: api.database.connectionString, FANFARE_WEBHOOK_LIMIT: '2' },
  });
  return { code, out, complaint };
}

interface Quota {
  readonly name: string;
  readonly limit: number | null;
  readonly own: boolean;
  readonly used: number | null;
  readonly resets_at: string | null;
}

async function quotaOf(node: ApiHarness, token: string, name: string): Promise<Quota | undefined> {
  const { body, status, text } = await node.call('GET', '/v1/quotas', { token });
  expect(status, text).toBe(200);
  return (body as { data: Quota[] }).data.find((quota) => quota.name === name);
}

const things: readonly { name: keyof typeof limits; path: string; body: unknown; before: number }[] = [
  {
    name: 'webhooks',
    path: '/v1/webhooks',
    body: { name: 'CRM', url: 'http://127.0.0.1:1/', format: 'standard' },
    before: 0,
  },
  { name: 'inboxes', path: '/v1/inboxes', body: { name: 'Echo' }, before: 0 },
  { name: 'campaigns', path: '/v1/campaigns', body: { name: 'Spring' }, before: 0 },
  // The default one, and the token that asks.
  { name: 'communities', path: '/v1/communities', body: { name: 'North' }, before: 1 },
  { name: 'tokens', path: '/v1/tokens', body: { name: 'Backend' }, before: 1 },
];

describe('of what an organization makes one by one', () => {
  it.each(
    things,
  )('$name: there are no more than its quota, however many nodes are asked at once', async (thing) => {
    const { token } = await api.otherOrganization();
    const limit = limits[thing.name];
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        (n % 2 === 0 ? api : other).call('POST', thing.path, { body: thing.body, token }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(limit - thing.before);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(6 - limit + thing.before);
    expect(refused[0]?.body).toMatchObject({
      code: 'quota_reached',
      detail: expect.stringContaining(`has ${limit} ${thing.name}, as many as it may`) as string,
      quota: { name: thing.name, limit, used: limit, resets_at: null },
    });
    expect(await quotaOf(other, token, thing.name)).toEqual({
      name: thing.name,
      limit,
      own: false,
      used: limit,
      resets_at: null,
    });
    // Somebody else's are their own.
    const { token: theirs } = await api.otherOrganization();
    expect((await api.call('POST', thing.path, { body: thing.body, token: theirs })).status).toBe(201);
  });

  it('what is deleted makes room', async () => {
    const { token } = await api.otherOrganization();
    const made = await api.call('POST', '/v1/inboxes', { body: { name: 'Echo' }, token });
    expect((await api.call('POST', '/v1/inboxes', { body: { name: 'Echo' }, token })).status).toBe(409);
    await api.call('DELETE', `/v1/inboxes/${(made.body as { id: string }).id}`, { token });
    expect((await api.call('POST', '/v1/inboxes', { body: { name: 'Echo' }, token })).status).toBe(201);
  });
});

describe('fanfare quotas', () => {
  it('sets quotas of one organization, which count on every node from then on', async () => {
    const { organization, token } = await api.otherOrganization('Cygnus');
    expect((await command()).out).not.toContain('Cygnus');
    const set = await command(
      organization.id,
      'webhooks=3',
      'events_per_day=100',
      'requests_per_second=none',
    );
    expect(set).toMatchObject({ code: 0, complaint: '' });
    expect(set.out).toMatch(/^Cygnus \(org_/);
    expect(set.out).toMatch(/^ {2}webhooks +0 +3 +own$/m);
    expect(set.out).toMatch(/^ {2}requests_per_second +– +no limit +own$/m);
    expect(set.out).toMatch(/^ {2}backlog +0 +1,000,000 +default$/m);
    for (const node of [api, other]) {
      await waitFor(async () => (await quotaOf(node, token, 'webhooks'))?.limit === 3, {
        what: 'the node to hear of it',
      });
    }
    expect(await quotaOf(api, token, 'events_per_day')).toMatchObject({ limit: 100, own: true, used: 0 });
    expect((await command()).out).toContain('Cygnus');
    const { out } = await command(organization.id, '--json', 'webhooks=default');
    const [shown] = JSON.parse(out) as { id: string; quotas: Quota[] }[];
    expect(shown?.id).toBe(organization.id);
    expect(shown?.quotas.find(({ name }) => name === 'webhooks')).toEqual({
      name: 'webhooks',
      limit: 2,
      own: false,
      used: 0,
    });
    await waitFor(async () => (await quotaOf(other, token, 'webhooks'))?.limit === 2, {
      what: 'the node to hear of it',
    });
  });

  it('lists every organization when asked to', async () => {
    const { organization } = await api.otherOrganization('Draco');
    const { out } = await command('--all');
    expect(out).toContain(`Draco (${organization.id})`);
  });

  it('says what is wrong with how it was asked', async () => {
    const { id } = api.organization;
    for (const [args, complaint] of [
      [['--xml'], 'no option "--xml"'],
      [['webhooks=3'], 'no organization'],
      [['somebody'], 'Found "somebody", expected the id'],
      [[id, newId('org')], 'several organizations'],
      [[id, 'elephants=3'], 'no quota "elephants"'],
      [[id, 'webhooks=none'], 'found "none", expected 1 to 100000, or "default"'],
      [[id, 'backlog=0'], 'found "0", expected 1 to 100000000'],
    ] as const) {
      expect(await command(...args)).toMatchObject({
        code: 2,
        out: '',
        complaint: expect.stringContaining(complaint) as string,
      });
    }
    expect(await command(newId('org'), 'webhooks=3')).toMatchObject({
      code: 1,
      complaint: expect.stringContaining('There is no organization') as string,
    });
    expect((await command('--help')).out).toContain('events_per_day');
  });
});
