import { randomBytes } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@fanfare/testkit';
import type {
  Accounts,
  BrowserAccess,
  Organization,
  OrganizationDeletion,
  Sessions,
} from '../../src/accounts/index.ts';
import type { Alerts, Mailer } from '../../src/alerts/index.ts';
import { composeApi } from '../../src/api-composition.ts';
import type {
  Actions,
  CampaignRulesSource,
  Campaigns,
  CustomTypes,
  Erasures,
  Merging,
  Payouts,
  PublisherParts,
} from '../../src/campaigns/index.ts';
import { type Closing, createClosing } from '../../src/closing.ts';
import { type Composition, type CompositionParts, compose } from '../../src/composition.ts';
import type { createHttpServer } from '../../src/http/index.ts';
import type { Jobs } from '../../src/jobs/index.ts';
import { type QuotaDefaults, type Quotas, quotaNames } from '../../src/quotas/index.ts';
import { type Database, isUnavailable } from '../../src/storage/index.ts';
import { type Keyring, parseKeyring, type TargetPolicy, type Webhooks } from '../../src/webhooks/index.ts';

export interface ApiSettings
  extends Pick<CompositionParts, 'replays' | 'organizationDeletion' | 'live'>,
    Partial<Pick<CompositionParts, 'clock' | 'residentBytes'>> {
  /** Instead of the real door for events. */
  readonly accept?: PublisherParts['accept'];
  readonly obstacles?: () => Promise<readonly string[]>;
  readonly webhooks?: WebhookSettings;
  readonly drainDeadlineMs?: number;
  /** Where a built dashboard is. */
  readonly dashboard?: string;
  readonly newOrganizations?: 'owners' | 'off';
  readonly trustedProxies?: readonly string[];
  /** What this node gives every organization. */
  readonly quotas?: Partial<QuotaDefaults>;
  readonly limits?: Partial<CompositionParts['limits']>;
  readonly mailer?: Mailer;
  /** Where browsers reach it. */
  readonly origin?: string;
  readonly jobs?: CompositionParts['jobs'] & {
    /** Whether jobs are carried out; else they wait. Default: true. */
    readonly run?: boolean;
  };
  /** How long after it was asked for an erasure goes through the histories. Default: at once. */
  readonly erasureQuietMs?: number;
  /** How long after it was asked for an organization's rows begin to be deleted. */
  readonly deletionQuietMs?: number;
  /** Instead of a copy of the template. */
  readonly test?: Pick<TestDatabase, 'database' | 'drop'>;
}

interface WebhookSettings extends Pick<CompositionParts, 'circuitPolicy' | 'onUnreadable'> {
  readonly targets?: Partial<TargetPolicy>;
  /** Whether what is accepted is also delivered. */
  readonly dispatch?: boolean;
  readonly inboxBytesPerMinute?: number;
  /** Of another node on the same database. */
  readonly keyring?: Keyring;
}

/** What tests look at beside the API. */
interface WebhookParts extends Pick<Composition, 'delivery' | 'routing' | 'health'> {
  readonly keyring: Keyring;
  readonly parts: { readonly webhooks: Webhooks };
}

const unlimited = Object.fromEntries(quotaNames.map((name) => [name, null])) as QuotaDefaults;

/** A node as the program puts it together, for tests: quick, quiet, without limits, and intolerant of trouble. */
export function nodeForTests(database: Database, settings: Omit<ApiSettings, 'test'> = {}): CompositionParts {
  const { webhooks = {}, deletionQuietMs } = settings;
  return {
    database,
    keyring: webhooks.keyring ?? parseKeyring(randomBytes(32).toString('base64')),
    clock: settings.clock ?? { now: () => Date.now() },
    quotas: { ...unlimited, ...settings.quotas },
    limits: { requestsUnderWay: 2_000, memoryBytes: 8 * 1024 ** 3, ...settings.limits },
    residentBytes: settings.residentBytes ?? (() => 0),
    targets: { allowPrivateTargets: true, requireHttps: false, ...webhooks.targets },
    userAgent: 'Fanfare/test',
    observer: { accepted: () => {}, attempted: () => {}, troubled: () => {} },
    dispatch: webhooks.dispatch === true,
    alone: false,
    laneConcurrency: 8,
    globalConcurrency: 64,
    disableAfterDays: 5,
    retentionDays: 30,
    mailer: settings.mailer ?? null,
    origin: settings.origin ?? 'https://hooks.example.com',
    log: { info: () => {}, warn: () => {} },
    onTrouble(trouble, error) {
      // What some tests bring about: secrets that cannot be read, mail that is refused, a database that is away.
      if (trouble !== 'routing' && trouble !== 'alerts' && !isUnavailable(error)) throw error;
    },
    erasures: { quietMs: settings.erasureQuietMs ?? 0 },
    ...(settings.jobs !== undefined && { jobs: settings.jobs }),
    ...(settings.replays !== undefined && { replays: settings.replays }),
    ...(settings.live !== undefined && { live: settings.live }),
    ...(deletionQuietMs !== undefined && { organizationDeletion: { quietMs: deletionQuietMs } }),
    ...(webhooks.circuitPolicy !== undefined && { circuitPolicy: webhooks.circuitPolicy }),
    ...(webhooks.onUnreadable !== undefined && { onUnreadable: webhooks.onUnreadable }),
  };
}

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
  readonly sessions: Sessions;
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
  readonly statistics: Composition['statistics'];
  readonly #closing: Closing;
  readonly #failures: readonly unknown[];

  private constructor(
    node: Composition,
    api: Awaited<ReturnType<typeof composeApi>>,
    parts: {
      readonly url: string;
      readonly database: Database;
      readonly keyring: Keyring;
      readonly organization: Organization;
      readonly token: string;
      readonly closing: Closing;
      readonly failures: readonly unknown[];
    },
  ) {
    this.url = parts.url;
    this.app = api.http;
    this.database = parts.database;
    this.accounts = node.accounts;
    this.browserAccess = api.browserAccess;
    this.sessions = api.sessions;
    this.campaigns = node.campaigns;
    this.rules = node.rules;
    this.customTypes = node.customTypes;
    this.merging = api.merging;
    this.organization = parts.organization;
    this.token = parts.token;
    const { delivery, routing, health, webhooks } = node;
    this.webhookParts = { delivery, routing, health, keyring: parts.keyring, parts: { webhooks } };
    this.jobs = node.jobs;
    this.actions = node.actions;
    this.erasures = node.erasures;
    this.organizationDeletion = node.organizationDeletion;
    this.payouts = node.payouts;
    this.alerts = node.alerts;
    this.quotas = node.quotas;
    this.statistics = node.statistics;
    this.#closing = parts.closing;
    this.#failures = parts.failures;
  }

  static async open(settings: ApiSettings = {}): Promise<ApiHarness> {
    const test = settings.test ?? (await createTestDatabase());
    const { database } = test;
    const failures: unknown[] = [];
    const closing = createClosing((_name, error) => failures.push(error));
    closing.add('test database', () => test.drop());
    const parts = nodeForTests(database, settings);
    const node = await compose(parts, closing);
    const { accounts, delivery, jobs } = node;
    const organization = await accounts.createOrganization('Aurora Games');
    const { text: token } = await accounts.createToken(organization.id, { name: 'Tests', expiresAt: null });
    const bytesPerMinute = settings.webhooks?.inboxBytesPerMinute;
    const api = await composeApi(
      node,
      {
        ...parts,
        retention: { eventDays: 30, attemptDays: 14, bodyDays: 7 },
        newOrganizations: settings.newOrganizations ?? 'owners',
        trustedProxies: settings.trustedProxies ?? [],
        obstacles: settings.obstacles ?? (async () => []),
        ...(settings.accept !== undefined && { accept: settings.accept }),
        ...(settings.dashboard !== undefined && { dashboard: settings.dashboard }),
        ...(settings.drainDeadlineMs !== undefined && { drainDeadlineMs: settings.drainDeadlineMs }),
        ...(bytesPerMinute !== undefined && { inboxes: { bytesPerMinute } }),
      },
      closing,
    );
    const url = await api.http.listen({ host: '127.0.0.1', port: 0 });
    await delivery.start();
    closing.add('delivery', () => delivery.stop(1_000));
    closing.add('jobs', () => jobs.stop());
    if (settings.jobs?.run !== false) await jobs.start();
    const { keyring } = parts;
    return new ApiHarness(node, api, {
      url,
      database,
      keyring,
      organization,
      token,
      closing,
      failures,
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
    const type = response.headers.get('content-type') ?? '';
    const text = type.startsWith('text/event-stream') ? await beginningOf(response) : await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body:
        text === '' || !/json\b/.test(response.headers.get('content-type') ?? '')
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
    await this.#closing.closeAll();
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}

/** Of an answer that has no end. */
async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}
