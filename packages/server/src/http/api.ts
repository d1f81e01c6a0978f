import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Principal } from '../accounts/index.ts';
import { points } from '../catalog/index.ts';
import { type Id, type IdPrefix, parseId } from '../ids.ts';
import { type Fault, notFound, type ProblemCode, problemRegistry } from '../problems.ts';
import type { Access } from './access-table.ts';

/**
 * The Fastify instance that routes are added to. Its conventions:
 * - schemas are Zod; what they infer is what the handler gets and must give;
 * - who may call a route under `/v1` stands in access-table.ts, unless its `config` says `public: true`;
 * - whatever is thrown is answered as a problem document (RFC 9457): throw `Problem` for what the caller can act on;
 * - JSON is snake_case, ids are TypeIDs, times are ISO 8601 in UTC with milliseconds.
 */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no credential. */
    public?: true;
    /** Who may call: put here from access-table.ts. */
    access?: Access;
    /** Makes events: turned away while there is no room for more (see admission.ts). */
    adds?: true;
    /** Judges the faults of its JSON body itself (`request.bodyFaults`), one item at a time. */
    itemised?: true;
    /** Reads its body from the socket itself, as it comes, for as long as it keeps coming. */
    streamed?: true;
  }
  interface FastifyRequest {
    /** Who calls. Reading it in a public route is a defect and throws. */
    readonly principal: Principal;
    authenticated: Principal | null;
    /** The JSON body as it arrived; null when there was none. */
    bodyBytes: Buffer | null;
    /** What is wrong with the body although it is JSON. Always null outside itemised routes. */
    bodyFaults: readonly Fault[] | null;
  }
}

export { notFound };

/** The id in a path or query. Malformed ids get the answer of unknown ones, so nothing can be learned by guessing. */
export function pathId<P extends IdPrefix>(prefix: P, text: string): Id<P> {
  const id = parseId(prefix, text);
  if (id === null) throw notFound();
  return id;
}

/** An id as the API takes and shows it. */
export function idSchema<P extends IdPrefix>(prefix: P, what: string) {
  return z
    .string()
    .meta({ description: `${what} (\`${prefix}_…\`)`, examples: [`${prefix}_01jf2wkmvcfw6ts1qmgzya291c`] });
}

/** An id in a request body. */
export function idInputSchema<P extends IdPrefix>(prefix: P, what: string) {
  return z
    .custom<Id<P>>((value) => typeof value === 'string' && parseId(prefix, value) !== null, {
      error: `expected the id of ${what}: ${prefix}_ and 26 characters`,
    })
    .meta({ type: 'string', pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` });
}

/** Points as the API takes them: a total that is made of them fits its column, and a double holds it as written. */
export const pointsInputSchema = points
  .max(99_999_999_999.9999)
  .meta({ description: 'At most 4 decimal places' });

/** A time as the API shows it. */
export const timeSchema = z.string().meta({
  format: 'date-time',
  description: 'ISO 8601 in UTC with milliseconds',
  examples: ['2026-03-14T09:26:53.589Z'],
});

/** A time as the API takes it: ISO 8601 with a zone, years 2000 to 2099. */
export const timeInputSchema = z.iso
  .datetime({ offset: true, error: 'expected an ISO 8601 time with a zone, such as 2026-03-14T09:26:53Z' })
  .refine((text) => text >= '2000' && text < '2100', 'expected a time between the years 2000 and 2099');

/** A short text that people read: a name. PostgreSQL cannot store NUL, and the body parser has refused it already. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'expected at least one character')
  .max(200, 'expected at most 200 characters');

const faultSchema = z.object({
  pointer: z.string().optional().meta({ description: 'Where in the body: JSON Pointer (RFC 6901)' }),
  parameter: z.string().optional().meta({ description: 'Which query parameter' }),
  detail: z.string(),
});

export const problemSchema = z
  .object({
    type: z.string().meta({ examples: ['/docs/problems#not_found'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was found, what was expected, and what to do' }),
    code: z.string().meta({ enum: Object.keys(problemRegistry), description: 'For programs: never changes' }),
    errors: z.array(faultSchema).optional(),
    quota: z
      .object({
        name: z.string(),
        limit: z.int(),
        used: z.int(),
        resets_at: timeSchema.nullable().meta({ description: 'Null: does not begin anew by itself' }),
      })
      .optional()
      .meta({ description: 'The quota that stood in the way (GET /v1/quotas)' }),
    instance: z.string().optional().meta({ description: 'The path of the request' }),
    request_id: z
      .string()
      .optional()
      .meta({ description: 'Also in the header x-request-id; name it when asking for help' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' });

type StatusOf<C extends ProblemCode> = (typeof problemRegistry)[C]['status'];
interface ProblemAnswer {
  description: string;
  content: { 'application/problem+json': { schema: typeof problemSchema } };
}

const everywhere = [
  'unauthenticated',
  'forbidden',
  'internal',
  'unavailable',
] as const satisfies readonly ProblemCode[];
/** The problems of every route that takes a JSON body. */
export const bodyProblems = [
  'malformed_json',
  'invalid_request',
  'payload_too_large',
  'unsupported_media_type',
  'request_timeout',
] as const satisfies readonly ProblemCode[];

/** The problems of every route that makes events. */
export const addingProblems = [
  ...bodyProblems,
  'too_many_requests',
] as const satisfies readonly ProblemCode[];

/** The problem half of a route's `response` schema: one entry per status, naming every code that can come with it. */
export function problems<const C extends readonly ProblemCode[]>(
  ...codes: C
): { [S in StatusOf<C[number] | (typeof everywhere)[number]>]: ProblemAnswer } {
  return problemAnswers([...everywhere, ...codes]) as {
    [S in StatusOf<C[number] | (typeof everywhere)[number]>]: ProblemAnswer;
  };
}

/** As `problems`, for routes that need no token. */
export function publicProblems<const C extends readonly ProblemCode[]>(
  ...codes: C
): { [S in StatusOf<C[number]>]: ProblemAnswer } {
  return problemAnswers(codes) as { [S in StatusOf<C[number]>]: ProblemAnswer };
}

function problemAnswers(codes: readonly ProblemCode[]): Record<number, ProblemAnswer> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problemRegistry[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, sharing]) => [
      status,
      {
        description: sharing.map((code) => `\`${code}\`: ${problemRegistry[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

/** The whole URL path asked for, without its query. */
export function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf('?');
  return end === -1 ? request.url : request.url.slice(0, end);
}

/** A size with its unit, to the byte, and in KiB or MiB when that is exact. */
export function bytes(count: number): string {
  const exact = `${count.toLocaleString('en-US')} bytes`;
  if (count > 0 && count % 1_048_576 === 0) return `${exact} (${count / 1_048_576} MiB)`;
  if (count > 0 && count % 1024 === 0) return `${exact} (${count / 1024} KiB)`;
  return exact;
}
