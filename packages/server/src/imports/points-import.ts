import type { Actions, PersonReferences } from '../campaigns/index.ts';
import { type CampaignId, parseId } from '../ids.ts';
import type { JobAtWork, JobHandler, JobRefusal } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import type { ImportChunksStore } from '../storage/index.ts';
import { pointsLayout } from './header.ts';
import { chunkAt, headerOf, nameOf, requireReadableReport } from './import-params.ts';
import { type PointsRow, readPoints } from './points-rows.ts';
import { type FileRecord, readRecords, refusalOf } from './records.ts';

export interface PointsImportParts {
  readonly chunks: ImportChunksStore;
  readonly actions: Actions;
  readonly people: PersonReferences;
  readonly clock: { now(): number };
}

/**
 * Bookings asked for at a time. They share transactions with what people do meanwhile: more would make those wait,
 * fewer would leave the transactions half empty.
 */
const mostAtOnce = 200;

/**
 * Books the points of a chunk, each as an action of its own with its events. A chunk that is worked off again books
 * nothing twice, since each booking has its reference.
 */
export function pointsImport(parts: PointsImportParts): JobHandler {
  const { chunks, actions, people, clock } = parts;

  /** Throws the problem of a refusal. */
  async function book(job: JobAtWork, campaignId: CampaignId, { who, action }: PointsRow) {
    const participantId = await people.actor(job.organizationId, who);
    const { repeated } = await actions.act({
      action,
      campaignId,
      participantId,
      trust: 'server',
      occurredAt: new Date(clock.now()),
    });
    return repeated ? 'repeated' : 'booked';
  }

  return {
    async step(job) {
      const number = chunkAt(job.cursor);
      const chunk = await chunks.readAndForgetBefore(job.uuid, number);
      if (chunk === null) return { cursor: number, done: 0, finished: true };

      requireReadableReport(job);
      const header = headerOf(job.params, pointsLayout);
      const campaign = campaignOf(job.params);
      const { records, refusals: unread } = readRecords(chunk, header);
      const refusals: JobRefusal[] = [...unread];
      const counts = { booked: 0, repeated: 0 };

      async function take(record: FileRecord): Promise<void> {
        const row = readPoints(header, record, nameOf(job.params));
        if ('faults' in row) {
          refusals.push(...row.faults.map((fault) => refusalOf(record, header, fault)));
          return;
        }
        try {
          counts[await book(job, campaign, row)] += 1;
        } catch (error) {
          if (!(error instanceof Problem) || error.code === 'unavailable') throw error;
          refusals.push(refusalOf(record, header, { field: null, reason: error.message }));
        }
      }

      for (let from = 0; from < records.length; from += mostAtOnce) {
        job.signal.throwIfAborted();
        await Promise.all(records.slice(from, from + mostAtOnce).map(take));
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
