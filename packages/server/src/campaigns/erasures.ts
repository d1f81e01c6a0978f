import { z } from 'zod';
import { type ErasedPerson, eraseFromEvent, type FrozenEvent, searchableTraces } from '../catalog/index.ts';
import {
  idFromUuid,
  type JobId,
  newId,
  type OrganizationId,
  type ParticipantId,
  type PersonId,
  type TokenId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import type { JobAtWork, JobStep, Jobs } from '../jobs/index.ts';
import { notFound, Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  createEventTypesStore,
  createParticipantErasing,
  type Database,
  type ErasureRow,
  recordKinds,
  type StoredText,
  type Traces,
} from '../storage/index.ts';

/** Who asked for somebody's personal data to be erased, when, and what came of it. Kept for good, without the data. */
export interface Erasure {
  readonly participantId: ParticipantId;
  readonly jobId: JobId;
  readonly reason: string | null;
  readonly askedBy: TokenId | PersonId;
  readonly askedAt: Date;
  /** Null while it is under way. */
  readonly finishedAt: Date | null;
  /** How many things of each kind were changed or deleted. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Takes the personal data of participants out of everything that is kept, and leaves what counters are made of. */
export interface Erasures {
  /**
   * From now on the participant is anonymous and does nothing any more; the histories follow in a job. Asking again
   * changes nothing. Throws `not_found`, and `conflict` while they are being paid.
   */
  erase(
    organization: OrganizationId,
    participant: ParticipantId,
    asked: { readonly by: TokenId | PersonId; readonly reason: string | null },
  ): Promise<{ readonly repeated: boolean; readonly erasure: Erasure }>;
  /** Throws `not_found`, also when nobody asked for it. */
  get(organization: OrganizationId, participant: ParticipantId): Promise<Erasure>;
  /** Begins again what a node did not finish for whatever reason; returns how many there were. */
  resume(): Promise<number>;
}

const kind = 'erase_participant';
/**
 * What was under way when the participant became anonymous may still write what it read before: statements end within
 * 10 s, and events wait no longer to be accepted. The histories are gone through after that.
 */
const defaultQuietMs = 15_000;
/** An erasure whose job is nowhere after this long has lost it. */
const abandonedAfterMs = 60_000;
const eventsPerStep = 200;
const scannedPerStep = 2_000;
const inboxRequestsPerStep = 200;

/** Types that tell of other people than the one they are about. */
const namingTypes = [
  'user.joined_campaign',
  'referral.joined',
  'referral.action',
  'referral.converted',
] as const;

const cursorSchema = z
  .discriminatedUnion('at', [
    z.object({ at: z.literal('own_events'), after: z.string().nullable() }),
    z.object({ at: z.literal('other_events'), type: z.string(), after: z.string().nullable() }),
    z.object({ at: z.literal('records'), kind: z.enum(recordKinds) }),
    z.object({ at: z.literal('inboxes'), after: z.string().nullable() }),
    z.object({ at: z.literal('end') }),
  ])
  .nullable();
type Cursor = NonNullable<z.output<typeof cursorSchema>>;

/** Also makes this node carry out erasures: before the jobs start. */
export function createErasures(parts: {
  readonly database: Pick<Database, 'pool' | 'kysely' | 'transaction' | 'listen'> & Database;
  readonly jobs: Jobs;
  /** This id is not what it was: told at once on this node, and by the database on the others. */
  readonly onErased: (id: ParticipantId) => void;
  readonly clock: { now(): number };
  readonly quietMs?: number;
}): Erasures {
  const { jobs, clock, quietMs = defaultQuietMs } = parts;
  const store = createParticipantErasing(parts.database);
  const eventTypes = createEventTypesStore(parts.database);

  async function typesToScan(organization: Uuid): Promise<readonly string[]> {
    return [...namingTypes, ...(await eventTypes.list(organization)).map(({ type }) => type)].sort();
  }

  async function step(job: JobAtWork): Promise<JobStep> {
    const row = await store.findByJob(job.uuid);
    const traces = row?.traces;
    // Finished before, and the job's own end was not written; or nobody was erased after all.
    if (row === null || !traces) return { cursor: null, done: 0, finished: true };
    const cursor = cursorSchema.parse(job.cursor) ?? { at: 'own_events', after: null };
    const work = { organization: row.organization_id, traces, ...searchOf(traces) };
    const did = await stepAt(cursor, work);
    if (cursor.at === 'end') {
      await store.finish(row.participant_id, job.counts, new Date(clock.now()));
      return { cursor, done: 0, finished: true };
    }
    return { cursor: did.next, done: did.done, counts: did.counts, finished: false };
  }

  interface Work {
    readonly organization: Uuid;
    readonly traces: Traces;
    readonly person: ErasedPerson;
    readonly search: Traces;
  }
  interface Did {
    readonly next: Cursor;
    readonly done: number;
    readonly counts: Readonly<Record<string, number>>;
  }

  async function stepAt(cursor: Cursor, work: Work): Promise<Did> {
    switch (cursor.at) {
      case 'own_events': {
        const events = await store.eventsAbout(work.traces.participants, cursor.after, eventsPerStep);
        const counts = await rewrite(events, work.person);
        const attempts = await store.eraseAttempts(events.map(({ id }) => id));
        const last = events.at(-1);
        const [type = namingTypes[0]] = await typesToScan(work.organization);
        return {
          next:
            events.length < eventsPerStep || last === undefined
              ? { at: 'other_events', type, after: null }
              : { at: 'own_events', after: last.id },
          done: counts.events,
          counts: { ...counts, attempts },
        };
      }
      case 'other_events': {
        const page = await store.eventsWith(
          work.organization,
          cursor.type,
          [...work.search.texts, ...work.person.ids],
          cursor.after,
          scannedPerStep,
        );
        const naming = page.flatMap(({ id, body }) => (body === null ? [] : [{ id, body }]));
        const counts = await rewrite(naming, work.person);
        const attempts = await store.eraseAttempts(naming.map(({ id }) => id));
        return {
          next: await afterScan(cursor, page, work),
          done: counts.events,
          counts: { ...counts, attempts },
        };
      }
      case 'records': {
        const { rows, more } = await store.eraseRecords(cursor.kind, work.organization, work.search);
        const following = recordKinds[recordKinds.indexOf(cursor.kind) + 1];
        return {
          next: more
            ? cursor
            : following === undefined
              ? { at: 'inboxes', after: null }
              : { at: 'records', kind: following },
          done: rows,
          counts: rows === 0 ? {} : { [cursor.kind]: rows },
        };
      }
      case 'inboxes': {
        const found = [...work.search.texts, ...work.person.ids].flatMap((text) => [
          text,
          encodeURIComponent(text),
        ]);
        const { last, deleted } = await store.eraseInboxRequests(
          work.organization,
          { ...work.traces, texts: [...new Set([...found, ...searchableTraces(work.traces.texts)])] },
          cursor.after,
          inboxRequestsPerStep,
        );
        return {
          next: last === null ? { at: 'end' } : { at: 'inboxes', after: last },
          done: deleted,
          counts: deleted === 0 ? {} : { inbox_requests: deleted },
        };
      }
      case 'end':
        return { next: cursor, done: 0, counts: {} };
    }
  }

  async function afterScan(
    cursor: Extract<Cursor, { at: 'other_events' }>,
    page: readonly { readonly id: Uuid }[],
    { organization }: Work,
  ): Promise<Cursor> {
    const last = page.at(-1);
    if (page.length === scannedPerStep && last !== undefined) return { ...cursor, after: last.id };
    const following = (await typesToScan(organization)).find((type) => type > cursor.type);
    return following === undefined
      ? { at: 'records', kind: recordKinds[0] }
      : { at: 'other_events', type: following, after: null };
  }

  async function rewrite(events: readonly StoredText[], person: ErasedPerson): Promise<{ events: number }> {
    const changed = events.flatMap(({ id, body }) => {
      // Written by `accept` as the JSON of a FrozenEvent.
      const erased = eraseFromEvent(JSON.parse(body) as FrozenEvent, person);
      return erased === null ? [] : [{ id, body: JSON.stringify(erased) }];
    });
    await store.rewriteEvents(changed);
    return { events: changed.length };
  }

  async function existing(organization: OrganizationId, participant: ParticipantId): Promise<Erasure> {
    const row = await store.find(uuidOf(organization), uuidOf(participant));
    if (row === null) throw notFound();
    return erasureFrom(row);
  }

  jobs.register(kind, { step });

  return {
    get: existing,

    async erase(organization, participant, { by, reason }) {
      const earlier = await store.find(uuidOf(organization), uuidOf(participant));
      if (earlier !== null) return { repeated: true, erasure: erasureFrom(earlier) };
      const at = new Date(clock.now());
      const jobId = newId('job');
      const beginning = await store.begin(uuidOf(organization), {
        participantId: uuidOf(participant),
        jobId: uuidOf(jobId),
        reason,
        askedBy: uuidOf(by),
        askedByPerson: by.startsWith('psn_'),
        at,
      });
      switch (beginning.kind) {
        case 'not_found':
          throw notFound();
        case 'being_paid':
          throw beingPaid(participant, beginning.payouts);
        case 'repeated':
          return { repeated: true, erasure: erasureFrom(beginning.erasure) };
        case 'begun':
          break;
      }
      await afterRequestTransaction(() => parts.onErased(participant));
      await enqueue(organization, jobId, quietMs);
      return { repeated: false, erasure: await existing(organization, participant) };
    },

    async resume() {
      const abandoned = await store.abandoned(new Date(clock.now() - abandonedAfterMs));
      for (const { organization_id, job_id } of abandoned) {
        const jobId = newId('job');
        await store.handOver(job_id, uuidOf(jobId));
        await enqueue(idFromUuid('org', organization_id), jobId, 0);
      }
      return abandoned.length;
    },
  };

  /** When as many wait as there can be, `resume` begins it once there is room: the participant is anonymous already. */
  async function enqueue(organizationId: OrganizationId, id: JobId, waitMs: number): Promise<void> {
    try {
      await jobs.enqueue({ organizationId, kind, params: {}, id, waitMs });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
    }
  }
}

function searchOf(traces: Traces): { readonly person: ErasedPerson; readonly search: Traces } {
  return {
    person: {
      ids: new Set(traces.participants.map((uuid) => idFromUuid('usr', uuid))),
      traces: traces.texts,
    },
    search: { ...traces, texts: searchableTraces(traces.texts).map(asStored) },
  };
}

/** As it stands in the lower case of a JSON text. */
function asStored(text: string): string {
  return JSON.stringify(text.toLowerCase()).slice(1, -1);
}

function erasureFrom(row: ErasureRow): Erasure {
  return {
    participantId: idFromUuid('usr', row.participant_id),
    jobId: idFromUuid('job', row.job_id),
    reason: row.reason,
    askedBy: idFromUuid(row.asked_by_person ? 'psn' : 'tok', row.asked_by),
    askedAt: row.asked_at,
    finishedAt: row.finished_at,
    counts: row.counts,
  };
}

function beingPaid(participant: ParticipantId, payouts: readonly Uuid[]): Problem {
  const [first] = payouts.map((id) => idFromUuid('pay', id));
  const which =
    payouts.length === 1 ? `the payment ${first}` : `${payouts.length} payments, such as ${first},`;
  return new Problem(
    'conflict',
    `For ${participant} ${which} has been asked for and not settled. Erase them once it is paid or failed.`,
  );
}
