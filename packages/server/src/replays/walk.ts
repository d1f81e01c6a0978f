import type { FrozenEvent } from '../catalog/index.ts';
import { formatOf, isOrder } from '../formats/index.ts';
import {
  type DeliveryId,
  type EventId,
  firstUuidAt,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import {
  eventsDelivered,
  type Queryable,
  type ReplayFilter,
  readLog,
  readUndelivered,
  type UndeliveredRow,
} from '../storage/index.ts';
import { type Webhook, wantedBy } from '../webhooks/index.ts';
import { asksForPayment, isPayment } from './payments.ts';
import type { ReplayOrder } from './replay.ts';

/** What a replay is to send: a new delivery of an event, or one that is there already. */
export interface Finding {
  readonly event: {
    readonly id: EventId;
    readonly type: string;
    readonly occurredAt: string;
    readonly participantId: ParticipantId | null;
  };
  readonly scope: string | null;
  /** Null: a new one. */
  readonly delivery: DeliveryId | null;
}

/** One thing looked at, in the order of the walk. */
export interface Sight {
  /** The walk goes on after it. */
  readonly at: Uuid;
  readonly findings: readonly Finding[];
  /** Requests for payments among what would have been found. */
  readonly payments: number;
}

export interface Stretch {
  readonly sights: readonly Sight[];
  /** Nothing is left before the bound. */
  readonly ended: boolean;
}

/** The way of a replay through the event log, or for `failed` through what ended undelivered. */
export interface Walk {
  readonly start: Uuid;
  /** The next stretch. Reads at most so many rows, and of the log only what was accepted before the bound. */
  look(
    queryable: Queryable,
    from: { readonly after: Uuid; readonly limit: number; readonly before: Date },
    pays: boolean,
  ): Promise<Stretch>;
}

export function walkOf(organization: OrganizationId, webhook: Webhook, order: ReplayOrder): Walk {
  // The smallest id of that moment is nobody's, so `after` leaves nothing out.
  const start = firstUuidAt(order.since.getTime());
  return order.only === 'failed'
    ? { start, look: lookAtDeliveries(organization, webhook, order) }
    : { start, look: lookAtLog(organization, webhook, order) };
}

function lookAtLog(organization: OrganizationId, webhook: Webhook, order: ReplayOrder): Walk['look'] {
  const wanted = wantedBy(webhook);
  const format = formatOf(webhook.format, webhook.formatVersion);
  const filter: ReplayFilter = {
    organizationId: uuidOf(organization),
    types: order.eventTypes,
    campaignId: order.campaignId && uuidOf(order.campaignId),
    participantId: order.participantId && uuidOf(order.participantId),
  };
  return async (queryable, { after, limit, before }, pays) => {
    const rows = await readLog(queryable, filter, { after, before: firstUuidAt(before.getTime()), limit });
    const matched = rows.map(({ id, body }) => {
      if (body === null) return { at: id, event: null, scopes: [] };
      // Written by `accept` as the JSON of a FrozenEvent.
      const event = JSON.parse(body) as FrozenEvent;
      return { at: id, event, scopes: wanted(event) };
    });
    const asked = matched.filter(({ scopes }) => scopes.length > 0).map(({ at }) => at);
    const [first] = asked;
    const delivered =
      order.only === 'all' || first === undefined
        ? new Set<Uuid>()
        : await eventsDelivered(queryable, uuidOf(webhook.uid), asked, first);
    const sights = matched.map(({ at, event, scopes }): Sight => {
      if (event === null || scopes.length === 0 || delivered.has(at)) return nothingAt(at);
      if (isOrder(format, event.type) || (pays && asksForPayment(event.type)))
        return { at, findings: [], payments: scopes.length };
      const { id, type, occurred_at, participant } = event;
      const about = { id, type, occurredAt: occurred_at, participantId: participant?.id ?? null };
      return { at, findings: scopes.map((scope) => ({ event: about, scope, delivery: null })), payments: 0 };
    });
    return { sights, ended: rows.length < limit };
  };
}

function lookAtDeliveries(organization: OrganizationId, webhook: Webhook, order: ReplayOrder): Walk['look'] {
  const range = {
    organizationId: uuidOf(organization),
    webhookUid: uuidOf(webhook.uid),
    from: firstUuidAt(order.since.getTime()),
    before: firstUuidAt(order.until.getTime()),
  };
  const types = order.eventTypes && new Set(order.eventTypes);
  const campaign = order.campaignId && uuidOf(order.campaignId);
  const participant = order.participantId && uuidOf(order.participantId);

  function isAskedFor({ type, campaign_id, participant_id }: UndeliveredRow): boolean {
    if (types !== null && (type === null || !types.has(type))) return false;
    if (campaign !== null && campaign_id !== campaign) return false;
    return participant === null || participant_id === participant;
  }

  return async (queryable, { after, limit }, pays) => {
    const rows = await readUndelivered(queryable, range, { after, limit });
    const sights = rows.map((row): Sight => {
      const { id, event_id, type, occurred_at, participant_id, scope, format } = row;
      if (!row.wanted || event_id === null || type === null || occurred_at === null || !isAskedFor(row)) {
        return nothingAt(id);
      }
      if (isPayment({ scope, format, type, pays })) {
        return { at: id, findings: [], payments: 1 };
      }
      const event = {
        id: idFromUuid('we', event_id),
        type,
        occurredAt: occurred_at.toISOString(),
        participantId: participant_id === null ? null : idFromUuid('usr', participant_id),
      };
      return { at: id, findings: [{ event, scope, delivery: idFromUuid('dlv', id) }], payments: 0 };
    });
    return { sights, ended: rows.length < limit };
  };
}

function nothingAt(at: Uuid): Sight {
  return { at, findings: [], payments: 0 };
}
