import { upsertParticipants } from '../campaigns/index.ts';
import type { JobHandler, JobRefusal } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import type { ImportChunksStore } from '../storage/index.ts';
import { participantLayout } from './header.ts';
import { chunkAt, headerOf, requireReadableReport } from './import-params.ts';
import { readParticipant } from './participant-rows.ts';
import { readRecords, refusalOf } from './records.ts';

/** Makes or changes the participants of a chunk, in the transaction that writes how far the import is. */
export function participantsImport(parts: {
  readonly chunks: ImportChunksStore;
  readonly clock: { now(): number };
}): JobHandler {
  const { chunks, clock } = parts;
  return {
    async stepWithin(job, transaction) {
      const number = chunkAt(job.cursor);
      const chunk = await chunks.take(transaction, job.uuid, number);
      if (chunk === null) return { cursor: number, done: 0, finished: true };

      requireReadableReport(job);
      const header = headerOf(job.params, participantLayout);
      const { records, refusals: unread } = readRecords(chunk, header);
      const refusals: JobRefusal[] = [...unread];
      const rows = records.flatMap((record) => {
        const row = readParticipant(header, record.cells);
        if (!('faults' in row)) return { record, row };
        refusals.push(...row.faults.map((fault) => refusalOf(record, header, fault)));
        return [];
      });
      const outcomes = await upsertParticipants(
        transaction,
        job.organizationId,
        rows.map(({ row }) => row),
        new Date(clock.now()),
      );

      const counts = { created: 0, updated: 0, unchanged: 0 };
      for (const [at, { record }] of rows.entries()) {
        const outcome = outcomes[at];
        if (outcome instanceof Problem) {
          refusals.push(refusalOf(record, header, { field: null, reason: outcome.message }));
        } else if (outcome !== undefined) counts[outcome] += 1;
      }
      const refusedLines = new Set(refusals.map(({ line }) => line)).size;
      const taken = counts.created + counts.updated + counts.unchanged;
      return { cursor: number + 1, done: taken + refusedLines, counts, refusals, finished: false };
    },
  };
}
