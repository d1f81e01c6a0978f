import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import {
  type Accounts,
  type BrowserAccess,
  createOrganizationDeletion,
  type Organization,
  type OrganizationDeletion,
  openAccounts,
  openBrowserAccess,
} from '../../src/accounts/index.ts';
import { type Alerts, createAlerts, type Mailer } from '../../src/alerts/index.ts';
import {
  type Actions,
  type ActionsParts,
  type CampaignRulesSource,
  type Campaigns,
  type CustomTypes,
  createActions,
  createActivity,
  createCommunities,
  createCorrections,
  createDesignEditor,
  createErasures,
  createParticipants,
  createPayouts,
  createPersonalData,
  createPersonReferences,
  createPlays,
  createPublisher,
  createRecalculations,
  createReferrals,
  createSignIns,
  createTriggers,
  type Erasures,
  type Merging,
  openCampaignRules,
  openCampaigns,
  openCustomTypes,
  openMerging,
  type Payouts,
  type PublisherParts,
} from '../../src/campaigns/index.ts';
import { createHttpServer } from '../../src/http/index.ts';
import type { OrganizationId, ParticipantId } from '../../src/ids.ts';
import { createImports } from '../../src/imports/index.ts';
import { createJobs, type Jobs } from '../../src/jobs/index.ts';
import {
  type OpenAdmission,
  openAdmission,
  openQuotas,
  type QuotaDefaults,
  type QuotaName,
  type Quotas,
  quotaNames,
} from '../../src/quotas/index.ts';
import { createReplays } from '../../src/replays/index.ts';
import { createEventsStore, createExportsStore, type Database } from '../../src/storage/index.ts';
import { formatsThatCarry, paymentObstacle } from '../../src/webhooks/index.ts';
import { openWebhookParts, type WebhookParts, type WebhookPartsSettings } from './webhook-parts.ts';

export interface ApiSettings {
  /** Instead of the real door for events. */
  readonly accept?: PublisherParts['accept'];
  readonly obstacles?: () => Promise<readonly string[]>;
  readonly clock?: { now(): number };
  readonly webhooks?: WebhookPartsSettings;
  readonly drainDeadlineMs?: number;
  /** What this node gives every organization. */
  readonly quotas?: Partial<QuotaDefaults>;
  readonly limits?: { readonly requestsUnderWay?: number; readonly memoryBytes?: number };
  readonly mailer?: Mailer;
  readonly residentBytes?: () => number;
  readonly jobs?: {
    /** Whether jobs are carried out; else they wait. Default: true. */
    readonly run?: boolean;
    readonly leaseMs?: number;
    readonly pollMs?: number;
  };
  readonly replays?: {
    /** How long events take to be committed at most. */
    readonly commitMs?: number;
  };
  /** How long after it was asked for an erasure goes through the histories. Default: at once. */
  readonly erasureQuietMs?: number;
  /** How long after it was asked for an organization's rows begin to be deleted. */
  readonly deletionQuietMs?: number;
  /** Instead of a copy of the template. */
  readonly test?: Pick<TestDatabase, 'database' | 'drop'>;
}

const unlimited = Object.fromEntries(quotaNames.map((name) => [name, null])) as QuotaDefaults;
const quiet = { info: () => {}, warn: () => {} };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when there is none. */
  readonly body: unknown;
}

export interface Call {
  readonly body?: unknown;
  /** The body as it is sent; wins over `body`. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Another token; null: none. */
  readonly token?: string | null;
}

/**
 * The whole API on a real socket and a database of its own. Accepted events are stored; they are delivered only
 * when `webhooks.dispatch` says so.
 */
export class ApiHarness {
  readonly url: string;
  readonly app: ReturnType<typeof createHttpServer>;
  readonly database: Database;
  readonly accounts: Accounts;
  readonly browserAccess: BrowserAccess;
  readonly campaigns: Campaigns;
  readonly rules: CampaignRulesSource;
  readonly customTypes: CustomTypes;
  readonly merging: Merging;
  readonly organization: Organization;
  readonly token: string;
  readonly webhookParts: WebhookParts;
  readonly jobs: Jobs;
  readonly actions: Actions;
  readonly erasures: Erasures;
  readonly organizationDeletion: OrganizationDeletion;
  readonly payouts: Payouts;
  readonly alerts: Alerts;
  readonly quotas: Quotas;
  readonly #admission: OpenAdmission;
  readonly #test: Pick<TestDatabase, 'database' | 'drop'>;

  private constructor(parts: {
    url: string;
    app: ReturnType<typeof createHttpServer>;
    accounts: Accounts;
    browserAccess: BrowserAccess;
    campaigns: Campaigns;
    rules: CampaignRulesSource;
    customTypes: CustomTypes;
    merging: Merging;
    organization: Organization;
    token: string;
    webhookParts: WebhookParts;
    jobs: Jobs;
    actions: Actions;
    erasures: Erasures;
    organizationDeletion: OrganizationDeletion;
    payouts: Payouts;
    quotas: Quotas;
    admission: OpenAdmission;
    alerts: Alerts;
    test: Pick<TestDatabase, 'database' | 'drop'>;
  }) {
    this.url = parts.url;
    this.app = parts.app;
    this.database = parts.test.database;
    this.accounts = parts.accounts;
    this.browserAccess = parts.browserAccess;
    this.campaigns = parts.campaigns;
    this.rules = parts.rules;
    this.customTypes = parts.customTypes;
    this.merging = parts.merging;
    this.organization = parts.organization;
    this.token = parts.token;
    this.webhookParts = parts.webhookParts;
    this.jobs = parts.jobs;
    this.actions = parts.actions;
    this.erasures = parts.erasures;
    this.organizationDeletion = parts.organizationDeletion;
    this.payouts = parts.payouts;
    this.quotas = parts.quotas;
    this.#admission = parts.admission;
    this.alerts = parts.alerts;
    this.#test = parts.test;
  }

  static async open(settings: ApiSettings = {}): Promise<ApiHarness> {
    const test = settings.test ?? (await createTestDatabase());
    const { database } = test;
    const clock = settings.clock ?? { now: () => Date.now() };
    const refuse = (error: unknown) => {
      throw error;
    };
    const quotas = await openQuotas({
      database,
      defaults: { ...unlimited, ...settings.quotas },
      onTrouble: refuse,
    });
    const admission = openAdmission({
      database,
      quotas,
      limits: { requestsUnderWay: 2_000, memoryBytes: 8 * 1024 ** 3, ...settings.limits },
      clock,
      now: () => performance.now(),
      residentBytes: settings.residentBytes ?? (() => 0),
      onTrouble: refuse,
    });
    const most = (name: QuotaName) => (organization: OrganizationId) => quotas.limitOf(organization, name);
    const accounts = await openAccounts({ database, mostTokens: most('tokens'), clock });
    const organization = await accounts.createOrganization('Aurora Games');
    const { text: token } = await accounts.createToken(organization.id, { name: 'Tests', expiresAt: null });
    const rules = await openCampaignRules({ database });
    const campaigns = await openCampaigns({
      database,
      rules,
      mostCampaigns: most('campaigns'),
      clock,
    });
    const customTypes = await openCustomTypes({ database, clock });
    const participants = createParticipants({ database, clock });
    const webhookParts = await openWebhookParts(database, clock, {
      mostWebhooks: most('webhooks'),
      mostInboxes: most('inboxes'),
      count: admission.count,
      ...settings.webhooks,
    });
    const jobs = createJobs({ database, clock, alone: false, log: quiet, ...settings.jobs });
    const { keyring } = webhookParts;
    const browserAccess = await openBrowserAccess({ database, keyring, clock });
    const deciding: ActionsParts = {
      database,
      rulesOf: (campaign) => rules.rulesOf(campaign),
      acceptWithin: webhookParts.delivery.acceptWithin,
      payoutObstacle: (uid, person) => paymentObstacle(webhookParts.routing.webhook(uid), person.test),
    };
    const actions = createActions(deciding);
    const payouts = createPayouts({ database, actions, clock });
    webhookParts.delivery.registerPayments(payouts.desk);
    const people = createPersonReferences({ database, participants });
    const forget = (absorbed?: ParticipantId) => {
      participants.forget(absorbed);
      people.forget(absorbed);
    };
    const merging = await openMerging({
      ...deciding,
      database,
      onAbsorbed: forget,
      onMissed: () => forget(),
      clock,
    });
    const accept = admission.guard(settings.accept ?? webhookParts.delivery.accept);
    const erasures = createErasures({
      database,
      jobs,
      onErased: forget,
      clock,
      quietMs: settings.erasureQuietMs ?? 0,
    });
    const organizationDeletion = createOrganizationDeletion({
      database,
      accounts,
      jobs,
      clock,
      ...(settings.deletionQuietMs !== undefined && { quietMs: settings.deletionQuietMs }),
    });
    const events = createEventsStore(database);
    const alerts = createAlerts({
      database,
      mailer: settings.mailer ?? null,
      origin: 'https://hooks.example.com',
      now: () => new Date(clock.now()),
      onTrouble: () => {},
    });
    const app = createHttpServer({
      admission,
      quotaUse: admission.quotaUse,
      alerts,
      ...webhookParts.parts,
      jobs,
      exports: createExportsStore(database),
      personalData: createPersonalData({ database }),
      erasures,
      corrections: createCorrections({ database, actions, clock }),
      recalculations: createRecalculations({ database, jobs, rules, actions, clock }),
      imports: createImports({
        database,
        jobs,
        campaignRules: rules,
        actions,
        people,
        isFull: admission.isFull,
        clock,
      }),
      replays: createReplays({
        database,
        jobs,
        webhooks: webhookParts.parts.webhooks,
        routing: webhookParts.routing,
        campaignRules: rules,
        participants,
        retentionDays: 30,
        clock,
        ...settings.replays,
      }),
      accounts,
      organizationDeletion,
      browserAccess,
      campaigns,
      communities: createCommunities({
        database,
        campaigns,
        rules,
        mostCommunities: most('communities'),
        clock,
      }),
      design: createDesignEditor({
        database,
        rules,
        paymentFormats: formatsThatCarry('payout.requested'),
        clock,
      }),
      triggers: createTriggers({ database, rules, clock }),
      campaignRules: rules,
      actions,
      payouts,
      people,
      signIns: createSignIns({
        campaigns,
        participants,
        events,
        accept,
        clock,
      }),
      plays: createPlays({ database }),
      merging,
      customTypes,
      participants,
      activity: createActivity({ database }),
      referrals: createReferrals({ database }),
      publish: createPublisher({
        database,
        campaigns,
        customTypes,
        participants,
        clock,
        accept,
      }),
      events,
      ...(settings.drainDeadlineMs !== undefined && { drainDeadlineMs: settings.drainDeadlineMs }),
      obstacles: settings.obstacles ?? (async () => []),
      clock,
    });
    if (settings.jobs?.run !== false) await jobs.start();
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return new ApiHarness({
      url,
      app,
      accounts,
      browserAccess,
      campaigns,
      rules,
      customTypes,
      merging,
      organization,
      token,
      webhookParts,
      jobs,
      actions,
      erasures,
      organizationDeletion,
      payouts,
      quotas,
      admission,
      alerts,
      test,
    });
  }

  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const { body, raw, headers, token = this.token } = call;
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body:
        text === '' || !/json/.test(response.headers.get('content-type') ?? '')
          ? undefined
          : JSON.parse(text),
    };
  }

  /** Another organization, with a token of its own. */
  async otherOrganization(name = 'Borealis'): Promise<{ organization: Organization; token: string }> {
    const organization = await this.accounts.createOrganization(name);
    const { text } = await this.accounts.createToken(organization.id, { name: 'Tests', expiresAt: null });
    return { organization, token: text };
  }

  /** Publishes one event that must be accepted; its id. */
  async publish(event: unknown, call: Omit<Call, 'body'> = {}): Promise<string> {
    const answer = await this.call('POST', '/v1/events', { ...call, body: event });
    const { id } = answer.body as { id?: unknown };
    if (answer.status !== 202 || typeof id !== 'string') throw new Error(`Not accepted: ${answer.text}`);
    return id;
  }

  async countEvents(): Promise<number> {
    const { rows } = await this.database.pool.query<{ count: number }>(
      'select count(*)::int as count from events',
    );
    return rows[0]?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.jobs.stop();
    await this.webhookParts.stop();
    await this.app.close();
    await this.#admission.close();
    await this.quotas.close();
    await this.customTypes.close();
    await this.merging.close();
    await this.campaigns.close();
    await this.rules.close();
    await this.browserAccess.close();
    await this.accounts.close();
    await this.#test.drop();
  }
}
