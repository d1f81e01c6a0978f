import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase, waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exampleEvent } from '../../src/catalog/index.ts';
import { newId, type OrganizationId, uuidOf, type WebhookUid } from '../../src/ids.ts';
import { createWebhooksStore } from '../../src/storage/index.ts';
import {
  createWebhookSource,
  createWebhooks,
  Keyring,
  type LiveRoutingTable,
  openRoutingTable,
  signingKeys,
  type UnreadableSecret,
  type Webhooks,
} from '../../src/webhooks/index.ts';

const settings = { url: 'http://127.0.0.1:1/', format: 'standard' };

let test: TestDatabase;
let organizationId: OrganizationId;
const key = randomBytes(32);
const opened: LiveRoutingTable[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  organizationId = newId('org');
  await test.database.kysely
    .insertInto('organizations')
    .values({ id: uuidOf(organizationId), name: 'Aurora' })
    .execute();
});
afterEach(async () => {
  for (const table of opened.splice(0)) await table.close();
  await test.drop();
});

/** A node as it starts: reads every webhook. */
async function startNode(keyring: Keyring) {
  const store = createWebhooksStore(test.database);
  const now = () => new Date();
  const unreadable: UnreadableSecret[] = [];
  const source = createWebhookSource({
    store,
    keyring,
    onUnreadable: (error) => unreadable.push(error),
    now,
  });
  const routing = await openRoutingTable(source, () => {});
  opened.push(routing);
  const disabled: WebhookUid[] = [];
  source.onDamaged((uid) => disabled.push(uid));
  const targets = { allowPrivateTargets: true, requireHttps: false };
  const webhooks: Webhooks = createWebhooks({
    store,
    keyring,
    routing,
    targets,
    mostWebhooks: () => null,
    now,
  });
  return { routing, webhooks, unreadable, disabled };
}

async function damageSecretsOf(uid: WebhookUid): Promise<void> {
  await test.database.pool.query(
    'update webhook_secrets set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) where webhook_uid = $1',
    [uuidOf(uid)],
  );
}

function matchedBy(routing: LiveRoutingTable): readonly string[] {
  const event = {
    ...exampleEvent('user.signed_in'),
    organization: { id: organizationId, name: 'Aurora' },
  };
  return routing.match(event).map(({ webhook }) => webhook.name);
}

const savedStatus = async (uid: WebhookUid) =>
  (
    await test.database.kysely
      .selectFrom('webhooks')
      .select(['status', 'disabled_reason'])
      .where('uid', '=', uuidOf(uid))
      .executeTakeFirstOrThrow()
  ).status;

describe('a stored secret that was changed', () => {
  it('disables its webhook with the reason, tells the operator, and stops no other', async () => {
    const first = await startNode(new Keyring(key));
    const { webhook: damaged } = await first.webhooks.create(organizationId, { ...settings, name: 'CRM' });
    await first.webhooks.create(organizationId, { ...settings, name: 'Warehouse' });
    await damageSecretsOf(damaged.uid);

    const node = await startNode(new Keyring(key));
    expect(matchedBy(node.routing)).toEqual(['Warehouse']);
    expect(node.routing.webhook(damaged.uid)).toMatchObject({ status: 'disabled' });
    expect(node.unreadable[0]).toMatchObject({ reason: 'tampered', owner: damaged.uid });
    expect(node.disabled).toEqual([damaged.uid]);
    expect(await node.webhooks.get(organizationId, damaged.id)).toMatchObject({
      status: 'disabled',
      disabledReason: expect.stringContaining('Rotate the secret'),
    });
    const { rows } = await node.webhooks.list(organizationId, {}, { before: null, limit: 10 });
    expect(rows).toHaveLength(2);
  });

  it('keeps its webhook from being enabled until the secret is rotated', async () => {
    const node = await startNode(new Keyring(key));
    const { webhook: damaged } = await node.webhooks.create(organizationId, { ...settings, name: 'CRM' });
    await damageSecretsOf(damaged.uid);

    const { status } = await node.webhooks.update(organizationId, damaged.id, { status: 'active' });
    expect(status).toBe('disabled');
    await waitFor(() => node.disabled.includes(damaged.uid), { what: 'the webhook to be disabled again' });

    const { secret } = await node.webhooks.rotateSecret(organizationId, damaged.id, {});
    await node.webhooks.update(organizationId, damaged.id, { status: 'active' });
    const mended = node.routing.webhook(damaged.uid);
    expect(mended?.status).toBe('active');
    expect(mended?.secrets.map(({ value }) => value.reveal())).toEqual([secret.reveal()]);
    expect(matchedBy(node.routing)).toEqual(['CRM']);
  });
});

describe('a secret under a key that this node does not have', () => {
  it('leaves the webhook active, so that its events are kept, and lets nothing out unsigned', async () => {
    const other = await startNode(new Keyring(randomBytes(32)));
    const { webhook: foreign } = await other.webhooks.create(organizationId, { ...settings, name: 'CRM' });

    const node = await startNode(new Keyring(key));
    expect(matchedBy(node.routing)).toEqual(['CRM']);
    expect(await savedStatus(foreign.uid)).toBe('active');
    expect(node.unreadable[0]).toMatchObject({ reason: 'unknown_key' });
    const webhook = node.routing.webhook(foreign.uid);
    expect(webhook).toBeDefined();
    expect(() => webhook && signingKeys(webhook, Date.now())).toThrow(/cannot be read/);
  });
});
