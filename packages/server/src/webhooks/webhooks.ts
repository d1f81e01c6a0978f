import { generateSecret } from '@fanfare/signature/node';
import {
  type CampaignId,
  idFromUuid,
  newId,
  type OrganizationId,
  parseId,
  type Uuid,
  uuidOf,
  type WebhookUid,
} from '../ids.ts';
import { type Fault, notFound, Problem, quotaReached } from '../problems.ts';
import {
  afterRequestTransaction,
  type NewSecret,
  type WebhookChange,
  type WebhookRow,
  type WebhooksStore,
} from '../storage/index.ts';
import type { Keyring } from './keyring.ts';
import type { LiveRoutingTable } from './routing-table.ts';
import { readRow, toWebhook } from './saved-webhook.ts';
import { SecretText } from './secret-text.ts';
import { secretFault } from './secrets.ts';
import { checkSettings, type Settings, type SettingsInput, type SettingsSurroundings } from './settings.ts';
import type { TargetPolicy } from './target-rules.ts';
import type { Webhook } from './webhook.ts';
import { storedFilter, type WebhookFilter } from './webhook-filter.ts';

/** Which secret a webhook gets: the owner's own, or a generated one for this signature version. */
export interface SecretInput {
  readonly secret?: string | undefined;
  /** `v1`: HMAC-SHA256 (default). `v1a`: Ed25519, whose public half the receiver may know. */
  readonly signature_version?: 'v1' | 'v1a' | undefined;
}

export interface RotationInput extends SecretInput {
  /** How long the secrets before it go on signing beside it: 0 to 7 days, a day unless given. */
  readonly overlap_seconds?: number | undefined;
}

/** A page of a list: so many, going on after a webhook; null: from the start. */
export interface WebhookPage {
  readonly before: Uuid | null;
  readonly limit: number;
}

/**
 * The webhooks of organizations. What is written here is in force on this node when the promise resolves,
 * and a moment later on every other. Unknown and foreign ids throw `Problem('not_found')`.
 */
export interface Webhooks {
  /** The secret is given out here and never again. Throws `invalid_webhook`, `conflict`, `quota_reached`. */
  create(
    organizationId: OrganizationId,
    input: SettingsInput & SecretInput,
  ): Promise<{ webhook: Webhook; secret: SecretText }>;
  get(organizationId: OrganizationId, id: string): Promise<Webhook>;
  /**
   * Newest first. Where few match it may show fewer than `limit` although there is more: behind `next`. Throws
   * `unknown_event_type`.
   */
  list(
    organizationId: OrganizationId,
    filter: WebhookFilter,
    page: WebhookPage,
  ): Promise<{ readonly rows: readonly Webhook[]; readonly next: Uuid | null }>;
  update(organizationId: OrganizationId, id: string, input: SettingsInput): Promise<Webhook>;
  /** Its open deliveries are cancelled; its history stays until retention takes it. */
  delete(organizationId: OrganizationId, id: string): Promise<void>;
  rotateSecret(
    organizationId: OrganizationId,
    id: string,
    input: RotationInput,
  ): Promise<{ webhook: Webhook; secret: SecretText }>;
  /** Cancels what a deletion that was cut short, or a node that did not know of it yet, left open. */
  cancelLeftovers(): Promise<number>;
  /** Names of the event types that the organization registered itself. */
  customTypes(organizationId: OrganizationId): Promise<readonly string[]>;
  /** Checks settings that are not saved, for a test of them. Throws `Problem('invalid_webhook')`. */
  check(organizationId: OrganizationId, input: SettingsInput, saved: Webhook | null): Promise<Settings>;
}

const defaultOverlapSeconds = 24 * 3_600;
const maxOverlapSeconds = 7 * 24 * 3_600;
/** Secrets before the current one that may sign at the same time: each adds an entry to the signature header. */
const maxOldSecrets = 4;
const cancelBatch = 2_000;

export function createWebhooks(parts: {
  readonly store: WebhooksStore;
  readonly keyring: Keyring;
  readonly routing: LiveRoutingTable;
  readonly targets: TargetPolicy;
  /** How many an organization may have; null: as many as it likes. */
  readonly mostWebhooks: (organization: OrganizationId) => number | null;
  readonly now: () => Date;
}): Webhooks {
  const { store, keyring, routing, targets, now } = parts;

  async function surroundings(
    organizationId: OrganizationId,
    input: SettingsInput,
  ): Promise<SettingsSurroundings> {
    const named = (input.campaigns ?? []).flatMap((text) => parseId('cmp', text) ?? []);
    const organization = uuidOf(organizationId);
    const [campaigns, customTypes] = await Promise.all([
      store.campaignsAmong(organization, named.map(uuidOf)),
      store.customTypes(organization),
    ]);
    return {
      ...targets,
      campaigns: new Set<CampaignId>([...campaigns].map((uuid) => idFromUuid('cmp', uuid))),
      customTypes,
    };
  }

  async function find(organizationId: OrganizationId, id: string): Promise<Webhook> {
    const saved = await store.find(uuidOf(organizationId), id, now());
    if (saved === null) throw notFound();
    return toWebhook(saved, keyring);
  }

  function seal(uid: WebhookUid, secret: SecretText): NewSecret {
    return { id: uuidOf(newId('whk')), ...keyring.encrypt(secret, uid), createdAt: now() };
  }

  async function cancelAll(uuid: string): Promise<number> {
    let cancelled = 0;
    for (;;) {
      const batch = await store.cancelDeliveries(uuid, cancelBatch, now());
      cancelled += batch;
      if (batch < cancelBatch) return cancelled;
    }
  }

  return {
    async create(organizationId, input) {
      const checked = checkSettings(input, null, await surroundings(organizationId, input));
      const faults = [...(checked.ok ? [] : checked.faults), ...secretFaults(input)];
      if (!checked.ok || faults.length > 0) throw invalid(faults);
      const uid = newId('whk');
      const at = now();
      const secret = new SecretText(input.secret ?? generateSecret(input.signature_version ?? 'v1'));
      const { settings } = checked;
      const row: WebhookRow = {
        ...toChange(settings, settings.id ?? uid, null, at),
        uid: uuidOf(uid),
        organizationId: uuidOf(organizationId),
        createdAt: at,
      };
      const most = parts.mostWebhooks(organizationId);
      const inserted = await store.insert(row, seal(uid, secret), most);
      if (inserted === 'full') throw quotaReached('webhooks', most);
      if (inserted === 'id_taken') throw idTaken(row.id);
      await afterRequestTransaction(() => routing.refresh(uid));
      return { webhook: await find(organizationId, row.id), secret };
    },

    get: find,

    async list(organizationId, filter, page) {
      const organization = uuidOf(organizationId);
      const customTypes = filter.events === undefined ? [] : await store.customTypes(organization);
      const { rows, next } = await store.list(organization, storedFilter(filter, customTypes), page, now());
      return { rows: rows.map((one) => toWebhook(one, keyring)), next };
    },

    async update(organizationId, id, input) {
      const around = await surroundings(organizationId, input);
      let newPublicId = id;
      const result = await store.change(uuidOf(organizationId), id, async (row, isUsed) => {
        const saved = readRow(row);
        const checked = checkSettings(input, saved, around);
        const faults = [...(checked.ok ? [] : checked.faults)];
        if (input.id !== undefined && input.id !== saved.id && (await isUsed())) {
          faults.push({
            pointer: '/id',
            detail:
              'Deliveries were made under the id already, and receivers may have stored it. Keep it, or create another webhook.',
          });
        }
        if (!checked.ok || faults.length > 0) throw invalid(faults);
        const { settings } = checked;
        newPublicId = settings.id ?? saved.id;
        const reason = settings.status === 'disabled' ? saved.disabledReason : null;
        return toChange(settings, newPublicId, reason, now());
      });
      if (result === 'not_found') throw notFound();
      if (result === 'id_taken') throw idTaken(input.id ?? id);
      const webhook = await find(organizationId, newPublicId);
      await afterRequestTransaction(() => routing.refresh(webhook.uid));
      return webhook;
    },

    async delete(organizationId, id) {
      const uuid = await store.delete(uuidOf(organizationId), id, now());
      if (uuid === null) throw notFound();
      await afterRequestTransaction(async (committed) => {
        await routing.refresh(idFromUuid('whk', uuid));
        if (committed) await cancelAll(uuid);
      });
    },

    async rotateSecret(organizationId, id, input) {
      const webhook = await find(organizationId, id);
      const overlap = input.overlap_seconds ?? defaultOverlapSeconds;
      const faults = secretFaults(input);
      if (!(overlap >= 0 && overlap <= maxOverlapSeconds)) {
        faults.push({
          pointer: '/overlap_seconds',
          detail: `${overlap} seconds; expected 0 to ${maxOverlapSeconds} (7 days).`,
        });
      }
      if (faults.length > 0) throw invalid(faults);
      const secret = new SecretText(input.secret ?? generateSecret(input.signature_version ?? 'v1'));
      const at = now();
      const othersUntil = new Date(at.getTime() + overlap * 1_000);
      const sealed = seal(webhook.uid, secret);
      if (!(await store.rotate(uuidOf(webhook.uid), sealed, othersUntil, maxOldSecrets, at)))
        throw notFound();
      await afterRequestTransaction(() => routing.refresh(webhook.uid));
      return { webhook: await find(organizationId, id), secret };
    },

    async cancelLeftovers() {
      let cancelled = 0;
      for (const uuid of await store.deletedWithDeliveries()) cancelled += await cancelAll(uuid);
      return cancelled;
    },

    customTypes: (organizationId) => store.customTypes(uuidOf(organizationId)),

    async check(organizationId, input, saved) {
      const checked = checkSettings(input, saved, await surroundings(organizationId, input));
      if (!checked.ok) throw invalid(checked.faults);
      return checked.settings;
    },
  };
}

function secretFaults(input: SecretInput): Fault[] {
  if (input.secret === undefined) return [];
  const detail = secretFault(input.secret);
  if (detail !== null) return [{ pointer: '/secret', detail }];
  if (
    input.signature_version !== undefined &&
    (input.signature_version === 'v1a') !== input.secret.startsWith('whsk_')
  ) {
    return [
      {
        pointer: '/signature_version',
        detail: 'It contradicts the secret given: whsk_ secrets sign v1a, all others v1. Leave it out.',
      },
    ];
  }
  return [];
}

function toChange(settings: Settings, id: string, disabledReason: string | null, at: Date): WebhookChange {
  return {
    id,
    name: settings.name,
    description: settings.description,
    url: settings.url,
    method: settings.method,
    headers: settings.headers,
    format: settings.format,
    formatVersion: settings.formatVersion,
    mode: settings.mode,
    events: settings.events,
    campaigns: settings.campaigns.map(uuidOf),
    includeTestParticipants: settings.includeTestParticipants,
    payoutProcessing: settings.payoutProcessing,
    ratePerSecond: settings.rateLimit?.perSecond ?? null,
    rateAdaptive: settings.rateLimit?.kind === 'adaptive',
    orderBy: settings.ordering?.by ?? null,
    orderOnFailure: settings.ordering?.onFailure ?? null,
    status: settings.status,
    disabledReason,
    retryDelaysMs: settings.retryPolicy.delaysMs,
    timeoutMs: settings.timeoutMs,
    updatedAt: at,
  };
}

function invalid(faults: readonly Fault[]): Problem {
  const count = faults.length === 1 ? 'One setting is' : `${faults.length} settings are`;
  return new Problem('invalid_webhook', `${count} not valid; nothing was saved. See errors for each.`, {
    faults,
  });
}

function idTaken(id: string): Problem {
  return new Problem(
    'conflict',
    `Another webhook of your organization has the id ${id} already. Choose another.`,
  );
}
