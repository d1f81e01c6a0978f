import { z } from 'zod';
import { uuidOf } from '../../ids.ts';
import type { Job, Jobs, ReportedRefusal } from '../../jobs/index.ts';
import { type Api, idSchema, pathId, problems, timeSchema } from '../api.ts';
import { csvAnswer, sendTable } from '../csv.ts';
import { pageQuerySchema, pageSchema, readPage, readPageAfter } from '../pagination.ts';

const states = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export const jobSchema = z
  .object({
    id: idSchema('job', 'The job'),
    kind: z.string().meta({ examples: ['import_participants'] }),
    state: z.enum(states),
    params: z.record(z.string(), z.unknown()).meta({ description: 'What was asked for' }),
    progress: z
      .object({
        total: z.int().nullable().meta({ description: 'How many things there are to do; null: not known' }),
        done: z.int().meta({ description: 'How many were dealt with, the refused ones among them' }),
        refused: z.int().meta({ description: 'How many could not be done; `/refusals` says why' }),
      })
      .meta({ id: 'JobProgress' }),
    counts: z
      .record(z.string(), z.int())
      .meta({ description: 'How many came to what', examples: [{ created: 40, updated: 2 }] }),
    error: z.string().nullable().meta({ description: 'Why it failed' }),
    cancelling: z.boolean().meta({ description: 'It was cancelled, and a step is still under way' }),
    paused: z.boolean().meta({ description: 'Goes on when it is resumed' }),
    created_at: timeSchema,
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
  })
  .meta({ id: 'Job' });

const refusalSchema = z
  .object({
    line: z.int().meta({ description: 'In the file, from 1; the header is a line too' }),
    field: z.string().nullable().meta({ description: 'The column; null when the line as a whole is meant' }),
    reason: z.string().meta({ description: 'What was found, what was expected, and what to do' }),
    excerpt: z.string().meta({ description: 'The beginning of the line' }),
  })
  .meta({ id: 'JobRefusal' });

const params = z.object({ id: z.string() });
const tags = ['Jobs'];

export interface JobParts {
  readonly jobs: Pick<Jobs, 'get' | 'list' | 'cancel' | 'refusals'>;
}

/** Long work: how it goes, what it could not do, and ending it. */
export function jobRoutes(app: Api, { jobs }: JobParts): void {
  app.get(
    '/v1/jobs',
    {
      schema: {
        tags,
        operationId: 'listJobs',
        summary: 'Jobs, newest first',
        description: 'Jobs that ended are kept as long as events are.',
        querystring: pageQuerySchema.extend({
          kind: z.string().min(1).max(100).optional(),
          state: z.enum(states).optional(),
        }),
        response: { 200: pageSchema(jobSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) => {
      const { kind = null, state = null } = request.query;
      return readPage({
        name: 'jobs',
        query: request.query,
        read: (before, limit) => jobs.list(request.principal.organizationId, { kind, state }, before, limit),
        uuid: (job) => uuidOf(job.id),
        show: shownJob,
      });
    },
  );

  app.get(
    '/v1/jobs/:id',
    {
      schema: {
        tags,
        operationId: 'getJob',
        summary: 'One job, and how far it is',
        params,
        response: { 200: jobSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownJob(await jobs.get(request.principal.organizationId, pathId('job', request.params.id))),
  );

  app.post(
    '/v1/jobs/:id/cancel',
    {
      schema: {
        tags,
        operationId: 'cancelJob',
        summary: 'Cancel a job',
        description:
          'A job that is running ends after the step under way (`cancelling`). What was done stays done. Cancelling again changes nothing.',
        params,
        response: { 200: jobSchema, ...problems('not_found', 'conflict') },
      },
    },
    async (request) =>
      shownJob(await jobs.cancel(request.principal.organizationId, pathId('job', request.params.id))),
  );

  app.get(
    '/v1/jobs/:id/refusals',
    {
      schema: {
        tags,
        operationId: 'listJobRefusals',
        summary: 'What a job could not do, and why',
        description: 'In the order of lines. It grows while the job runs.',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(refusalSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const id = pathId('job', request.params.id);
      return readPageAfter({
        name: `refusals ${id}`,
        query: request.query,
        positionBytes: 10,
        read: (after, limit) =>
          jobs.refusals(
            request.principal.organizationId,
            id,
            after && { line: Number(after.readBigInt64BE(0)), number: after.readInt16BE(8) },
            limit,
          ),
        position: ({ line, number }) => {
          const bytes = Buffer.alloc(10);
          bytes.writeBigInt64BE(BigInt(line), 0);
          bytes.writeInt16BE(number, 8);
          return bytes;
        },
        show: shownRefusal,
      });
    },
  );

  app.get(
    '/v1/jobs/:id/refusals.csv',
    {
      schema: {
        tags,
        operationId: 'exportJobRefusals',
        summary: 'What a job could not do, as a table',
        params,
        response: { 200: csvAnswer('line, field, reason, excerpt'), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      const id = pathId('job', request.params.id);
      return sendTable<ReportedRefusal>(reply, {
        fileName: `${id}-refusals`,
        header: ['line', 'field', 'reason', 'excerpt'],
        read: (after, limit) => jobs.refusals(request.principal.organizationId, id, after, limit),
        cells: ({ line, field, reason, excerpt }) => [line, field, reason, excerpt],
      });
    },
  );
}

export function shownJob(job: Job) {
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    params: { ...job.params },
    progress: { total: job.total, done: job.done, refused: job.refused },
    counts: { ...job.counts },
    error: job.error,
    cancelling: job.cancelling,
    paused: job.paused,
    created_at: job.createdAt.toISOString(),
    started_at: job.startedAt?.toISOString() ?? null,
    finished_at: job.finishedAt?.toISOString() ?? null,
  };
}

function shownRefusal({ line, field, reason, excerpt }: ReportedRefusal) {
  return { line, field, reason, excerpt };
}
