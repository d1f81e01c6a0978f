import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type ImportReceipt,
  type ImportRequest,
  type Imports,
  mostImportBytes,
} from '../../imports/index.ts';
import { Problem } from '../../problems.ts';
import { type Api, bytes, idInputSchema, problems } from '../api.ts';
import { jobSchema, shownJob } from './jobs.ts';

export interface ImportParts {
  readonly imports: Imports;
}

const importName = z
  .string()
  .trim()
  .min(1, 'expected at least one character')
  .max(100, 'expected at most 100 characters')
  .regex(/^\P{Cc}*$/u, 'expected no control characters')
  .optional();
const headers = z.object({
  'idempotency-key': z.string().min(1).max(255).optional().meta({
    description:
      'A repeat with the same key and the same file is answered with the same job (header `idempotent-replayed: true`)',
  }),
});
// Described for the OpenAPI document, and never read as a whole.
const csvBody = z.unknown().meta({ type: 'string', description: 'The file' });
const fileRules = `The body is a CSV file in UTF-8 of up to ${bytes(mostImportBytes)}, sent as it is (text/csv). Its first line names the columns, separated by commas, semicolons or tabs. It is answered with 202 once the whole file is stored; the job then works it off, and \`/v1/jobs/{id}/refusals\` lists the lines that could not be taken, each with its reason. A file whose first line is wrong, or that is not UTF-8, is refused as a whole. Lines may have up to 64 KiB.`;

const importProblems = [
  'invalid_request',
  'invalid_import',
  'unsupported_media_type',
  'payload_too_large',
  'request_timeout',
  'conflict',
  'idempotency_key_reused',
  'too_many_requests',
] as const;

/** How long an upload may stand still. */
const mostSilenceMs = 30_000;
/** What is still read of a file that is refused, so that its sender gets to see why. */
const mostDrainedBytes = 8 * 1024 * 1024;
const mostDrainMs = 5_000;

export function importRoutes(parent: Api, { imports }: ImportParts): void {
  parent.register(async (app: Api) => {
    app.removeAllContentTypeParsers();
    // Nothing is parsed: the handlers read the file as it arrives.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));

    app.post(
      '/v1/imports/participants',
      {
        config: { streamed: true, adds: true },
        schema: {
          tags: ['Imports'],
          operationId: 'importParticipants',
          summary: 'Import participants from a CSV file',
          description: `Each line makes somebody new, or changes whoever has its id, external_id or one of its accounts; an empty cell leaves what there is. Columns: id, external_id, email, first_name, last_name, phone, wallet (an address on Ethereum), account:<platform>, test, referral_code, fields (a JSON object), field:<name>. Importing a file again changes nothing. ${fileRules}`,
          querystring: z.strictObject({ name: importName }),
          headers,
          consumes: ['text/csv'],
          body: csvBody,
          response: { 202: jobSchema, ...problems(...importProblems) },
        },
      },
      async (request, reply) =>
        answer(request, reply, (asked) =>
          imports.participants({ ...asked, name: request.query.name ?? null }),
        ),
    );

    app.post(
      '/v1/imports/points',
      {
        config: { streamed: true, adds: true },
        schema: {
          tags: ['Imports'],
          operationId: 'importPoints',
          summary: 'Import points from a CSV file',
          description: `Each line gives points in one campaign, or takes them with a minus, and tells of it like any other booking (cause \`csv\`). Columns: one of id, external_id and account:<platform>; amount; reference, which books a line once and for all; note. Where there is no reference, the name of the import and the number of the line are it, so importing a file again under its name books nothing twice. ${fileRules}`,
          querystring: z.strictObject({
            campaign_id: idInputSchema('cmp', 'a campaign'),
            name: importName.meta({ description: 'Needed when the file has no column reference' }),
          }),
          headers,
          consumes: ['text/csv'],
          body: csvBody,
          response: { 202: jobSchema, ...problems('unknown_campaign', ...importProblems) },
        },
      },
      async (request, reply) => {
        const { campaign_id: campaignId, name = null } = request.query;
        return answer(request, reply, (asked) => imports.points({ ...asked, name, campaignId }));
      },
    );
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  receive: (asked: Omit<ImportRequest, 'name'>) => Promise<ImportReceipt>,
) {
  const given = request.headers['idempotency-key'];
  const pieces = arriving(request.raw);
  try {
    requireCsv(request.headers['content-type']);
    const { repeated, job } = await receive({
      organizationId: request.principal.organizationId,
      key: typeof given === 'string' ? given : null,
      body: { [Symbol.asyncIterator]: () => pieces },
    });
    reply.code(202).header('location', `/v1/jobs/${job.id}`);
    if (repeated) reply.header('idempotent-replayed', 'true');
    return shownJob(job);
  } catch (error) {
    reply.header('connection', 'close');
    await drain(pieces);
    throw error;
  }
}

function requireCsv(contentType: string | undefined): void {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((part) => part.startsWith('charset='))?.slice('charset='.length);
  const wellEncoded =
    charset === undefined || ['utf-8', 'utf8', 'us-ascii'].includes(charset.replaceAll('"', ''));
  if (type === 'text/csv' && wellEncoded) return;
  throw new Problem(
    'unsupported_media_type',
    `The body ${contentType === undefined ? 'has no content-type' : `is announced as ${JSON.stringify(contentType.slice(0, 100))}`}; send a CSV file in UTF-8 with content-type: text/csv.`,
  );
}

/** The body piece by piece. Throws `request_timeout` when nothing comes for too long. */
async function* arriving(raw: FastifyRequest['raw']): AsyncGenerator<Buffer> {
  const pieces: AsyncIterator<Buffer> = raw.iterator({ destroyOnReturn: false });
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new Problem(
              'request_timeout',
              `Nothing of the file arrived for ${mostSilenceMs / 1_000} seconds. Send it again; nothing was imported.`,
            ),
          ),
        mostSilenceMs,
      );
    });
    try {
      const next = await Promise.race([pieces.next(), silence]);
      if (next.done === true) return;
      yield next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}

async function drain(pieces: AsyncGenerator<Buffer>): Promise<void> {
  const giveUpAt = performance.now() + mostDrainMs;
  let drained = 0;
  try {
    for await (const piece of pieces) {
      drained += piece.length;
      if (drained > mostDrainedBytes || performance.now() > giveUpAt) return;
    }
  } catch {
    // The sender is gone or silent: there is nobody to hear the answer.
  }
}
