import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstUuidAt, newId, uuidOf } from '../../src/ids.ts';
import {
  createUpkeepStore,
  deleteEndedSessions,
  dropPartitionsBefore,
  ensurePartitions,
  listPartitions,
  type UpkeepStore,
} from '../../src/storage/index.ts';
import { idempotencyKeysTask } from '../../src/upkeep/idempotency-keys.ts';
import { inboxesTask } from '../../src/upkeep/inboxes.ts';
import { partitionsTask } from '../../src/upkeep/partitions.ts';
import { retentionTask } from '../../src/upkeep/retention.ts';
import { secretsTask } from '../../src/upkeep/secrets.ts';
import { sessionsTask } from '../../src/upkeep/sessions.ts';
import { Keyring, SecretText, type UnreadableSecret } from '../../src/webhooks/index.ts';

const dayMs = 86_400_000;
const organizationId = newId('org');

let test: TestDatabase;
let store: UpkeepStore;

beforeAll(async () => {
  test = await createTestDatabase();
  store = createUpkeepStore(test.database);
  await test.database.kysely
    .insertInto('organizations')
    .values({ id: uuidOf(organizationId), name: 'Harbour Lights' })
    .execute();
});

afterAll(async () => {
  await test.drop();
});

describe('partitions and retention', () => {
  it('makes the days ahead, and says nothing when they are there', async () => {
    const task = partitionsTask((now) => ensurePartitions(test.database, now));
    const nextMonth = new Date(Date.now() + 30 * dayMs);
    expect(await task.run(nextMonth)).toContain('Made the partitions');
    expect(await task.run(nextMonth)).toBeNull();
  });

  it('drops days older than the retention and keeps the others', async () => {
    const now = new Date();
    const task = retentionTask({ eventDays: 30, attemptDays: 14, bodyDays: 3 }, (bounds) =>
      dropPartitionsBefore(test.database, bounds),
    );
    for (const days of [60, 35, 20, 6]) {
      await ensurePartitions(test.database, new Date(now.getTime() - days * dayMs));
    }
    expect(await task.run(now)).toMatch(
      /^Dropped what is older than 30 days, attempts older than 14 and bodies older than 3 \(.*events_p/,
    );
    const left = await listPartitions(test.database);
    const daysOf = (table: string) =>
      Math.max(
        ...left
          .filter((partition) => partition.table === table)
          .map(({ until }) => Math.ceil((now.getTime() - until.getTime()) / dayMs)),
      );
    expect(
      ['events', 'closed_deliveries', 'attempts', 'response_bodies', 'inbox_requests'].map(daysOf),
    ).toEqual([30, 30, 14, 3, 3]);
    expect(await task.run(now)).toBeNull();
  });
});

describe('sessions', () => {
  it('are deleted once they have ended, with links, counts and invitations that are over', async () => {
    const now = new Date();
    const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
    const { pool } = test.database;
    const person = uuidOf(newId('psn'));
    await pool.query("insert into persons (id, name, email) values ($1, 'Ada', 'ada@example.com')", [person]);
    for (const [ended, counted, invited] of [
      [1, 25, 31 * 24],
      [-1, 23, 29 * 24],
    ] as const) {
      await pool.query(
        `insert into person_sessions (id, person_id, token, expires_at) values ($1, $2, $1::uuid::text, $3)`,
        [uuidOf(newId('ses')), person, hoursAgo(ended)],
      );
      await pool.query(
        `insert into person_verifications (id, identifier, value, expires_at) values ($1, 'reset', '', $2)`,
        [uuidOf(newId('ses')), hoursAgo(ended)],
      );
      await pool.query('insert into sign_in_attempts values ($1, $2, 1)', [
        randomBytes(32),
        hoursAgo(counted),
      ]);
      await pool.query(
        `insert into invitations (id, organization_id, email, role, inviter_id, expires_at)
         values ($1, $2, $3, 'viewer', $4, $5)`,
        [uuidOf(newId('inv')), uuidOf(organizationId), `${invited}@example.com`, person, hoursAgo(invited)],
      );
    }
    const task = sessionsTask((before) => deleteEndedSessions(test.database, before));
    expect(await task.run(now)).toContain('Deleted 4 ');
    expect(await task.run(now)).toBeNull();
  });
});

describe('idempotency keys', () => {
  it('are forgotten after 48 hours and not before', async () => {
    const now = new Date();
    const values = [47.9, 48.1, 90].map((hours) => ({
      organization_id: uuidOf(organizationId),
      key: `key of ${hours} hours`,
      fingerprint: randomBytes(32),
      answer: '{}',
      created_at: new Date(now.getTime() - hours * 3_600_000),
    }));
    await test.database.kysely.insertInto('idempotency_keys').values(values).execute();
    const task = idempotencyKeysTask(store.deleteIdempotencyKeysBefore);
    expect(await task.run(now)).toBe('Forgot 2 idempotency keys');
    expect(await test.database.kysely.selectFrom('idempotency_keys').select('key').execute()).toEqual([
      { key: 'key of 47.9 hours' },
    ]);
    expect(await task.run(now)).toBeNull();
  });

  it('go a batch at a time until none is left', async () => {
    const counts = [10_000, 10_000, 3];
    const asked: number[] = [];
    const task = idempotencyKeysTask(async (_before, limit) => {
      asked.push(limit);
      return counts.shift() ?? 0;
    });
    expect(await task.run(new Date())).toBe('Forgot 20003 idempotency keys');
    expect(asked).toHaveLength(3);
  });
});

describe('secrets', () => {
  const oldKey = randomBytes(32);
  const newKey = randomBytes(32);

  async function addWebhook(keyring: Keyring, secret: string, expiresAt: Date | null = null) {
    const webhookId = newId('whk');
    const inserted = { uid: uuidOf(webhookId), secretId: uuidOf(newId('tok')) };
    await test.database.kysely
      .insertInto('webhooks')
      .values({
        uid: inserted.uid,
        organization_id: uuidOf(organizationId),
        id: webhookId,
        name: 'CRM',
        url: 'https://example.com',
        method: 'POST',
        headers: '{}',
        format: 'standard',
        format_version: 1,
        mode: null,
        disabled_reason: null,
        retry_delays_ms: [],
        timeout_ms: 15_000,
        deleted_at: null,
      })
      .execute();
    const { ciphertext, keyId } = keyring.encrypt(new SecretText(secret), webhookId);
    await test.database.kysely
      .insertInto('webhook_secrets')
      .values({
        id: inserted.secretId,
        webhook_uid: inserted.uid,
        ciphertext,
        key_id: keyId,
        expires_at: expiresAt,
      })
      .execute();
    return { webhookId, ...inserted };
  }

  async function readSecret(id: string) {
    return test.database.kysely
      .selectFrom('webhook_secrets')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }

  function task(keyring: Keyring) {
    const unreadable: UnreadableSecret[] = [];
    return {
      unreadable,
      task: secretsTask({ store, keyring, onUnreadable: (error) => unreadable.push(error) }),
    };
  }

  it('come under the current key and still say the same', async () => {
    const webhook = await addWebhook(new Keyring(oldKey), 'whsec_of_the_crm');
    const inboxId = newId('inb');
    const inboxSecret = new Keyring(oldKey).encrypt(new SecretText('of the inbox'), inboxId);
    await test.database.kysely
      .insertInto('inboxes')
      .values({
        id: uuidOf(inboxId),
        organization_id: uuidOf(organizationId),
        name: 'Inbox',
        answer: '{}',
        ciphertext: inboxSecret.ciphertext,
        key_id: inboxSecret.keyId,
      })
      .execute();
    const tokenKey = newId('ptk');
    const sealed = new Keyring(oldKey).encrypt(new SecretText('of the tokens'), tokenKey);
    await test.database.kysely
      .insertInto('participant_token_keys')
      .values({
        id: uuidOf(tokenKey),
        organization_id: uuidOf(organizationId),
        ciphertext: sealed.ciphertext,
        key_id: sealed.keyId,
        created_at: new Date(),
      })
      .execute();
    expect(await store.readSecretKeyIds()).toEqual([new Keyring(oldKey).currentKeyId]);
    const keyring = new Keyring(newKey, oldKey);

    expect(await task(keyring).task.run(new Date())).toBe(
      `Re-encrypted 3 secrets under the key ${keyring.currentKeyId}`,
    );
    const row = await readSecret(webhook.secretId);
    expect(row?.key_id).toBe(keyring.currentKeyId);
    const read = new Keyring(newKey).decrypt(
      { ciphertext: row?.ciphertext ?? Buffer.alloc(0), keyId: row?.key_id ?? '' },
      webhook.webhookId,
    );
    expect(read.reveal()).toBe('whsec_of_the_crm');
    expect(await store.readSecretKeyIds()).toEqual([keyring.currentKeyId]);
    expect(await task(keyring).task.run(new Date())).toBeNull();
  });

  it('that cannot be read are reported and left alone, and the others go on', async () => {
    const lost = await addWebhook(new Keyring(randomBytes(32)), 'lost');
    const good = await addWebhook(new Keyring(oldKey), 'good');
    const keyring = new Keyring(newKey, oldKey);
    const { task: secrets, unreadable } = task(keyring);
    const before = await readSecret(lost.secretId);
    expect(await secrets.run(new Date())).toContain('Re-encrypted 1 secrets');
    expect(unreadable.map(({ owner }) => owner)).toEqual([lost.webhookId]);
    expect(await readSecret(lost.secretId)).toEqual(before);
    expect((await readSecret(good.secretId))?.key_id).toBe(keyring.currentKeyId);
    await test.database.kysely.deleteFrom('webhooks').where('uid', '=', lost.uid).execute();
  });

  it('that stopped signing a day ago are erased', async () => {
    const now = new Date();
    const keyring = new Keyring(newKey);
    const old = await addWebhook(keyring, 'old', new Date(now.getTime() - 1.1 * dayMs));
    const recent = await addWebhook(keyring, 'recent', new Date(now.getTime() - 0.9 * dayMs));
    expect(await task(keyring).task.run(now)).toBe('Erased 1 secrets that no longer sign');
    expect(await readSecret(old.secretId)).toBeUndefined();
    expect(await readSecret(recent.secretId)).toBeDefined();
  });
});

describe('inboxes', () => {
  it('keep their newest requests, each its own', async () => {
    const busy = newId('inb');
    const quiet = newId('inb');
    for (const id of [busy, quiet]) {
      await test.database.kysely
        .insertInto('inboxes')
        .values({
          id: uuidOf(id),
          organization_id: uuidOf(organizationId),
          name: 'Inbox',
          answer: '{}',
          ciphertext: null,
          key_id: null,
        })
        .execute();
    }
    const request = (inbox: typeof busy, number: number) => ({
      id: firstUuidAt(Date.now()).slice(0, 24) + number.toString(16).padStart(12, '0'),
      inbox_id: uuidOf(inbox),
      received_at: new Date(),
      method: 'POST',
      target: `/${number}`,
      headers: '[]',
      body: Buffer.alloc(0),
      body_cut: false,
      verification: '{}',
      answered: '{}',
    });
    const requests = Array.from({ length: 12 }, (_, index) => request(busy, index)).concat(
      Array.from({ length: 3 }, (_, index) => request(quiet, 100 + index)),
    );
    await test.database.kysely.insertInto('inbox_requests').values(requests).execute();
    const task = inboxesTask(() => store.trimInboxes(5));
    expect(await task.run(new Date())).toBe('Removed 7 old requests from inboxes');
    const left = await test.database.kysely
      .selectFrom('inbox_requests')
      .select('target')
      .orderBy('id')
      .execute();
    expect(left.map(({ target }) => target)).toEqual([
      '/7',
      '/8',
      '/9',
      '/10',
      '/11',
      '/100',
      '/101',
      '/102',
    ]);
    expect(await task.run(new Date())).toBeNull();
  });
});

describe('a task', () => {
  it('runs on one node at a time, and on another afterwards', async () => {
    let finish: () => void = () => {};
    const holding = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun: () => void = () => {};
    const holds = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const first = store.alone('retention', async () => {
      begun();
      await holding;
    });
    await holds;
    expect(await store.alone('retention', async () => {})).toBe(false);
    expect(await store.alone('partitions', async () => {})).toBe(true);
    finish();
    expect(await first).toBe(true);
    expect(await store.alone('retention', async () => {})).toBe(true);
  });

  it('gives its lock back when it fails', async () => {
    await expect(store.alone('retention', async () => Promise.reject(new Error('failed')))).rejects.toThrow(
      'failed',
    );
    expect(await store.alone('retention', async () => {})).toBe(true);
  });
});
