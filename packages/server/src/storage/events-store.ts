import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { namesOf, survivorOf } from './participant-alias.ts';

export interface StoredEvent {
  readonly id: Uuid;
  /** The frozen event as JSON text. */
  readonly body: string;
}

export interface EventFilter {
  readonly type: string | null;
  readonly campaignId: Uuid | null;
  /** Also what happened under the names of those who were merged into them. */
  readonly participantId: Uuid | null;
  /** Bounds over ids, which begin with the time of acceptance: from this one on, and before that one. */
  readonly from: Uuid | null;
  readonly until: Uuid | null;
}

export interface EventDeliveryRow {
  readonly id: Uuid;
  /** The public id. */
  readonly webhookId: string;
  readonly webhookName: string;
  readonly state: 'pending' | 'retrying' | 'delivered' | 'exhausted' | 'cancelled';
  readonly attempts: number;
}

/** The event log, read. Writing is `accept`'s affair. */
export interface EventsStore {
  /** Newest first; `before` is the last one of the page before. Every bound narrows the partitions that are read. */
  list(
    organizationId: Uuid,
    filter: EventFilter,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly StoredEvent[]>;
  find(organizationId: Uuid, id: Uuid): Promise<StoredEvent | null>;
  /** The newest event about this participant, or about who took them in. */
  newestOf(organizationId: Uuid, participantId: Uuid): Promise<StoredEvent | null>;
  deliveriesOf(organizationId: Uuid, eventId: Uuid): Promise<readonly EventDeliveryRow[]>;
}

export function createEventsStore(database: Database): EventsStore {
  const { kysely } = database;
  const all = (organizationId: Uuid) =>
    kysely.selectFrom('events').select(['id', 'body']).where('organization_id', '=', organizationId);
  return {
    async list(organizationId, filter, before, limit) {
      let query = all(organizationId).orderBy('id', 'desc').limit(limit);
      if (filter.type !== null) query = query.where('type', '=', filter.type);
      if (filter.campaignId !== null) query = query.where('campaign_id', '=', filter.campaignId);
      if (filter.participantId !== null) {
        const names = await namesOf(kysely, organizationId, filter.participantId);
        const [only, ...more] = names;
        if (only === undefined) return [];
        query =
          more.length === 0
            ? query.where('participant_id', '=', only)
            : query.where('participant_id', 'in', names);
      }
      if (filter.from !== null) query = query.where('id', '>=', filter.from);
      if (filter.until !== null) query = query.where('id', '<', filter.until);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
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
