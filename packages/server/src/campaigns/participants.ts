import type { FrozenEvent, ParticipantSnapshot } from '../catalog/index.ts';
import { idFromUuid, newId, type OrganizationId, type ParticipantId, type Uuid, uuidOf } from '../ids.ts';
import {
  createEventsStore,
  createParticipantsStore,
  type Database,
  type ParticipantRow,
} from '../storage/index.ts';
import { Recent } from './recent.ts';

export interface Participant {
  readonly id: ParticipantId;
  /** The organization's own id for the person; null for who is known only by an account. */
  readonly externalId: string | null;
  readonly createdAt: Date;
}

/** The people that events are about. The organization's own id for a person and ours belong together for good. */
export interface Participants {
  /** Our id for the organization's own; made on first sight. At once for a participant seen lately. */
  identify(organization: OrganizationId, externalId: string): ParticipantId | Promise<ParticipantId>;
  /** The organization's own id for ours; null when it has no such participant. At once for one seen lately. */
  externalIdOf(organization: OrganizationId, id: ParticipantId): string | null | Promise<string | null>;
  find(organization: OrganizationId, id: ParticipantId): Promise<Participant | null>;
  findByExternalId(organization: OrganizationId, externalId: string): Promise<Participant | null>;
  /** Newest first; `search` is a part of the organization's own id; `before` is the last one of the page before. */
  list(
    organization: OrganizationId,
    search: string | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Participant[]>;
  /** The participant as the newest event about them shows them; null when there is none within retention. */
  latestSnapshot(organization: OrganizationId, id: ParticipantId): Promise<ParticipantSnapshot | null>;
}

/** Kept in memory, at about 300 bytes each. */
const largestCache = 50_000;
/** Participants per statement. */
const largestBatch = 1_000;

interface Waiting {
  readonly organization: OrganizationId;
  readonly externalId: string;
  readonly resolve: (id: ParticipantId) => void;
  readonly reject: (error: unknown) => void;
}

export function createParticipants(parts: { readonly database: Database }): Participants {
  const store = createParticipantsStore(parts.database);
  const events = createEventsStore(parts.database);
  const ids = new Recent<string, ParticipantId>(largestCache);
  const externalIds = new Recent<ParticipantId, { owner: OrganizationId; externalId: string }>(largestCache);
  const waiting: Waiting[] = [];
  let working = false;

  function remember(organization: OrganizationId, externalId: string, id: ParticipantId): void {
    ids.set(organization + externalId, id);
    externalIds.set(id, { owner: organization, externalId });
  }

  /** What is asked for while one statement runs is asked by the next one together. */
  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, largestBatch);
      try {
        await ensure(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = false;
  }

  async function ensure(batch: readonly Waiting[]): Promise<void> {
    const wanted = new Map<string, Waiting>();
    for (const one of batch) wanted.set(one.organization + one.externalId, one);
    const keys = [...wanted.values()].map(({ organization, externalId }) => ({
      organizationId: uuidOf(organization),
      externalId,
    }));
    const uuids = await store.ensure(
      keys,
      keys.map(() => uuidOf(newId('usr'))),
    );
    const found = new Map<string, ParticipantId>();
    [...wanted].forEach(([key, { organization, externalId }], index) => {
      const id = idFromUuid('usr', uuids[index] ?? '');
      found.set(key, id);
      remember(organization, externalId, id);
    });
    for (const one of batch) {
      const id = found.get(one.organization + one.externalId);
      if (id === undefined) one.reject(new Error('A participant was asked for but not answered'));
      else one.resolve(id);
    }
  }

  return {
    identify(organization, externalId) {
      const known = ids.get(organization + externalId);
      if (known !== undefined) return known;
      return new Promise((resolve, reject) => {
        waiting.push({ organization, externalId, resolve, reject });
        if (working) return;
        working = true;
        // After this turn of the event loop, so that all participants of one batch share the first statement.
        setImmediate(() => void work());
      });
    },

    externalIdOf(organization, id) {
      const known = externalIds.get(id);
      if (known !== undefined) return known.owner === organization ? known.externalId : null;
      return store.find(uuidOf(organization), uuidOf(id)).then((row) => {
        // Who has none may get one yet.
        if (row === null || row.externalId === null) return null;
        remember(organization, row.externalId, id);
        return row.externalId;
      });
    },

    async find(organization, id) {
      const row = await store.find(uuidOf(organization), uuidOf(id));
      return row && participantFrom(row);
    },

    async findByExternalId(organization, externalId) {
      const row = await store.findByExternalId(uuidOf(organization), externalId);
      return row && participantFrom(row);
    },

    async list(organization, search, before, limit) {
      return (await store.list(uuidOf(organization), search, before, limit)).map(participantFrom);
    },

    async latestSnapshot(organization, id) {
      const newest = await events.newestOf(uuidOf(organization), uuidOf(id));
      if (newest === null) return null;
      const event: FrozenEvent = JSON.parse(newest.body);
      return event.participant;
    },
  };
}

function participantFrom(row: ParticipantRow): Participant {
  return { id: idFromUuid('usr', row.id), externalId: row.externalId, createdAt: row.createdAt };
}
