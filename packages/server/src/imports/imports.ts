import { createHash } from 'node:crypto';
import { recorded } from '../audit/index.ts';
import type { CampaignRulesSource } from '../campaigns/index.ts';
import { type CampaignId, newId, type OrganizationId, uuidOf } from '../ids.ts';
import type { Job, Jobs } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import { createImportChunksStore, type Database } from '../storage/index.ts';
import {
  type Header,
  type Layout,
  participantLayout,
  pointsLayout,
  readHeader,
  refused,
  refuseUtf16,
} from './header.ts';
import { importParams } from './import-params.ts';
import { participantsImport } from './participants-import.ts';
import { type PointsImportParts, pointsImport } from './points-import.ts';
import { mostRecordBytes, RecordFraming, requireUtf8 } from './record-framing.ts';

export interface ImportRequest {
  readonly organizationId: OrganizationId;
  /** The import's own name; null: none. */
  readonly name: string | null;
  /** A repeat with the same key is answered with the same job. */
  readonly key: string | null;
  /** The file as it arrives, read no faster than it can be stored. */
  readonly body: AsyncIterable<Buffer>;
}

export interface ImportReceipt {
  readonly repeated: boolean;
  readonly job: Job;
}

/**
 * Takes files in. When the promise resolves, the whole file is stored and a job for it is waiting; when it rejects,
 * nothing was kept. Throws `invalid_import` for a file that cannot be read at all, `payload_too_large`,
 * `idempotency_key_reused`, `conflict` when too many imports wait.
 */
export interface Imports {
  participants(request: ImportRequest): Promise<ImportReceipt>;
  /** Throws `unknown_campaign` too. */
  points(request: ImportRequest & { readonly campaignId: CampaignId }): Promise<ImportReceipt>;
}

/** Rows of one step: enough to share its statements, few enough to take well under a second. */
const participantsPerStep = 5_000;
const pointsPerStep = 1_000;
export const mostImportBytes = 8 * 1024 ** 3;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export function createImports(
  parts: {
    readonly database: Database;
    readonly jobs: Pick<Jobs, 'register' | 'enqueue' | 'findByKey'>;
    readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
  } & Omit<PointsImportParts, 'chunks'>,
): Imports {
  const { jobs } = parts;
  const chunks = createImportChunksStore(parts.database);
  jobs.register('import_participants', participantsImport({ chunks, clock: parts.clock }));
  jobs.register('import_points', pointsImport({ ...parts, chunks }));

  async function receive(
    request: ImportRequest,
    file: {
      readonly kind: string;
      readonly layout: Layout;
      readonly perStep: number;
      readonly check: (header: Header) => void;
      readonly params: Readonly<Record<string, unknown>>;
    },
  ): Promise<ImportReceipt> {
    const { organizationId, key, name } = request;
    const known = key !== null && (await jobs.findByKey(organizationId, file.kind, key)) !== null;
    const id = newId('job');
    const uuid = uuidOf(id);
    const hash = createHash('sha256').update(JSON.stringify([name, file.params]));
    let stored = 0;
    try {
      const { header, chunks: received, count } = await readFile(request.body, hash, file);
      for await (const chunk of received) {
        // Of a repeat only the fingerprint is needed.
        if (!known) await chunks.insert(uuid, stored++, chunk);
      }
      const enqueue = () =>
        jobs.enqueue({
          id,
          organizationId,
          kind: file.kind,
          params: { ...file.params, ...importParams(header, name) },
          total: count(),
          ...(key !== null && { key: { text: key, fingerprint: hash.digest() } }),
        });
      const answer = await recorded(enqueue, ({ repeated, job }) =>
        repeated
          ? []
          : [
              {
                organizationId,
                action: 'job.created',
                target: { kind: 'job', id: job.id, name: null },
                before: null,
                after: { kind: job.kind, params: job.params },
              },
            ],
      );
      if (answer.repeated) await chunks.deleteAll(uuid);
      return answer;
    } catch (error) {
      // When this fails too, upkeep finds them.
      if (stored > 0) await chunks.deleteAll(uuid).catch(() => {});
      throw error;
    }
  }

  return {
    participants: (request) =>
      receive(request, {
        kind: 'import_participants',
        layout: participantLayout,
        perStep: participantsPerStep,
        check: () => {},
        params: {},
      }),

    async points({ campaignId, ...request }) {
      const rules = await parts.campaignRules.rulesOf(campaignId);
      if (rules?.organization.id !== request.organizationId) {
        const detail = `Campaign ${campaignId} does not exist in this organization. GET /v1/campaigns lists those that do.`;
        throw new Problem('unknown_campaign', detail, {
          faults: [{ pointer: '', parameter: 'campaign_id', detail }],
        });
      }
      return receive(request, {
        kind: 'import_points',
        layout: pointsLayout,
        perStep: pointsPerStep,
        check: (header) => {
          if (request.name !== null || header.columns.some(({ name }) => name === 'reference')) return;
          throw refused(
            'It has no column reference, and the import has no name, so that importing it again would book everything again. Add the column, or give the import a name (?name=…): then each line is booked once under that name and its number.',
          );
        },
        params: { campaign_id: campaignId },
      });
    },
  };
}

/** Reads the first line, and gives the rest as it comes, in chunks of whole records. */
async function readFile(
  body: AsyncIterable<Buffer>,
  hash: { update(piece: Buffer): unknown },
  file: { readonly layout: Layout; readonly perStep: number; readonly check: (header: Header) => void },
) {
  const pieces = body[Symbol.asyncIterator]();
  let bytes = 0;
  async function next(): Promise<Buffer | null> {
    const { done, value } = await pieces.next();
    if (done === true) return null;
    bytes += value.length;
    if (bytes > mostImportBytes) {
      throw new Problem(
        'payload_too_large',
        `The file is larger than ${mostImportBytes / 1024 ** 3} GiB. Send it in parts; a repeat of what was sent changes nothing.`,
      );
    }
    hash.update(value);
    return value;
  }

  let start = Buffer.alloc(0);
  let end = -1;
  while (end === -1) {
    const piece = await next();
    if (piece === null) break;
    start = Buffer.concat([start, piece]);
    end = start.indexOf(0x0a);
    if (end === -1 && start.length > mostRecordBytes) break;
  }
  refuseUtf16(start.subarray(0, end === -1 ? mostRecordBytes : end + 1));
  if (start.indexOf(byteOrderMark) === 0) {
    start = start.subarray(byteOrderMark.length);
    end = end === -1 ? -1 : end - byteOrderMark.length;
  }
  if (end === -1 && start.length > mostRecordBytes) {
    throw refused(
      `Its first line is longer than ${mostRecordBytes / 1024} KiB, expected the names of its columns. Check that this is the file you mean.`,
    );
  }
  const line = end === -1 ? start : start.subarray(0, end);
  requireUtf8(line, 1);
  const header = readHeader(line.toString().replace(/\r$/, ''), file.layout);
  file.check(header);

  const framing = new RecordFraming({ delimiter: header.delimiter, mostRecords: file.perStep }, 2);
  const rest = end === -1 ? null : start.subarray(end + 1);
  async function* chunks() {
    for (let piece: Buffer | null = rest; piece !== null; piece = await next()) yield* framing.push(piece);
    const last = framing.end();
    if (last !== null) yield last;
  }
  return { header, chunks: chunks(), count: () => framing.records };
}
