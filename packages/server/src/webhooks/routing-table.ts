import type { FrozenEvent } from '../catalog/index.ts';
import { type Format, formatOf } from '../formats/index.ts';
import type { CampaignId, OrganizationId, WebhookUid } from '../ids.ts';
import { carriesType, isOperational } from './carried-types.ts';
import type { Match, RoutingTable } from './routing.ts';
import type { Webhook } from './webhook.ts';

/** Where the table reads webhooks from. Deleted ones are absent. */
export interface WebhookSource {
  readAll(): Promise<readonly Webhook[]>;
  read(uids: readonly WebhookUid[]): Promise<readonly Webhook[]>;
  /** Calls back with the uid of every webhook that changed, and after a lost connection, when some may have been missed. */
  listen(onChange: (uid: WebhookUid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

export interface LiveRoutingTable extends RoutingTable {
  /** Every webhook of one organization, whatever its status. */
  webhooksOf(organizationId: OrganizationId): readonly Webhook[];
  /** By its public id, whatever its status. */
  webhookOf(organizationId: OrganizationId, id: string): Webhook | undefined;
  /** Reads these again; resolves when `match` and `webhook` show them as they are now. */
  refresh(uid: WebhookUid): Promise<void>;
  close(): Promise<void>;
}

const nothing: readonly Match[] = [];
/** A reading that failed is tried again after this pause; until then the table shows what it knew. */
const retryPauseMs = 1_000;

/**
 * Reads every webhook and keeps them current.
 *
 * An event without a campaign goes only to organization-wide webhooks: naming campaigns asks for what
 * happens in these and for nothing else.
 */
export async function openRoutingTable(
  source: WebhookSource,
  onTrouble: (error: unknown) => void,
): Promise<LiveRoutingTable> {
  const organizations = new Map<OrganizationId, OrganizationRoutes>();
  const byUid = new Map<WebhookUid, Webhook>();
  const listeners = new Set<(uid: WebhookUid) => void>();

  function put(uid: WebhookUid, webhook: Webhook | undefined): void {
    const before = byUid.get(uid);
    if (before !== undefined) organizations.get(before.organizationId)?.remove(uid);
    if (webhook === undefined) {
      byUid.delete(uid);
    } else {
      byUid.set(uid, webhook);
      let routes = organizations.get(webhook.organizationId);
      if (routes === undefined) {
        routes = new OrganizationRoutes();
        organizations.set(webhook.organizationId, routes);
      }
      routes.add(webhook);
    }
  }

  function announce(uid: WebhookUid): void {
    for (const listener of listeners) listener(uid);
  }

  async function readWanted(wanted: ReadonlySet<WebhookUid>): Promise<void> {
    const webhooks = new Map((await source.read([...wanted])).map((webhook) => [webhook.uid, webhook]));
    for (const uid of wanted) {
      put(uid, webhooks.get(uid));
      announce(uid);
    }
  }

  async function readEverything(): Promise<void> {
    const webhooks = new Map((await source.readAll()).map((webhook) => [webhook.uid, webhook]));
    const touched = new Set([...byUid.keys(), ...webhooks.keys()]);
    for (const uid of touched) put(uid, webhooks.get(uid));
    for (const uid of touched) announce(uid);
  }

  const reader = new SerialReader({ readWanted, readEverything, onTrouble });
  // Listening begins before the first reading, so that no change falls between the two.
  const stopListening = await source.listen(
    (uid) => void reader.want(uid).catch(() => undefined),
    () => void reader.wantEverything().catch(() => undefined),
  );
  try {
    await reader.wantEverything();
  } catch (error) {
    reader.stop();
    await stopListening();
    throw error;
  }

  return {
    match: (event) => organizations.get(event.organization.id)?.match(event) ?? nothing,
    webhook: (uid) => byUid.get(uid),
    webhooksOf: (organizationId) => organizations.get(organizationId)?.all() ?? [],
    webhookOf: (organizationId, id) => organizations.get(organizationId)?.byId(id),
    refresh: (uid) => reader.want(uid),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      reader.stop();
      await stopListening();
    },
  };
}

/**
 * The scopes under which one webhook wants an event, by the rules of the table, as if it were active. Null stands for
 * the event as a whole in formats without scopes.
 */
export function wantedBy(webhook: Webhook): (event: FrozenEvent) => readonly (string | null)[] {
  const routes = new OrganizationRoutes();
  routes.add({ ...webhook, status: 'active' });
  return (event) => routes.match(event).map(({ scope }) => scope);
}

interface ReadingSteps {
  readWanted(wanted: ReadonlySet<WebhookUid>): Promise<void>;
  readEverything(): Promise<void>;
  onTrouble(error: unknown): void;
}

/**
 * One reading at a time, so that an older answer can never overwrite a newer one. Whoever asks while a
 * reading is under way waits for the next, which begins after the request and therefore sees its write.
 */
class SerialReader {
  readonly #steps: ReadingSteps;
  #wanted = new Set<WebhookUid>();
  #everything = false;
  #next: Promise<void> | null = null;
  #current: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(steps: ReadingSteps) {
    this.#steps = steps;
  }

  want(uid: WebhookUid): Promise<void> {
    this.#wanted.add(uid);
    return this.#enqueue();
  }

  wantEverything(): Promise<void> {
    this.#everything = true;
    return this.#enqueue();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  #enqueue(): Promise<void> {
    if (this.#next === null) {
      const begin = () => this.#read();
      this.#next = this.#current.then(begin, begin);
      this.#current = this.#next;
    }
    return this.#next;
  }

  async #read(): Promise<void> {
    this.#next = null;
    if (this.#stopped) return;
    const wanted = this.#wanted;
    const everything = this.#everything;
    this.#wanted = new Set();
    this.#everything = false;
    try {
      await (everything ? this.#steps.readEverything() : this.#steps.readWanted(wanted));
    } catch (error) {
      for (const uid of wanted) this.#wanted.add(uid);
      this.#everything ||= everything;
      this.#retryLater();
      this.#steps.onTrouble(error);
      throw error;
    }
  }

  #retryLater(): void {
    if (this.#retry !== null || this.#stopped) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (!this.#stopped) this.#enqueue().catch(() => undefined);
    }, retryPauseMs);
    this.#retry.unref();
  }
}

/** Active webhooks that want one scope of one event type: all of it, or what happens in campaigns they name. */
interface Subscribers {
  readonly organizationWide: Webhook[];
  readonly byCampaign: Map<CampaignId, Webhook[]>;
}

/** Subscribers to one event type in one format, by scope (null in formats without scopes). */
interface FormatSubscribers {
  readonly format: Format;
  readonly byScope: Map<string | null, Subscribers>;
}

/**
 * The webhooks of one organization, and for each event type met so far those that want it. A change to
 * any of them empties this second part; the next event of a type fills it again in one pass.
 */
class OrganizationRoutes {
  readonly #webhooks = new Map<WebhookUid, Webhook>();
  readonly #byId = new Map<string, Webhook>();
  readonly #byType = new Map<string, readonly FormatSubscribers[]>();

  add(webhook: Webhook): void {
    this.#webhooks.set(webhook.uid, webhook);
    this.#byId.set(webhook.id, webhook);
    this.#byType.clear();
  }

  remove(uid: WebhookUid): void {
    const webhook = this.#webhooks.get(uid);
    this.#webhooks.delete(uid);
    // The id of a deleted webhook may be another's by now.
    if (webhook !== undefined && this.#byId.get(webhook.id) === webhook) this.#byId.delete(webhook.id);
    this.#byType.clear();
  }

  byId(id: string): Webhook | undefined {
    return this.#byId.get(id);
  }

  all(): readonly Webhook[] {
    return [...this.#webhooks.values()];
  }

  match(event: FrozenEvent): readonly Match[] {
    let formats = this.#byType.get(event.type);
    if (formats === undefined) {
      formats = this.#subscribersTo(event.type);
      this.#byType.set(event.type, formats);
    }
    if (formats.length === 0) return nothing;
    const matches: Match[] = [];
    for (const { format, byScope } of formats) {
      for (const scope of format.carries(event)) {
        const subscribers = byScope.get(scope);
        if (subscribers === undefined) continue;
        collect(subscribers.organizationWide, event, scope, matches);
        if (event.campaign === null) continue;
        const pinned = subscribers.byCampaign.get(event.campaign.id);
        if (pinned !== undefined) collect(pinned, event, scope, matches);
      }
    }
    return matches;
  }

  #subscribersTo(type: string): readonly FormatSubscribers[] {
    const byFormat = new Map<Format, FormatSubscribers>();
    for (const webhook of this.#webhooks.values()) {
      if (webhook.status !== 'active') continue;
      const format = formatOf(webhook.format, webhook.formatVersion);
      for (const scope of wantedScopes(webhook, format, type)) {
        let subscribers = byFormat.get(format);
        if (subscribers === undefined) {
          subscribers = { format, byScope: new Map() };
          byFormat.set(format, subscribers);
        }
        subscribe(webhook, scope, subscribers.byScope);
      }
    }
    return [...byFormat.values()];
  }
}

/** The scopes under which this webhook wants events of a type, as far as the type alone can tell. */
function wantedScopes(webhook: Webhook, format: Format, type: string): readonly (string | null)[] {
  if (!carriesType(format, type)) return [];
  if (format.scopes.length > 0) return webhook.events.length > 0 ? webhook.events : format.scopes;
  // What concerns the operation goes to those who name it, not to receivers of everything that people do.
  const everything = webhook.events.length === 0 && !isOperational(type);
  return everything || webhook.events.includes(type) ? [null] : [];
}

function subscribe(webhook: Webhook, scope: string | null, byScope: Map<string | null, Subscribers>): void {
  let subscribers = byScope.get(scope);
  if (subscribers === undefined) {
    subscribers = { organizationWide: [], byCampaign: new Map() };
    byScope.set(scope, subscribers);
  }
  if (webhook.campaigns.length === 0) subscribers.organizationWide.push(webhook);
  for (const campaign of webhook.campaigns) {
    const pinned = subscribers.byCampaign.get(campaign);
    if (pinned === undefined) subscribers.byCampaign.set(campaign, [webhook]);
    else pinned.push(webhook);
  }
}

function collect(
  webhooks: readonly Webhook[],
  event: FrozenEvent,
  scope: string | null,
  matches: Match[],
): void {
  const test = event.participant?.test === true;
  const concerned = concernedBy(event);
  for (const webhook of webhooks) {
    if (test && !webhook.includeTestParticipants) continue;
    if (webhook.id === concerned) continue;
    // Filters on an event's content will be judged here, after everything that is cheaper.
    matches.push({ webhook, scope });
  }
}

/** The webhook that an operational event is about: telling it that it fails would only fail again. */
function concernedBy(event: FrozenEvent): string | null {
  switch (event.type) {
    case 'webhook.failing':
    case 'webhook.disabled':
    case 'webhook.recovered':
    case 'webhook.parked':
      return (event.data as { readonly webhook: { readonly id: string } }).webhook.id;
    default:
      return null;
  }
}
