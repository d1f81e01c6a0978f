import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { type EventWalk, nextLook, openEventWalk } from './event-walk.ts';
import type { DeliveryState } from './history-store.ts';
import { namesOf, survivorOf } from './participant-alias.ts';

export interface StoredEvent {
  readonly id: Uuid;
  /** The frozen event as JSON text. */
  readonly body: string;
}

export interface ListedEvent extends StoredEvent {
  /** How many deliveries were made of it. */
  readonly deliveryCount: number;
}

export interface EventFilter {
  readonly type: string | null;
  readonly campaignId: Uuid | null;
  /** Also what happened under the names of those who were merged into them. */
  readonly participantId: Uuid | null;
  /** Only those that no webhook took. */
  readonly withoutDeliveries: boolean;
  /** Bounds over ids, which begin with the time of acceptance: from this one on, and before that one. */
  readonly from: Uuid | null;
  readonly until: Uuid | null;
}

export interface EventDeliveryRow {
  readonly id: Uuid;
  /** The public id. */
  readonly webhookId: string;
  readonly webhookName: string;
  readonly state: DeliveryState;
  readonly attempts: number;
}

/** May hold fewer than asked for, or none, although there is more: then so much was looked through in vain. */
export interface EventsPage {
  readonly events: readonly ListedEvent[];
  /** Below which id the next page goes on; null: there is none. */
  readonly next: Uuid | null;
}

/** The event log, read. Writing is `accept`'s affair. */
export interface EventsStore {
  /** Newest first; `before` is where the page before ended. Every bound narrows the partitions that are read. */
  list(organizationId: Uuid, filter: EventFilter, before: Uuid | null, limit: number): Promise<EventsPage>;
  find(organizationId: Uuid, id: Uuid): Promise<StoredEvent | null>;
  /** The newest event about this participant, or about who took them in. */
  newestOf(organizationId: Uuid, participantId: Uuid): Promise<StoredEvent | null>;
  deliveriesOf(organizationId: Uuid, eventId: Uuid): Promise<readonly EventDeliveryRow[]>;
}

/** So many are looked at for one page, where those that are meant are few among what an index finds: some 20 ms. */
const mostLooked = 5_000;

async function pageOfWalk(
  walk: EventWalk,
  before: Uuid | null,
  limit: number,
): Promise<{ readonly ids: readonly Uuid[]; readonly next: Uuid | null }> {
  const ids: Uuid[] = [];
  let below = before;
  let looked = 0;
  let size = limit + 1;
  for (;;) {
    const { found, lookedTo } = await walk.look(below, size);
    ids.push(...found);
    if (ids.length > limit) {
      const page = ids.slice(0, limit);
      return { ids: page, next: page.at(-1) ?? null };
    }
    looked += size;
    if (lookedTo === null || looked >= mostLooked) return { ids, next: lookedTo };
    below = lookedTo;
    size = Math.min(nextLook(looked, ids.length, limit + 1 - ids.length), mostLooked - looked);
  }
}

export function createEventsStore(database: Database): EventsStore {
  const { kysely } = database;
  const all = (organizationId: Uuid) =>
    kysely.selectFrom('events').select(['id', 'body']).where('organization_id', '=', organizationId);
  /** By event, of those that have any. */
  async function deliveryCounts(ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, number>> {
    const rows = await kysely
      .selectFrom('deliveries')
      .select(['event_id', sql<number>`count(*)::int`.as('count')])
      .where('event_id', '=', sql<Uuid>`any(${ids}::uuid[])`)
      // Deliveries are never older than their event, so older partitions need not be looked at.
      .where('id', '>=', sql<Uuid>`${ids.at(-1)}::uuid`)
      .groupBy('event_id')
      .execute();
    return new Map(rows.map(({ event_id, count }) => [event_id, count]));
  }

  return {
    async list(organizationId, filter, before, limit) {
      const { participantId, ...rest } = filter;
      const participants =
        participantId === null ? null : await namesOf(kysely, organizationId, participantId);
      if (participants?.length === 0) return { events: [], next: null };
      const walk = await openEventWalk(kysely, { organizationId, participants, ...rest }, before);
      const { ids, next } = await pageOfWalk(walk, before, limit);
      if (ids.length === 0) return { events: [], next };
      const [events, counts] = await Promise.all([
        all(organizationId).where('id', '=', sql<Uuid>`any(${ids}::uuid[])`).orderBy('id', 'desc').execute(),
        filter.withoutDeliveries ? new Map<Uuid, number>() : deliveryCounts(ids),
      ]);
      return {
        events: events.map((event) => ({ ...event, deliveryCount: counts.get(event.id) ?? 0 })),
        next,
      };
    },

    async find(organizationId, id) {
      return (await all(organizationId).where('id', '=', id).executeTakeFirst()) ?? null;
    },

    async newestOf(organizationId, participantId) {
      const row = await all(organizationId)
        .where('participant_id', '=', survivorOf(participantId))
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ?? null;
    },

    async deliveriesOf(organizationId, eventId) {
      return (
        kysely
          .selectFrom('deliveries as d')
          .innerJoin('webhooks as w', 'w.uid', 'd.webhook_uid')
          .select(['d.id', 'w.id as webhookId', 'd.webhook_name as webhookName', 'd.state', 'd.attempts'])
          .where('d.organization_id', '=', organizationId)
          .where('d.event_id', '=', eventId)
          // Deliveries are never older than their event, so older partitions need not be looked at.
          .where('d.id', '>=', eventId)
          .orderBy('d.id')
          .execute()
      );
    },
  };
}
