import { createTestDatabase, type TestDatabase, waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventType, exampleEvent, type FrozenEvent } from '../../src/catalog/index.ts';
import {
  type CampaignId,
  idFromUuid,
  newId,
  type OrganizationId,
  uuidOf,
  type WebhookUid,
} from '../../src/ids.ts';
import { createWebhooksStore } from '../../src/storage/index.ts';
import {
  createWebhookSource,
  createWebhooks,
  defaultRetryPolicy,
  type LiveRoutingTable,
  openRoutingTable,
  parseKeyring,
  type Webhook,
  type WebhookSource,
} from '../../src/webhooks/index.ts';

const organizationId: OrganizationId = newId('org');

function webhook(more: Partial<Webhook> = {}): Webhook {
  const uid = newId('whk');
  return {
    uid,
    id: uid,
    organizationId,
    name: 'CRM',
    description: '',
    url: 'https://example.com/',
    method: 'POST',
    headers: {},
    format: 'standard',
    formatVersion: 1,
    mode: null,
    events: [],
    campaigns: [],
    includeTestParticipants: false,
    payoutProcessing: false,
    rateLimit: null,
    ordering: null,
    status: 'active',
    disabledReason: null,
    retryPolicy: defaultRetryPolicy,
    timeoutMs: 15_000,
    secrets: [],
    createdAt: new Date(),
    updatedAt: new Date(),
    ...more,
  };
}

function event(type: EventType, more: Partial<FrozenEvent> = {}): FrozenEvent {
  return {
    ...exampleEvent(type),
    organization: { id: organizationId, name: 'Aurora' },
    ...more,
  } as FrozenEvent;
}

/** A table over webhooks that the test holds; `changed` stands for a notification. */
async function tableOf(...webhooks: Webhook[]) {
  const saved = new Map(webhooks.map((one) => [one.uid, one]));
  let changed: (uid: WebhookUid) => void = () => {};
  let missed: () => void = () => {};
  const source: WebhookSource = {
    readAll: async () => [...saved.values()],
    read: async (uids) => uids.flatMap((uid) => saved.get(uid) ?? []),
    listen: async (onChange, onMissed) => {
      changed = onChange;
      missed = onMissed;
      return async () => {};
    },
  };
  const table = await openRoutingTable(source, () => {});
  return { table, saved, changed: (uid: WebhookUid) => changed(uid), missed: () => missed() };
}

function matched(table: LiveRoutingTable, of: FrozenEvent) {
  return table.match(of).map(({ webhook: { uid }, scope }) => (scope === null ? uid : `${uid} ${scope}`));
}

describe('matching', () => {
  it('takes active webhooks of the organization that want the type and whose format carries it', async () => {
    const all = webhook();
    const named = webhook({ events: ['task.completed', 'quest.completed'] });
    const other = webhook({ events: ['quest.completed'] });
    const uncarried = webhook({ format: 'reward' });
    const inactive = webhook({ status: 'inactive' });
    const disabled = webhook({ status: 'disabled' });
    const foreign = webhook({ organizationId: newId('org') });
    const { table } = await tableOf(all, named, other, uncarried, inactive, disabled, foreign);
    expect(matched(table, event('task.completed')).sort()).toEqual([all.uid, named.uid].sort());
    expect(table.webhook(inactive.uid)).toBe(inactive);
  });

  it('makes one match per claimr scope, of those that were asked for', async () => {
    const every = webhook({ format: 'claimr' });
    const one = webhook({ format: 'claimr', events: ['user_reward'] });
    const none = webhook({ format: 'claimr', events: ['referral', 'user_login'] });
    const { table } = await tableOf(every, one, none);
    expect(matched(table, event('reward.claimed')).sort()).toEqual(
      [`${every.uid} user_activity`, `${every.uid} user_reward`, `${one.uid} user_reward`].sort(),
    );
    expect(matched(table, event('rank.changed'))).toEqual([]);
  });

  it("takes the organization's own event types to every format that carries them", async () => {
    const carriers = (['gamify-route', 'standard', 'cloudevents'] as const).flatMap((format) => [
      webhook({ format }),
      webhook({ format, events: ['task.completed', 'vip.level_up'] }),
    ]);
    const others = [
      webhook({ format: 'gamify-route', events: ['vip.level_down'] }),
      ...(['claimr', 'chainvine', 'reward'] as const).map((format) => webhook({ format })),
    ];
    const { table } = await tableOf(...carriers, ...others);
    const own = event('task.completed', { type: 'vip.level_up', data: { level: 3 } });
    expect(matched(table, own).sort()).toEqual(carriers.map(({ uid }) => uid).sort());
  });

  it('looks at the event itself where the format does', async () => {
    const hook = webhook({ format: 'claimr' });
    const { table } = await tableOf(hook);
    const { data } = event('points.issued');
    const caused = (cause: string) =>
      matched(table, event('points.issued', { data: { ...data, cause } as never }));
    expect(caused('api')).toEqual([`${hook.uid} user_reward`]);
    expect(caused('task')).toEqual([]);
  });

  it('pins to campaigns, and sends events without one only to organization-wide webhooks', async () => {
    const [spring, autumn]: [CampaignId, CampaignId] = [newId('cmp'), newId('cmp')];
    const wide = webhook();
    const pinned = webhook({ campaigns: [spring, autumn] });
    const elsewhere = webhook({ campaigns: [autumn] });
    const { table } = await tableOf(wide, pinned, elsewhere);
    const campaign = { id: spring, name: 'Spring', created_at: '2026-01-01T00:00:00.000Z' };
    expect(matched(table, event('task.completed', { campaign })).sort()).toEqual(
      [wide.uid, pinned.uid].sort(),
    );
    expect(matched(table, event('user.signed_in', { campaign: null }))).toEqual([wide.uid]);
  });

  it('sends events of test participants only where they were asked for', async () => {
    const real = webhook();
    const both = webhook({ includeTestParticipants: true });
    const { table } = await tableOf(real, both);
    const { participant } = event('task.completed');
    if (participant === null) throw new Error('The example has no participant');
    expect(matched(table, event('task.completed', { participant: { ...participant, test: true } }))).toEqual([
      both.uid,
    ]);
    expect(matched(table, event('task.completed')).sort()).toEqual([real.uid, both.uid].sort());
  });

  it('tells of failing webhooks only those who ask for it, and none of itself', async () => {
    const events = ['webhook.failing', 'webhook.disabled', 'webhook.recovered'];
    const operations = webhook({ id: 'operations', events });
    const crm = webhook({ id: 'crm', events });
    const everything = webhook();
    const { table } = await tableOf(operations, crm, everything);
    const data = { webhook: { id: 'crm', name: 'CRM' }, reason: 'It is down.', since: null };
    expect(matched(table, event('webhook.disabled', { data } as Partial<FrozenEvent>))).toEqual([
      operations.uid,
    ]);
  });

  it('finds one webhook among 10,000 that want other things without looking at them', async () => {
    const [campaign]: CampaignId[] = [newId('cmp')];
    const crowd = Array.from({ length: 10_000 }, (_, n) =>
      n % 2 === 0
        ? webhook({ format: 'claimr', events: ['referral'] })
        : webhook({ events: ['quest.completed'], campaigns: campaign === undefined ? [] : [campaign] }),
    );
    const wanted = webhook({ events: ['task.completed'] });
    const { table } = await tableOf(...crowd, wanted);
    const completed = event('task.completed');
    table.match(completed);
    const rounds = 20_000;
    const began = performance.now();
    for (let round = 0; round < rounds; round += 1) table.match(completed);
    const microseconds = ((performance.now() - began) * 1_000) / rounds;
    expect(matched(table, completed)).toEqual([wanted.uid]);
    // A scan of the crowd would take a hundred times as long.
    expect(microseconds).toBeLessThan(20);
  });
});

describe('staying current', () => {
  it('reads a changed webhook again and tells its listeners', async () => {
    const hook = webhook();
    const { table, saved, changed } = await tableOf(hook);
    expect(matched(table, event('task.completed'))).toEqual([hook.uid]);
    const heard: WebhookUid[] = [];
    const stop = table.onChange((uid) => heard.push(uid));
    saved.set(hook.uid, { ...hook, events: ['quest.completed'] });
    changed(hook.uid);
    await waitFor(() => heard.length === 1, { what: 'the change' });
    expect(matched(table, event('task.completed'))).toEqual([]);
    stop();
    saved.delete(hook.uid);
    await table.refresh(hook.uid);
    expect(table.webhook(hook.uid)).toBeUndefined();
    expect(heard).toEqual([hook.uid]);
  });

  it('reads everything again when notifications may have been missed', async () => {
    const [kept, dropped, added] = [webhook(), webhook(), webhook()];
    const { table, saved, missed } = await tableOf(kept, dropped);
    saved.delete(dropped.uid);
    saved.set(added.uid, added);
    missed();
    await waitFor(() => table.webhook(added.uid) !== undefined, { what: 'the added webhook' });
    expect(matched(table, event('task.completed')).sort()).toEqual([kept.uid, added.uid].sort());
  });

  it('shows a change that was saved while an older reading was still under way', async () => {
    const hook = webhook();
    let current = hook;
    const readings: ((rows: Webhook[]) => void)[] = [];
    const table = await openRoutingTable(
      {
        readAll: async () => [hook],
        read: () => new Promise((resolve) => readings.push(resolve)),
        listen: async () => async () => {},
      },
      () => {},
    );
    const first = table.refresh(hook.uid);
    await waitFor(() => readings.length === 1, { what: 'the first reading' });
    const before = current;
    current = { ...hook, name: 'Newer' };
    const second = table.refresh(hook.uid);
    readings[0]?.([before]);
    await first;
    await waitFor(() => readings.length === 2, { what: 'the second reading' });
    readings[1]?.([current]);
    await second;
    expect(table.webhook(hook.uid)?.name).toBe('Newer');
  });

  it('keeps what it knew while the database is away, and catches up by itself', async () => {
    const hook = webhook();
    let away = true;
    const troubles: unknown[] = [];
    const table = await openRoutingTable(
      {
        readAll: async () => [hook],
        read: async () => {
          if (away) throw new Error('away');
          return [{ ...hook, name: 'Newer' }];
        },
        listen: async () => async () => {},
      },
      (error) => troubles.push(error),
    );
    await expect(table.refresh(hook.uid)).rejects.toThrow('away');
    expect(table.webhook(hook.uid)).toBe(hook);
    away = false;
    await waitFor(() => table.webhook(hook.uid)?.name === 'Newer', { what: 'the change' });
    expect(troubles).toHaveLength(1);
    await table.close();
  });
});

describe('two nodes on one database', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await test.database.kysely
      .insertInto('organizations')
      .values({ id: uuidOf(organizationId), name: 'Aurora' })
      .execute();
  });
  afterEach(() => test.drop());

  it('hear of each other’s changes, also of those made while the connection was lost', async () => {
    const keyring = parseKeyring(Buffer.from([...Array(32).keys()]).toString('base64'));
    const now = () => new Date();
    const store = createWebhooksStore(test.database);
    const source = createWebhookSource({ store, keyring, now });
    const [here, there] = [
      await openRoutingTable(source, () => {}),
      await openRoutingTable(source, () => {}),
    ];
    const webhooks = createWebhooks({
      store,
      keyring,
      routing: here,
      targets: { allowPrivateTargets: true, requireHttps: false },
      mostWebhooks: () => null,
      now,
    });
    const settings = { name: 'CRM', url: 'http://127.0.0.1:1/', format: 'standard' };
    const { webhook: made, secret } = await webhooks.create(organizationId, settings);
    expect(here.webhook(made.uid)?.secrets[0]?.value.reveal()).toBe(secret.reveal());
    await waitFor(() => there.webhook(made.uid), { what: 'the new webhook on the other node' });

    await test.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query ilike 'listen %'`,
    );
    await webhooks.update(organizationId, made.id, { name: 'Renamed' });
    await waitFor(() => there.webhook(made.uid)?.name === 'Renamed', {
      what: 'the change on the other node',
    });
    await webhooks.delete(organizationId, made.id);
    expect(here.webhook(made.uid)).toBeUndefined();
    await waitFor(() => there.webhook(made.uid) === undefined, { what: 'the deletion on the other node' });
    await here.close();
    await there.close();
  });

  it('decide one after the other when they change one webhook at once', async () => {
    const keyring = parseKeyring(Buffer.from([...Array(32).keys()]).toString('base64'));
    const now = () => new Date();
    const store = createWebhooksStore(test.database);
    const routing = await openRoutingTable(createWebhookSource({ store, keyring, now }), () => {});
    const targets = { allowPrivateTargets: true, requireHttps: false };
    const webhooks = createWebhooks({ store, keyring, routing, targets, mostWebhooks: () => null, now });
    const settings = { name: 'CRM', url: 'http://127.0.0.1:1/', format: 'standard' };
    const { webhook: made } = await webhooks.create(organizationId, settings);
    await Promise.all([
      webhooks.update(organizationId, made.id, { name: 'Renamed' }),
      webhooks.update(organizationId, made.id, { description: 'Described' }),
      webhooks.update(organizationId, made.id, { timeout_ms: 2_000 }),
      webhooks.update(organizationId, made.id, { events: ['task.completed'] }),
    ]);
    expect(routing.webhook(made.uid)).toMatchObject({
      name: 'Renamed',
      description: 'Described',
      timeoutMs: 2_000,
      events: ['task.completed'],
    });
    expect(idFromUuid('whk', uuidOf(made.uid))).toBe(made.uid);
    await routing.close();
  });
});
