import type { FrozenEvent } from '../catalog/index.ts';
import { type Format, type FormatName, formatOf } from '../formats/index.ts';
import { type DeliveryId, newId, type OrganizationId, type ParticipantId } from '../ids.ts';
import { Problem } from '../problems.ts';
import { hideHeaders } from './header-privacy.ts';
import type { Settings, SettingsInput } from './settings.ts';
import {
  type EventOwner,
  type Sample,
  type SampleSource,
  type Subscription,
  scopesOf,
  simulateEvent,
  typesOf,
} from './simulated-event.ts';
import type { Webhook } from './webhook.ts';
import type { Webhooks } from './webhooks.ts';

/** What one request carries, to whom. */
export interface ExchangeInput {
  readonly event: FrozenEvent;
  readonly webhook: Webhook;
  readonly delivery: {
    readonly id: DeliveryId;
    readonly format: FormatName;
    readonly formatVersion: number;
    readonly scope: string | null;
    readonly createdAt: string;
    readonly webhookName: string;
    readonly attempt: number;
  };
  /** Marks the request as a test. */
  readonly test: boolean;
}

export interface ExchangedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface ExchangedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly bodyCut: boolean;
}

interface ExchangeTimings {
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  readonly tlsMs: number | null;
  readonly waitMs: number | null;
  readonly readMs: number | null;
  readonly totalMs: number;
}

export type ExchangeOutcome =
  | { readonly kind: 'answered'; readonly answer: ExchangedAnswer; readonly timings: ExchangeTimings }
  | {
      readonly kind: 'failed';
      readonly failure: string;
      readonly message: string;
      readonly answer: ExchangedAnswer | null;
      readonly timings: ExchangeTimings;
    }
  | { readonly kind: 'aborted' };

/** Renders, signs and sends one request, exactly as a delivery does. */
export type Exchange = (
  input: ExchangeInput,
) => Promise<{ readonly request: ExchangedRequest; readonly outcome: ExchangeOutcome }>;

export interface TestInput {
  /** Null: the catalogue's sample. */
  readonly participantId: ParticipantId | null;
  /** Null: the first that the webhook carries, under its first scope. */
  readonly eventType: string | null;
  /** claimr only. Null: the first that matches. */
  readonly scope: string | null;
  /** Settings edited and not saved. */
  readonly settings: SettingsInput;
}

export interface TestResult {
  readonly sample: Sample;
  /** As it left, but for header values of the owner's own that may hold credentials. */
  readonly request: ExchangedRequest;
  readonly outcome: Exclude<ExchangeOutcome, { kind: 'aborted' }>;
  /** Signed, and with the saved headers: only the saved URL gets that. */
  readonly signed: boolean;
}

/** Tests of webhooks: one real request about an event that did not happen. Nothing is counted or recorded. */
export interface WebhookTests {
  test(owner: EventOwner, webhookId: string, input: TestInput): Promise<TestResult>;
  /** Of settings that were never saved: without a secret. */
  testUnsaved(owner: EventOwner, input: TestInput): Promise<TestResult>;
}

export function createWebhookTests(parts: {
  readonly webhooks: Webhooks;
  readonly samples: SampleSource;
  readonly exchange: Exchange;
  readonly now: () => Date;
}): WebhookTests {
  const { webhooks, samples, exchange, now } = parts;

  async function run(owner: EventOwner, webhook: Webhook, input: TestInput): Promise<TestResult> {
    const sample = await chooseSample(owner, webhook, input);
    const { request, outcome } = await exchange({
      event: sample.event,
      webhook,
      delivery: {
        id: newId('dlv'),
        format: webhook.format,
        formatVersion: webhook.formatVersion,
        scope: sample.scope,
        createdAt: now().toISOString(),
        webhookName: webhook.name,
        attempt: 1,
      },
      test: true,
    });
    if (outcome.kind === 'aborted') {
      throw new Problem(
        'unavailable',
        'Fanfare is shutting down, so the test was broken off. Try again in a moment.',
        {
          retryAfterSeconds: 5,
        },
      );
    }
    const shown = { ...request, headers: hideHeaders(request.headers, webhook.headers, '[your value]') };
    return { sample, request: shown, outcome, signed: webhook.secrets.length > 0 };
  }

  async function chooseSample(owner: EventOwner, webhook: Webhook, input: TestInput): Promise<Sample> {
    const format = formatOf(webhook.format, webhook.formatVersion);
    const types = input.eventType === null ? typesOf(format, webhook, []) : [input.eventType];
    const scope = input.scope;
    // An event chosen by hand may be tested before it is subscribed to.
    const subscription = input.eventType === null ? webhook : { events: [] };
    for (const wanted of scope === null ? scopesToTry(format, webhook, subscription) : [scope]) {
      for (const type of types) {
        const event = await simulateEvent(samples, owner, type, input.participantId, now());
        if (scopesOf(event, format, subscription).includes(wanted)) return { event, scope: wanted };
      }
    }
    const wanted = scope === null ? '' : ` under the scope "${scope.slice(0, 80)}"`;
    throw new Problem(
      'invalid_webhook',
      `The format ${format.name} does not carry ${input.eventType ?? 'any event of this webhook'}${wanted}. ` +
        `It carries ${[...format.scopes, ...typesOf(format, { events: [] }, [])].join(', ')}.`,
    );
  }

  return {
    async test(owner, webhookId, input) {
      const saved = await webhooks.get(owner.id, webhookId);
      const settings = await webhooks.check(owner.id, input.settings, saved);
      return run(owner, edited(saved, settings, input.settings), input);
    },

    async testUnsaved(owner, input) {
      const settings = await webhooks.check(owner.id, input.settings, null);
      return run(owner, unsaved(owner.id, settings, now()), input);
    },
  };
}

/** A test shows the webhook's own scope: the first it subscribed to, or the format's first if it wants all. */
function scopesToTry(
  format: Format,
  webhook: Subscription,
  subscription: Subscription,
): readonly (string | null)[] {
  if (format.scopes.length === 0) return [null];
  return subscription.events.length === 0 ? [...webhook.events, ...format.scopes] : subscription.events;
}

/**
 * The webhook as it would be after the edit. An address that was not saved gets neither the secrets nor
 * the saved headers: otherwise whoever may test could have them sent anywhere.
 */
function edited(saved: Webhook, settings: Settings, input: SettingsInput): Webhook {
  const { id: _, ...rest } = settings;
  const sameUrl = new URL(settings.url).href === new URL(saved.url).href;
  if (sameUrl) return { ...saved, ...rest };
  const given = Object.entries(input.headers ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return { ...saved, ...rest, headers: Object.fromEntries(given), secrets: [] };
}

function unsaved(organizationId: OrganizationId, settings: Settings, at: Date): Webhook {
  const uid = newId('whk');
  return {
    ...settings,
    uid,
    id: settings.id ?? uid,
    organizationId,
    disabledReason: null,
    secrets: [],
    createdAt: at,
    updatedAt: at,
  };
}
