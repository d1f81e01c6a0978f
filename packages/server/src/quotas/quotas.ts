import { idFromUuid, type OrganizationId, type Uuid } from '../ids.ts';
import { createQuotasStore, type Database } from '../storage/index.ts';

/** What an organization may use, and how an operator may set it. */
export interface QuotaDefinition {
  readonly least: number;
  readonly most: number;
  /** Whether it may be without a limit. What fills a table or a queue may not. */
  readonly unlimited: boolean;
  /** Of an organization for which nobody set anything else, on a node that is not configured otherwise. */
  readonly otherwise: number | null;
  /** For operators and owners. */
  readonly about: string;
}

const billion = 1_000_000_000;

export const quotaDefinitions = {
  requests_per_second: {
    least: 1,
    most: 1_000_000,
    unlimited: true,
    otherwise: null,
    about: 'Requests that make events, in a second, at all nodes together',
  },
  events_per_day: {
    least: 1,
    most: 1_000 * billion,
    unlimited: true,
    otherwise: null,
    about: 'Events accepted in a day (UTC)',
  },
  events_per_month: {
    least: 1,
    most: 1_000 * billion,
    unlimited: true,
    otherwise: null,
    about: 'Events accepted in a calendar month (UTC)',
  },
  backlog: {
    least: 1,
    most: 100_000_000,
    unlimited: false,
    otherwise: 1_000_000,
    about: 'Deliveries that wait or are under way',
  },
  webhooks: { least: 1, most: 100_000, unlimited: false, otherwise: 1_000, about: 'Webhooks' },
  inboxes: { least: 1, most: 100_000, unlimited: false, otherwise: 1_000, about: 'Inboxes' },
  campaigns: { least: 1, most: 1_000_000, unlimited: false, otherwise: 10_000, about: 'Campaigns' },
  communities: { least: 1, most: 1_000_000, unlimited: false, otherwise: 1_000, about: 'Communities' },
  tokens: { least: 1, most: 100_000, unlimited: false, otherwise: 1_000, about: 'API tokens' },
} as const satisfies Readonly<Record<string, QuotaDefinition>>;

export type QuotaName = keyof typeof quotaDefinitions;
export const quotaNames = Object.keys(quotaDefinitions) as readonly QuotaName[];

/** What holds where nobody set anything for the organization; null: no limit. */
export type QuotaDefaults = Readonly<Record<QuotaName, number | null>>;

/** An own quota of an organization, or what the node says. Null: no limit. */
export interface QuotaValue {
  readonly limit: number | null;
  readonly own: boolean;
}

export function isQuotaName(text: string): text is QuotaName {
  return Object.hasOwn(quotaDefinitions, text);
}

/** Quotas of organizations, kept in memory: asked for with every request. */
export interface Quotas {
  limitOf(organization: OrganizationId, name: QuotaName): number | null;
  valueFor(organization: OrganizationId, name: QuotaName): QuotaValue;
  /** Called when an operator changed quotas of this organization; null: of any. */
  onChange(listener: (organization: OrganizationId | null) => void): void;
  close(): Promise<void>;
}

type OwnQuotas = ReadonlyMap<QuotaName, number | null>;

const none: OwnQuotas = new Map();
const retryPauseMs = 1_000;

/** Reads every own quota there is, and listens for changes until `close`. Throws when the database cannot be reached. */
export async function openQuotas(parts: {
  readonly database: Database;
  readonly defaults: QuotaDefaults;
  readonly onTrouble: (error: unknown) => void;
}): Promise<Quotas> {
  const { defaults } = parts;
  const store = createQuotasStore(parts.database);
  const owned = new Map<OrganizationId, OwnQuotas>();
  const listeners: ((organization: OrganizationId | null) => void)[] = [];
  let reading: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  /** One after the other, so that no older answer overwrites a newer one. */
  function read(organization: Uuid | null): Promise<void> {
    const mine = reading.then(async () => {
      const rows = await store.read(organization === null ? null : [organization]);
      if (organization === null) owned.clear();
      else owned.delete(idFromUuid('org', organization));
      for (const [id, quotas] of byOrganization(rows)) owned.set(id, quotas);
      const changed = organization === null ? null : idFromUuid('org', organization);
      for (const listener of listeners) listener(changed);
    });
    reading = mine.catch(() => undefined);
    return mine;
  }

  function readAgain(organization: Uuid | null): void {
    read(organization).catch((error: unknown) => {
      parts.onTrouble(error);
      if (closed || retry !== null) return;
      retry = setTimeout(() => {
        retry = null;
        readAgain(null);
      }, retryPauseMs);
      retry.unref();
    });
  }

  // Before the first reading, so that no change falls between the two.
  const stopListening = await store.listen(readAgain, () => readAgain(null));
  try {
    await read(null);
  } catch (error) {
    await stopListening();
    throw error;
  }

  function valueFor(organization: OrganizationId, name: QuotaName): QuotaValue {
    const own = owned.get(organization)?.get(name);
    return own === undefined ? { limit: defaults[name], own: false } : { limit: own, own: true };
  }

  return {
    limitOf: (organization, name) => valueFor(organization, name).limit,
    valueFor,
    onChange: (listener) => void listeners.push(listener),
    async close() {
      closed = true;
      if (retry !== null) clearTimeout(retry);
      await stopListening();
      await reading;
    },
  };
}

/** Names that this program does not know are a newer one's. */
function byOrganization(
  rows: Awaited<ReturnType<ReturnType<typeof createQuotasStore>['read']>>,
): ReadonlyMap<OrganizationId, OwnQuotas> {
  const found = new Map<OrganizationId, Map<QuotaName, number | null>>();
  for (const { organizationId, quota, amount } of rows) {
    if (!isQuotaName(quota)) continue;
    const id = idFromUuid('org', organizationId);
    found.set(id, new Map([...(found.get(id) ?? none), [quota, amount]]));
  }
  return found;
}
