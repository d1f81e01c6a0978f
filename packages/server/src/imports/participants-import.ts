import { type BatchedParticipant, upsertParticipants } from '../campaigns/index.ts';
import type { Uuid } from '../ids.ts';
import type { JobAtWork, JobHandler, JobRefusal } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import type { ImportChunksStore } from '../storage/index.ts';
import { type Header, participantLayout } from './header.ts';
import { chunkAt, headerOf, requireReadableReport } from './import-params.ts';
import { readParticipant } from './participant-rows.ts';
import { type FileRecord, readRecords, refusalOf } from './records.ts';

/** A chunk as it was read: what is to be made of it, and what cannot be. */
interface ReadChunk {
  readonly header: Header;
  readonly rows: readonly { readonly record: FileRecord; readonly row: BatchedParticipant }[];
  readonly refusals: readonly JobRefusal[];
}

/** Chunks read ahead: one for each job under way on this node, and some of jobs that went elsewhere. */
const mostAhead = 4;

/**
 * Makes or changes the participants of a chunk, in the transaction that writes how far the import is. While the
 * database is at one chunk, the next one is read, so that both processors are busy.
 */
export function participantsImport(parts: {
  readonly chunks: ImportChunksStore;
  readonly clock: { now(): number };
}): JobHandler {
  const { chunks, clock } = parts;
  const ahead = new Map<Uuid, { readonly number: number; readonly read: Promise<ReadChunk | null> }>();

  async function readChunk(job: JobAtWork, number: number): Promise<ReadChunk | null> {
    const chunk = await chunks.read(job.uuid, number);
    if (chunk === null) return null;
    const header = headerOf(job.params, participantLayout);
    const { records, refusals: unread } = readRecords(chunk, header);
    const refusals: JobRefusal[] = [...unread];
    const rows = records.flatMap((record) => {
      const row = readParticipant(header, record.cells);
      if (!('faults' in row)) return [{ record, row }];
      refusals.push(...row.faults.map((fault) => refusalOf(record, header, fault)));
      return [];
    });
    return { header, rows, refusals };
  }

  function chunkOf(job: JobAtWork, number: number): Promise<ReadChunk | null> {
    const known = ahead.get(job.uuid);
    ahead.delete(job.uuid);
    return known?.number === number ? known.read : readChunk(job, number);
  }

  function readAhead(job: JobAtWork, number: number): void {
    if (ahead.size >= mostAhead) ahead.clear();
    const read = readChunk(job, number);
    // Whoever takes it hears of it; when nobody does, nothing is lost.
    read.catch(() => {});
    ahead.set(job.uuid, { number, read });
  }

  return {
    async stepWithin(job, transaction) {
      const number = chunkAt(job.cursor);
      const chunk = await chunkOf(job, number);
      if (chunk === null) return { cursor: number, done: 0, finished: true };
      requireReadableReport(job);

      readAhead(job, number + 1);
      const { header, rows } = chunk;
      const outcomes = await upsertParticipants(
        transaction,
        job.organizationId,
        rows.map(({ row }) => row),
        new Date(clock.now()),
      );
      await chunks.delete(transaction, job.uuid, number);

      const refusals = [...chunk.refusals];
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
