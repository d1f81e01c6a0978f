import { type FormatName, formatNames, type Method, methods } from '../formats/index.ts';
import { idFromUuid, uuidOf, type WebhookUid } from '../ids.ts';
import type { WebhookRow, WebhooksStore, WebhookWithSecrets } from '../storage/index.ts';
import { type Keyring, type SealedSecret, UnreadableSecret } from './keyring.ts';
import type { WebhookSource } from './routing-table.ts';
import { SecretText } from './secret-text.ts';
import { unreadableForOwner } from './secrets.ts';
import type { Ordering, RateLimit, Webhook, WebhookSecret, WebhookStatus } from './webhook.ts';

/**
 * A stored webhook with its secrets in the clear. One secret that cannot be read concerns its webhook alone:
 *
 * - damaged, it will not heal, so an active webhook reads as disabled with the reason;
 * - under a key that this node does not have, another node may read it (keys are changed node by node), so the
 *   webhook stays as it is: its events are kept, and this node puts its attempts off;
 * - an old one that would sign only until its overlap ends is left out: the current one signs alone.
 */
export function toWebhook(
  { webhook, secrets }: WebhookWithSecrets,
  keyring: Keyring,
  onUnreadable: (error: UnreadableSecret) => void = () => {},
): Webhook {
  const settings = readRow(webhook);
  const usable: WebhookSecret[] = [];
  let damaged = false;
  for (const { createdAt, expiresAt, ...sealed } of secrets) {
    const value = open(sealed, settings.uid, keyring);
    if (value instanceof UnreadableSecret) {
      onUnreadable(value);
      if (expiresAt !== null) continue;
      damaged ||= value.reason !== 'unknown_key';
    }
    usable.push({
      value: value instanceof UnreadableSecret ? SecretText.unreadable(value) : value,
      createdAt,
      expiresAt,
    });
  }
  const off = damaged && settings.status === 'active';
  return {
    ...settings,
    ...(off && { status: 'disabled', disabledReason: unreadableForOwner }),
    secrets: usable,
  };
}

function open(sealed: SealedSecret, owner: WebhookUid, keyring: Keyring): SecretText | UnreadableSecret {
  try {
    return keyring.decrypt(sealed, owner);
  } catch (error) {
    if (error instanceof UnreadableSecret) return error;
    throw error;
  }
}

/** A stored webhook without its secrets. */
export function readRow(row: WebhookRow): Omit<Webhook, 'secrets'> {
  return {
    uid: idFromUuid('whk', row.uid),
    id: row.id,
    organizationId: idFromUuid('org', row.organizationId),
    name: row.name,
    description: row.description,
    url: row.url,
    method: oneOf<Method>(methods, row.method),
    headers: row.headers,
    format: oneOf<FormatName>(formatNames, row.format),
    formatVersion: row.formatVersion,
    mode: row.mode === null ? null : oneOf<'structured' | 'binary'>(['structured', 'binary'], row.mode),
    events: row.events,
    campaigns: row.campaigns.map((campaign) => idFromUuid('cmp', campaign)),
    includeTestParticipants: row.includeTestParticipants,
    payoutProcessing: row.payoutProcessing,
    rateLimit: rateLimitFrom(row),
    ordering: orderingFrom(row),
    status: oneOf<WebhookStatus>(['active', 'inactive', 'disabled'], row.status),
    disabledReason: row.disabledReason,
    retryPolicy: { delaysMs: row.retryDelaysMs },
    timeoutMs: row.timeoutMs,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function rateLimitFrom({ ratePerSecond, rateAdaptive }: WebhookRow): RateLimit | null {
  if (rateAdaptive) return { kind: 'adaptive', perSecond: ratePerSecond };
  return ratePerSecond === null ? null : { kind: 'fixed', perSecond: ratePerSecond };
}

function orderingFrom({ orderBy, orderOnFailure }: WebhookRow): Ordering | null {
  return orderBy === null || orderOnFailure === null ? null : { by: orderBy, onFailure: orderOnFailure };
}

/** Refuses what this program never writes: the row is from a newer one, or was edited by hand. */
function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined)
    throw new Error(`A stored webhook holds "${value}" where one of ${known.join(', ')} was expected`);
  return found;
}

/** Where the routing table reads webhooks from, in the database. */
export interface StoredWebhooks extends WebhookSource {
  /**
   * Webhooks that read as disabled because their secret is damaged, but are not written down so: each that was read
   * already, at once, and then each that is. Until somebody disables them their deliveries are claimed and given back
   * without end. Once.
   */
  onDamaged(disable: (uid: WebhookUid, reason: string) => void): void;
}

export function createWebhookSource(parts: {
  readonly store: WebhooksStore;
  readonly keyring: Keyring;
  /** The operator must act; told at every reading. Without it a secret that cannot be read fails the reading. */
  readonly onUnreadable?: (error: UnreadableSecret) => void;
  readonly now: () => Date;
}): StoredWebhooks {
  const { store, keyring, onUnreadable = fail, now } = parts;
  /** The table is read before anybody can disable anything. */
  const early = new Set<WebhookUid>();
  let damaged = (uid: WebhookUid): void => void early.add(uid);

  function read(rows: readonly WebhookWithSecrets[]): readonly Webhook[] {
    return rows.map((row) => {
      const webhook = toWebhook(row, keyring, onUnreadable);
      if (webhook.status === 'disabled' && row.webhook.status === 'active') damaged(webhook.uid);
      return webhook;
    });
  }

  return {
    readAll: async () => read(await store.readAll(now())),
    read: async (uids: readonly WebhookUid[]) => read(await store.read(uids.map(uuidOf), now())),
    listen: (onChange, onMissed) => store.listen((uuid) => onChange(idFromUuid('whk', uuid)), onMissed),
    onDamaged(disable) {
      damaged = (uid) => disable(uid, unreadableForOwner);
      for (const uid of early) damaged(uid);
      early.clear();
    },
  };
}

function fail(error: UnreadableSecret): never {
  throw error;
}
