import type { Actions, PersonReferences } from '../campaigns/index.ts';
import { type CampaignId, type OrganizationId, parseId } from '../ids.ts';
import type { JobAtWork, JobHandler, JobRefusal } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import type { ImportChunksStore } from '../storage/index.ts';
import { pointsLayout } from './header.ts';
import { chunkAt, headerOf, nameOf, requireReadableReport } from './import-params.ts';
import { readPoints } from './points-rows.ts';
import { type FileRecord, readRecords, refusalOf } from './records.ts';

export interface PointsImportParts {
  readonly chunks: ImportChunksStore;
  readonly actions: Actions;
  readonly people: PersonReferences;
  /** Whether as many deliveries of the organization wait as may: what would only add to them waits as well. */
  readonly isFull: (organization: OrganizationId) => boolean;
  readonly clock: { now(): number };
}

/**
 * Bookings asked for at a time. They share transactions with what people do meanwhile: more would make those wait,
 * fewer would leave the transactions half empty.
 */
const mostAtOnce = 200;
const fullPauseMs = 2_000;

/**
 * Books the points of a chunk, each as an action of its own with its events. A chunk that is worked off again books
 * nothing twice, since each booking has its reference.
 */
export function pointsImport(parts: PointsImportParts): JobHandler {
  const { chunks, actions, people, clock } = parts;

  return {
    async step(job) {
      const number = chunkAt(job.cursor);
      if (parts.isFull(job.organizationId)) {
        return { cursor: number, done: 0, finished: false, pauseMs: fullPauseMs };
      }
      const chunk = await chunks.readAndForgetBefore(job.uuid, number);
      if (chunk === null) return { cursor: number, done: 0, finished: true };

      requireReadableReport(job);
      const header = headerOf(job.params, pointsLayout);
      const campaignId = campaignOf(job.params);
      const { records, refusals: unread } = readRecords(chunk, header);
      const refusals: JobRefusal[] = [...unread];
      const counts = { booked: 0, repeated: 0 };

      /** What may be refused, and is told of then; null: it was. */
      async function unlessRefused<T>(record: FileRecord, work: () => T | Promise<T>): Promise<T | null> {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof Problem) || error.code === 'unavailable') throw error;
          refusals.push(refusalOf(record, header, { field: null, reason: error.message }));
          return null;
        }
      }

      async function identify(record: FileRecord) {
        const row = readPoints(header, record, nameOf(job.params));
        if ('faults' in row) {
          refusals.push(...row.faults.map((fault) => refusalOf(record, header, fault)));
          return null;
        }
        const participantId = await unlessRefused(record, () => people.actor(job.organizationId, row.who));
        return participantId && { record, participantId, action: row.action };
      }

      async function book({ record, ...intent }: NonNullable<Awaited<ReturnType<typeof identify>>>) {
        const receipt = await unlessRefused(record, () =>
          actions.act({ ...intent, campaignId, trust: 'server', occurredAt: new Date(clock.now()) }),
        );
        if (receipt !== null) counts[receipt.repeated ? 'repeated' : 'booked'] += 1;
      }

      for (let from = 0; from < records.length; from += mostAtOnce) {
        job.signal.throwIfAborted();
        // Everybody is known before anything is booked, so that lines are booked in their order: what the same person
        // is given in one line may be taken in the next.
        const known = await Promise.all(records.slice(from, from + mostAtOnce).map(identify));
        await Promise.all(known.flatMap((one) => (one === null ? [] : [book(one)])));
      }
      const refusedLines = new Set(refusals.map(({ line }) => line)).size;
      const done = counts.booked + counts.repeated + refusedLines;
      return { cursor: number + 1, done, counts, refusals, finished: false };
    },
  };
}

function campaignOf(params: JobAtWork['params']): CampaignId {
  const { campaign_id } = params;
  const id = typeof campaign_id === 'string' ? parseId('cmp', campaign_id) : null;
  if (id === null) throw new Error('an import of points does not name its campaign');
  return id;
}
