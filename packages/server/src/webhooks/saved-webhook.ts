import { type FormatName, formatNames, type Method, methods } from '../formats/index.ts';
import { idFromUuid, uuidOf, type WebhookUid } from '../ids.ts';
import type { WebhookRow, WebhooksStore, WebhookWithSecrets } from '../storage/index.ts';
import type { Keyring } from './keyring.ts';
import type { WebhookSource } from './routing-table.ts';
import type { Webhook, WebhookStatus } from './webhook.ts';

/** A stored webhook with its secrets in the clear. Throws UnreadableSecret. */
export function toWebhook({ webhook, secrets }: WebhookWithSecrets, keyring: Keyring): Webhook {
  const settings = readRow(webhook);
  return {
    ...settings,
    secrets: secrets.map(({ ciphertext, keyId, createdAt, expiresAt }) => ({
      value: keyring.decrypt({ ciphertext, keyId }, settings.uid),
      createdAt,
      expiresAt,
    })),
  };
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
    status: oneOf<WebhookStatus>(['active', 'inactive', 'disabled'], row.status),
    disabledReason: row.disabledReason,
    retryPolicy: { delaysMs: row.retryDelaysMs },
    timeoutMs: row.timeoutMs,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** Refuses what this program never writes: the row is from a newer one, or was edited by hand. */
function oneOf<T extends string>(known: readonly T[], value: string): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined)
    throw new Error(`A stored webhook holds "${value}" where one of ${known.join(', ')} was expected`);
  return found;
}

/** Reads webhooks for the routing table from the database. */
export function createWebhookSource(parts: {
  readonly store: WebhooksStore;
  readonly keyring: Keyring;
  readonly now: () => Date;
}): WebhookSource {
  const { store, keyring, now } = parts;
  return {
    readAll: async () => (await store.readAll(now())).map((saved) => toWebhook(saved, keyring)),
    read: async (uids: readonly WebhookUid[]) =>
      (await store.read(uids.map(uuidOf), now())).map((saved) => toWebhook(saved, keyring)),
    listen: (onChange, onMissed) => store.listen((uuid) => onChange(idFromUuid('whk', uuid)), onMissed),
  };
}
