import type { FrozenEvent } from '../catalog/index.ts';
import {
  type FormatName,
  formatNames,
  formatOf,
  type Method,
  methods,
  type RenderedRequest,
} from '../formats/index.ts';
import { type DeliveryId, idFromUuid, type OrganizationId, parseId, type Uuid, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import {
  type AttemptDetailRow,
  type AttemptFilter,
  type DeliveryDetailRow,
  type DeliveryFilter,
  type DeliveryKey,
  type DeliveryKeys,
  type DeliveryPage,
  type DeliveryState,
  type HistoryStore,
  isByEvent,
} from '../storage/index.ts';
import { hideHeaders } from './header-privacy.ts';

export interface HistoryFilter {
  /** The public id of a webhook, deleted ones included. */
  readonly webhookId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly campaignId?: string | undefined;
  /** Our id (`usr_…`) or the organization's own. */
  readonly participantId?: string | undefined;
  readonly eventType?: string | undefined;
  readonly state?: DeliveryState | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** HTTP status of the answer to the attempt that decides, or a class: `503`, `5xx`. */
  readonly status?: string | undefined;
  /** Why that attempt got no complete answer. */
  readonly failure?: string | undefined;
  /** Part of what went wrong with it, or of what was answered to it. */
  readonly error?: string | undefined;
}

/** A delivery with the request it makes. */
export interface DeliveryDetail {
  readonly delivery: DeliveryDetailRow;
  /** Null when retention dropped the event. */
  readonly event: FrozenEvent | null;
  /** Rendered again from the event: byte for byte what is sent, but for the headers that change per attempt. */
  readonly request: RenderedRequest | null;
}

/** An attempt with the request it made. */
export interface MadeAttempt extends AttemptDetailRow {
  /** Null when retention dropped the event. */
  readonly sent: {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  } | null;
}

/** The headers that an attempt was made with, as far as the settings of now tell. */
export type SentHeaders = (sent: {
  readonly rendered: RenderedRequest;
  readonly ownHeaders: Readonly<Record<string, string>>;
  readonly event: FrozenEvent;
  readonly deliveryId: DeliveryId;
  readonly scope: string | null;
  readonly attempt: { readonly number: number; readonly startedAt: Date; readonly signature: string };
}) => Readonly<Record<string, string>>;

/** What became of events: deliveries, their attempts, and sending one again. */
export interface History {
  /** Whether a list with this filter is in the order of events: then positions in it are those of that order. */
  isByEvent(filter: HistoryFilter): boolean;
  /**
   * Newest first. A filter that names something unknown finds nothing.
   */
  list(
    organizationId: OrganizationId,
    filter: HistoryFilter,
    page: { readonly after: DeliveryKey | null; readonly limit: number },
  ): Promise<DeliveryPage>;
  /** As `list`, and nothing but where the deliveries stand. */
  keys(
    organizationId: OrganizationId,
    filter: HistoryFilter,
    page: { readonly after: DeliveryKey | null; readonly limit: number },
  ): Promise<DeliveryKeys>;
  get(organizationId: OrganizationId, id: DeliveryId): Promise<DeliveryDetail>;
  attempts(organizationId: OrganizationId, id: DeliveryId): Promise<readonly MadeAttempt[]>;
  /** One extra attempt, beside the schedule, also of what was delivered. Throws `Problem('conflict')` with the reason. */
  resend(organizationId: OrganizationId, id: DeliveryId): Promise<void>;
}

export function createHistory(parts: {
  readonly store: HistoryStore;
  readonly sentHeaders: SentHeaders;
  readonly now: () => Date;
}): History {
  const { store, sentHeaders, now } = parts;

  function sentBy(attempt: AttemptDetailRow, delivery: DeliveryDetailRow, event: FrozenEvent) {
    const rendered = render({ ...delivery, method: attempt.method }, event);
    const headers = sentHeaders({
      rendered,
      ownHeaders: delivery.headers,
      event,
      deliveryId: idFromUuid('dlv', delivery.id),
      scope: delivery.scope,
      attempt: { number: attempt.number, startedAt: attempt.started_at, signature: attempt.signature },
    });
    return { headers: hideHeaders(headers, delivery.headers, '[your value]'), body: rendered.body };
  }

  /** Null: something is named that there is not, so nothing is found. */
  async function stored(organization: Uuid, filter: HistoryFilter): Promise<DeliveryFilter | null> {
    const [webhookUid, participantId] = await Promise.all([
      filter.webhookId === undefined ? undefined : store.webhookUid(organization, filter.webhookId),
      participantUuid(store, organization, filter.participantId),
    ]);
    const campaign = filter.campaignId === undefined ? undefined : parseId('cmp', filter.campaignId);
    const event = filter.eventId === undefined ? undefined : parseId('we', filter.eventId);
    if (webhookUid === null || participantId === null || campaign === null || event === null) return null;
    return {
      webhookUid,
      participantId,
      campaignId: campaign && uuidOf(campaign),
      eventId: event && uuidOf(event),
      eventType: filter.eventType,
      state: filter.state,
      since: filter.since,
      until: filter.until,
      attempt: attemptAsked(filter),
    };
  }

  return {
    isByEvent: ({ webhookId, ...filter }) =>
      isByEvent({ ...filter, webhookUid: webhookId, attempt: attemptAsked(filter) }),

    async list(organizationId, filter, page) {
      const organization = uuidOf(organizationId);
      const asked = await stored(organization, filter);
      return asked === null
        ? { rows: [], next: null }
        : store.list(organization, asked, { ...page, now: now() });
    },

    async keys(organizationId, filter, page) {
      const organization = uuidOf(organizationId);
      const asked = await stored(organization, filter);
      return asked === null
        ? { keys: [], next: null }
        : store.keys(organization, asked, { ...page, now: now() });
    },

    async get(organizationId, id) {
      const delivery = await store.find(uuidOf(organizationId), uuidOf(id), now());
      if (delivery === null) throw notFound();
      const event = eventOf(delivery);
      return { delivery, event, request: event === null ? null : render(delivery, event) };
    },

    async attempts(organizationId, id) {
      const [attempts, delivery] = await Promise.all([
        store.attempts(uuidOf(organizationId), uuidOf(id)),
        store.find(uuidOf(organizationId), uuidOf(id), now()),
      ]);
      if (attempts === null || delivery === null) throw notFound();
      const event = eventOf(delivery);
      return attempts.map((attempt) => ({
        ...attempt,
        sent: event === null ? null : sentBy(attempt, delivery, event),
      }));
    },

    async resend(organizationId, id) {
      const result = await store.resend(uuidOf(organizationId), uuidOf(id), now());
      switch (result.kind) {
        case 'queued':
          return;
        case 'not_found':
          throw notFound();
        case 'already_queued':
          throw new Problem('conflict', 'A resend of this delivery is queued already. Wait for its attempt.');
        case 'payment':
          throw new Problem(
            'conflict',
            'This delivery asked for a payment, which is never sent twice. Ask for a new attempt: POST /v1/payouts/{id}/retry.',
          );
        case 'event_gone':
          throw new Problem(
            'conflict',
            'The event of this delivery is older than what is kept, so there is nothing left to send.',
          );
        case 'webhook':
          throw new Problem('conflict', whyNotSent(result));
      }
    },
  };
}

function eventOf({ event_body }: DeliveryDetailRow): FrozenEvent | null {
  // Written by `accept` as the JSON of a FrozenEvent.
  return event_body === null ? null : (JSON.parse(event_body) as FrozenEvent);
}

function attemptAsked({ status, failure, error }: HistoryFilter): AttemptFilter | undefined {
  if (status === undefined && failure === undefined && error === undefined) return undefined;
  const range = status && {
    from: Number(status.replaceAll('x', '0')),
    to: Number(status.replaceAll('x', '9')),
  };
  return { status: range || undefined, failure, error };
}

function whyNotSent(webhook: { deleted: boolean; status: string; reason: string | null }): string {
  if (webhook.deleted)
    return 'The webhook of this delivery was deleted. Create another one to send events there.';
  if (webhook.status === 'disabled') {
    return `The webhook is disabled: ${webhook.reason ?? 'no reason was recorded.'} Set its status to active, then resend.`;
  }
  return 'The webhook is inactive. Set its status to active, then resend.';
}

async function participantUuid(store: HistoryStore, organization: string, text: string | undefined) {
  if (text === undefined) return undefined;
  const id = parseId('usr', text);
  return id === null ? store.participantId(organization, text) : uuidOf(id);
}

function render(delivery: DeliveryDetailRow, event: FrozenEvent): RenderedRequest {
  const name = formatNames.find((candidate): candidate is FormatName => candidate === delivery.format);
  const method = methods.find((candidate): candidate is Method => candidate === delivery.method);
  if (name === undefined || method === undefined) {
    throw new Error(
      `A stored delivery has the format "${delivery.format}" and the method "${delivery.method}"`,
    );
  }
  return formatOf(name, delivery.format_version).render({
    event,
    delivery: {
      id: idFromUuid('dlv', delivery.id),
      scope: delivery.scope,
      createdAt: delivery.created_at.toISOString(),
    },
    webhook: { id: delivery.webhook_id, name: delivery.webhook_name },
    request: {
      method,
      url: delivery.url,
      headers: delivery.headers,
      mode: delivery.mode === 'binary' ? 'binary' : delivery.mode === 'structured' ? 'structured' : null,
    },
  });
}
