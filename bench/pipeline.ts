import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FrozenEvent } from '../packages/server/src/catalog/index.ts';
import { createDelivery, createSender, type Delivery } from '../packages/server/src/delivery/index.ts';
import { type CampaignId, newId, type OrganizationId, uuidOf } from '../packages/server/src/ids.ts';
import { createLive } from '../packages/server/src/live/index.ts';
import { createStatisticsCounter } from '../packages/server/src/statistics/index.ts';
import {
  createLiveStore,
  createStatisticsStore,
  createWebhooksStore,
  type Database,
  migrate,
  openDatabase,
  startEmbeddedServer,
} from '../packages/server/src/storage/index.ts';
import {
  createWebhookSource,
  createWebhooks,
  openRoutingTable,
  parseKeyring,
} from '../packages/server/src/webhooks/index.ts';

/** The parts of Fanfare between accept and the receiver, in this process, on a PostgreSQL of their own with fsync on. */
export interface Pipeline {
  readonly delivery: Delivery;
  readonly database: Database;
  readonly postgresPid: number;
  readonly troubles: number;
  /** An event for the lane with this number, of about 700 bytes as stored. */
  event(lane: number): FrozenEvent;
  openDeliveries(): Promise<number>;
  attempts(): Promise<number>;
  stop(): Promise<void>;
}

/** One webhook per lane, in the order that is given for it. */
export async function startPipeline(
  receiverUrl: string,
  lanes: number,
  orderings: readonly ({ readonly by: string; readonly on_failure: string } | null)[] = [],
): Promise<Pipeline> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
  const server = await startEmbeddedServer({ dataDir, log: () => {} });
  const database = openDatabase({ connectionString: server.connectionString });
  await migrate(database);

  const organizationId = newId('org');
  const campaigns = await writeCampaigns(database, organizationId, lanes);
  const keyring = parseKeyring(Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64'));
  const store = createWebhooksStore(database);
  const now = () => new Date();
  const routing = await openRoutingTable(createWebhookSource({ store, keyring, now }), fail);
  const webhooks = createWebhooks({
    store,
    keyring,
    routing,
    targets: { allowPrivateTargets: true, requireHttps: false },
    mostWebhooks: () => null,
    now,
  });
  for (const [lane, campaign] of campaigns.entries()) {
    await webhooks.create(organizationId, {
      name: `lane ${lane}`,
      url: `${receiverUrl}/${lane}`,
      format: 'standard',
      campaigns: [campaign],
      ordering: orderings[lane] ?? null,
    });
  }

  let troubles = 0;
  // As on every node: what it costs to count is part of the way.
  const statistics = createStatisticsCounter({
    store: createStatisticsStore(database),
    now: () => Date.now(),
    onTrouble: fail,
  });
  const live = createLive({
    store: createLiveStore(database),
    clock: { now: () => Date.now() },
    now: () => performance.now(),
    onTrouble: fail,
  });
  await live.start();
  const delivery = createDelivery({
    database,
    webhooks: routing,
    sender: createSender({ allowPrivateTargets: true, requireHttps: false, userAgent: 'Fanfare/bench' }),
    observer: {
      accepted(report) {
        statistics.accepted(report);
        live.accepted(report);
      },
      attempted(report) {
        statistics.attempted(report);
        live.attempted(report);
      },
      troubled: ({ error }) => {
        troubles += 1;
        console.error(error);
      },
    },
    disableWebhook: () => {},
    onCircuit: () => {},
    parkWithin: async () => {},
    userAgent: 'Fanfare/bench',
    dispatch: true,
    alone: true,
    laneConcurrency: 32,
    globalConcurrency: 512,
  });
  await delivery.start();

  const count = async (table: string) => {
    const result = await database.pool.query<{ n: string }>(`select count(*) as n from ${table}`);
    return Number(result.rows[0]?.n);
  };
  return {
    delivery,
    database,
    postgresPid: server.pid,
    get troubles() {
      return troubles;
    },
    event: (lane) => eventFor(organizationId, campaigns[lane % lanes] as CampaignId),
    openDeliveries: () => count('open_deliveries'),
    attempts: () => count('attempts'),
    async stop() {
      await delivery.stop(5_000);
      await live.close();
      await statistics.close();
      await routing.close();
      await database.close();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function writeCampaigns(
  database: Database,
  organizationId: OrganizationId,
  count: number,
): Promise<CampaignId[]> {
  const organization = uuidOf(organizationId);
  await database.kysely.insertInto('organizations').values({ id: organization, name: 'Aurora' }).execute();
  const community = uuidOf(newId('com'));
  await database.kysely
    .insertInto('communities')
    .values({ id: community, organization_id: organization, name: 'Aurora', is_default: true })
    .execute();
  const campaigns = Array.from({ length: count }, () => newId('cmp'));
  await database.kysely
    .insertInto('campaigns')
    .values(
      campaigns.map((id) => ({
        id: uuidOf(id),
        organization_id: organization,
        community_id: community,
        name: 'Season',
      })),
    )
    .execute();
  return campaigns;
}

const participantIds = Array.from({ length: 1_000 }, () => newId('usr'));
let made = 0;

function eventFor(organizationId: OrganizationId, campaignId: CampaignId): FrozenEvent {
  made += 1;
  return {
    id: newId('we'),
    type: 'trigger.fired',
    occurred_at: new Date().toISOString(),
    trust: 'server',
    organization: { id: organizationId, name: 'Aurora' },
    community: null,
    campaign: { id: campaignId, name: 'Season', created_at: '2026-01-01T00:00:00.000Z' },
    participant: {
      id: participantIds[made % participantIds.length] ?? newId('usr'),
      external_id: `customer-${made % participantIds.length}`,
      email: 'ada@example.com',
      first_name: 'Ada',
      last_name: 'Lovelace',
      phone: null,
      wallet: null,
      fields: { plan: 'pro' },
      test: false,
      total_points: made,
      referral_points: 0,
      ugc_points: 0,
      multiplier_percent: 0,
      rank: 1,
      team: null,
    },
    seq: made,
    data: { trigger: { id: 'successful_payment', name: 'Successful payment' }, value: 2.99 },
  } as FrozenEvent;
}

function fail(error: unknown): never {
  throw error;
}
