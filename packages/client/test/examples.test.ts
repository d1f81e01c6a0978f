import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiProblem, createClient } from '@fanfare/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness } from '../../server/test/http/harness.ts';

let api: ApiHarness;
let address: string;
let token: string;
let folder: string;
beforeAll(async () => {
  api = await ApiHarness.open();
  ({ url: address, token } = api);
  folder = await mkdtemp(join(tmpdir(), 'fanfare-client-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await api.close();
});

const event = {
  type: 'trigger.fired',
  participant: { external_id: 'ada' },
  data: { trigger: { id: 'successful_payment' }, value: 2.99 },
};

/** Where the examples write to. */
function writer() {
  const lines: unknown[][] = [];
  return { lines, log: (...line: unknown[]) => lines.push(line) };
}

describe('the examples of docs/client.md', () => {
  it('call and tell answers apart', async () => {
    const fanfare = createClient({ baseUrl: address, token });

    const campaign = await fanfare.post('/v1/campaigns', { body: { name: 'Spring' } });
    const found = await fanfare.get('/v1/campaigns/{id}', { path: { id: campaign.id } });
    expect(found).toEqual(campaign);

    const webhook = await fanfare.post('/v1/webhooks', {
      body: { name: 'CRM', url: `${address}/inbox/none`, format: 'standard' },
    });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const console = writer();
    const asked = await fanfare.send('POST', '/v1/webhooks/{id}/replays', {
      path: { id: webhook.id },
      body: { only: 'missing', since, dry_run: true },
    });
    if (asked.status === 200) console.log(asked.body.deliveries);
    expect(console.lines).toEqual([[0]]);
  });

  it('read lists and files', async () => {
    const fanfare = createClient({ baseUrl: address, token });
    const failed: string[] = [];
    for await (const delivery of fanfare.items('/v1/deliveries', { query: { state: 'exhausted' } })) {
      failed.push(delivery.id);
    }
    expect(failed).toEqual([]);

    await fanfare.post('/v1/participants', { body: { external_id: 'carol' } });
    const name = join(folder, 'participants.csv');
    const file = await open(name, 'w');
    for await (const bytes of await fanfare.stream('/v1/participants.csv')) await file.write(bytes);
    await file.close();
    expect(await readFile(name, 'utf8')).toContain('carol');
  });

  it('hear what is wrong', async () => {
    const fanfare = createClient({ baseUrl: address, token });
    const console = writer();
    try {
      await fanfare.post('/v1/events', { body: { type: 'no.such.type', data: {} } });
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      console.log(error.code, error.detail, error.errors);
    }
    expect(console.lines).toMatchObject([['unknown_event_type', expect.any(String), expect.any(Array)]]);
  });

  it('repeat what is safe, and tell how often', async () => {
    const fanfare = createClient({ baseUrl: address, token });
    const order = 'order-1';
    const before = await api.countEvents();
    for (let time = 0; time < 2; time++) {
      await fanfare.post('/v1/events', { body: event, idempotencyKey: order });
    }
    expect(await api.countEvents()).toBe(before + 1);
    await fanfare.get('/v1/quotas', { retry: { attempts: 10, longestWaitMs: 60_000 } });
    await fanfare.get('/v1/quotas', { retry: false, signal: AbortSignal.timeout(5_000) });
  });

  it('act for a participant', async () => {
    const fanfare = createClient({ baseUrl: address, token });
    const campaign = await fanfare.post('/v1/campaigns', { body: { name: 'Autumn' } });
    const made = await fanfare.post('/v1/participant-tokens', {
      body: { participant: { external_id: 'ada' } },
    });
    const session = { participantToken: made.token };
    const page = createClient({ baseUrl: address, token: () => session.participantToken });
    const path = { id: campaign.id };
    expect(await page.get('/v1/campaigns/{id}', { path })).toMatchObject({ name: 'Autumn' });
    session.participantToken = 'ended';
    await expect(page.get('/v1/campaigns/{id}', { path })).rejects.toMatchObject({ status: 401 });
  });

  it('are those above, to the letter', async () => {
    const [page, source] = await Promise.all(
      ['../../../docs/client.md', './examples.test.ts'].map((path) =>
        readFile(new URL(path, import.meta.url), 'utf8'),
      ),
    );
    const run = (source ?? '').replaceAll(/^ +/gm, '');
    const examples = [...(page ?? '').matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
    expect(examples.length).toBeGreaterThan(5);
    for (const example of examples) expect(run).toContain(example.replaceAll(/^ +/gm, ''));
  });
});
