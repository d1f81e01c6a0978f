import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { AuditEntry, AuditLog } from '../../audit/index.ts';
import { type Api, idSchema, problems, timeInputSchema, timeSchema } from '../api.ts';
import { csvAnswer, sendTable } from '../csv.ts';
import { pageQuerySchema, pageSchema, readPageAfter } from '../pagination.ts';

export interface AuditLogParts {
  readonly audit: AuditLog;
}

const hashSchema = z.string().meta({ description: 'SHA-256, hexadecimal', pattern: '^[0-9a-f]{64}$' });
const fieldsSchema = z.record(z.string(), z.unknown()).nullable();

const entrySchema = z
  .object({
    organization_id: idSchema('org', 'The organization'),
    number: z.int().meta({ description: 'From 1, without gaps' }),
    at: timeSchema,
    actor: z
      .object({
        kind: z.enum(['person', 'token', 'operator', 'anonymous']).meta({
          description:
            '`operator`: whoever operates Fanfare, on its command line. `anonymous`: somebody who tried to sign in',
        }),
        id: z.string().nullable(),
        name: z.string().nullable(),
        email: z.string().nullable(),
      })
      .meta({ description: 'Who did it, as they were called then' }),
    action: z.string().meta({ examples: ['webhook.updated'] }),
    target: z
      .object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() })
      .meta({ description: 'What it was done to' }),
    origin: z.object({
      address: z.string().nullable(),
      user_agent: z.string().nullable(),
      request_id: z.string().nullable().meta({ description: 'As in the header x-request-id' }),
    }),
    before: fieldsSchema.meta({ description: 'What differs, as it was' }),
    after: fieldsSchema.meta({ description: 'What differs, as it is from then on' }),
    previous_hash: hashSchema.meta({ description: 'The hash of the entry before; 64 zeros for the first' }),
    hash: hashSchema.meta({ description: 'Of this entry without `hash`: docs/audit-log.md says how' }),
  })
  .meta({ id: 'AuditEntry' });

const verificationSchema = z
  .object({
    whole: z.boolean(),
    entries: z.int().meta({ description: 'How many hold together, from the first on' }),
    head: z.object({ number: z.int(), hash: hashSchema }).nullable().meta({
      description:
        'The last of them. Noted down elsewhere, it shows later that nothing before it was rewritten',
    }),
    broken: z
      .object({ number: z.int(), reason: z.string() })
      .nullable()
      .meta({ description: 'The first entry that does not fit' }),
  })
  .meta({ id: 'AuditVerification' });

const filterSchema = z.object({
  actor: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Id of a person or token, or `operator`' }),
  action: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ examples: ['webhook.updated'] }),
  target: z.string().min(1).max(300).optional().meta({ description: 'Id of what was changed' }),
  since: timeInputSchema.optional(),
  until: timeInputSchema.optional().meta({ description: 'Before this time' }),
});

const tags = ['Audit log'];
/** Entries fetched at a time for an export. */
const exportedAtOnce = 1_000;

/** Who changed what: to be looked through, verified and taken away. */
export function auditLogRoutes(app: Api, { audit }: AuditLogParts): void {
  app.get(
    '/v1/audit-log',
    {
      schema: {
        tags,
        operationId: 'listAuditEntries',
        summary: 'Who changed what, newest first',
        querystring: pageQuerySchema.extend(filterSchema.shape),
        response: { 200: pageSchema(entrySchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPageAfter({
        name: 'audit log',
        query: request.query,
        positionBytes: 8,
        read: (before, limit) =>
          audit.list(
            request.principal.organizationId,
            filterFrom(request.query),
            before === null ? null : before.readBigInt64BE(0),
            limit,
          ),
        position: ({ number }) => {
          const bytes = Buffer.alloc(8);
          bytes.writeBigInt64BE(BigInt(number));
          return bytes;
        },
        show: shownEntry,
      }),
  );

  app.get(
    '/v1/audit-log/verification',
    {
      schema: {
        tags,
        operationId: 'verifyAuditLog',
        summary: 'Whether the audit log is as it was written',
        description:
          'Follows the hashes from the first entry to the last. It shows that entries were changed, taken out or put in; not that all of them were written anew by somebody who owns the database. Against that, note `head` down elsewhere from time to time.',
        response: { 200: verificationSchema, ...problems() },
      },
    },
    async (request) => audit.verify(request.principal.organizationId),
  );

  app.get(
    '/v1/audit-log.csv',
    {
      schema: {
        tags,
        operationId: 'exportAuditLogTable',
        summary: 'The audit log as a table, oldest first',
        querystring: z.strictObject(filterSchema.shape),
        response: { 200: csvAnswer(columns.join(', ')), ...problems('invalid_request') },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.principal;
      const filter = filterFrom(request.query);
      return sendTable<AuditEntry>(reply, {
        fileName: 'audit-log',
        header: columns,
        read: (after, limit) => audit.walk(organizationId, filter, after?.number ?? null, limit),
        cells: ({ actor, target, origin, ...entry }) => [
          entry.number,
          entry.at,
          actor.kind,
          actor.id,
          actor.name,
          actor.email,
          entry.action,
          target.kind,
          target.id,
          target.name,
          origin.address,
          origin.user_agent,
          origin.request_id,
          entry.before && JSON.stringify(entry.before),
          entry.after && JSON.stringify(entry.after),
          entry.hash,
        ],
      });
    },
  );

  app.get(
    '/v1/audit-log.jsonl',
    {
      schema: {
        tags,
        operationId: 'exportAuditLog',
        summary: 'The audit log as lines of JSON, oldest first',
        description:
          'One entry in each line, as the list shows it. A file with every entry can be verified anywhere: `fanfare audit verify <file>`.',
        querystring: z.strictObject(filterSchema.shape),
        response: {
          200: {
            description: 'One JSON object in each line',
            content: { 'application/jsonl': { schema: z.string() } },
          },
          ...problems('invalid_request'),
        },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.principal;
      const filter = filterFrom(request.query);
      return sendLines(reply, (after) => audit.walk(organizationId, filter, after, exportedAtOnce));
    },
  );
}

/** As `sendTable`: what is wrong with the request is still answered as a problem, and half an export is cut off. */
async function sendLines(
  reply: FastifyReply,
  read: (after: number | null) => Promise<readonly AuditEntry[]>,
): Promise<FastifyReply> {
  const first = await read(null);
  async function* lines(): AsyncGenerator<string> {
    let page = first;
    for (;;) {
      const last = page.at(-1);
      if (last === undefined) return;
      yield page.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      if (page.length < exportedAtOnce) return;
      page = await read(last.number);
    }
  }
  return reply
    .header('content-type', 'application/jsonl; charset=utf-8')
    .header('content-disposition', 'attachment; filename="audit-log.jsonl"')
    .send(Readable.from(lines(), { objectMode: true, highWaterMark: 1 }));
}

const columns = [
  'number',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'actor_email',
  'action',
  'target_kind',
  'target_id',
  'target_name',
  'address',
  'user_agent',
  'request_id',
  'before',
  'after',
  'hash',
];

function filterFrom(query: z.output<typeof filterSchema>): Parameters<AuditLog['list']>[1] {
  return {
    actor: query.actor ?? null,
    action: query.action ?? null,
    target: query.target ?? null,
    since: query.since === undefined ? null : new Date(query.since),
    until: query.until === undefined ? null : new Date(query.until),
  };
}

function shownEntry(entry: AuditEntry) {
  return {
    ...entry,
    actor: { ...entry.actor },
    target: { ...entry.target },
    origin: { ...entry.origin },
    before: entry.before && { ...entry.before },
    after: entry.after && { ...entry.after },
  };
}
