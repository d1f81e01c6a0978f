import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Uuid } from '../ids.ts';
import { Problem } from '../problems.ts';

/** The query of every list. Extend it with the list's filters. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce
    .number({ error: 'expected a whole number from 1 to 250' })
    .int('expected a whole number from 1 to 250')
    .min(1, 'expected a whole number from 1 to 250')
    .max(250, 'expected a whole number from 1 to 250')
    .default(50)
    .meta({ description: 'How many at most on this page' }),
  cursor: z.string().max(100, 'this cursor is too long; take next_cursor as it came').optional().meta({
    description: 'Where the page before ended: its `next_cursor`',
  }),
});

/** The answer of every list. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({
    data: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Give it as `cursor` for the next page; null on the last one' }),
  });
}

export interface Page<T> {
  readonly data: T[];
  readonly next_cursor: string | null;
}

/** The query that a page answers, and the list it is a page of. */
interface Paging<Row, Item> {
  /** The name of the list: a cursor of one list is refused by every other. */
  readonly name: string;
  readonly query: { readonly limit: number; readonly cursor?: string | undefined };
  readonly show: (row: Row) => Item;
}

/** For the description of a list that is read by `readPageTo`. */
export const partialPages =
  'Where filters match little, only so much is looked through for one page: it may hold fewer than `limit`, or nothing, although there is more. Go on with `next_cursor` and the same filters until it is null.';

/** Reads one page of a list that is ordered by UUID, going on after a UUID (null: from the start). */
export async function readPage<Row, Item>(
  list: Paging<Row, Item> & {
    readonly read: (after: Uuid | null, limit: number) => Promise<readonly Row[]>;
    readonly uuid: (row: Row) => Uuid;
  },
): Promise<Page<Item>> {
  return readPageAfter({
    ...list,
    positionBytes: 16,
    read: (after, limit) => list.read(after && uuidAt(after), limit),
    position: (row) => uuidBytes(list.uuid(row)),
  });
}

/**
 * Reads one page of a list in any order in which a row's position can be written in so many bytes.
 * `read` gets the position to go on after and how many rows to fetch: one more than the page shows, which tells
 * whether there is a next one.
 */
export async function readPageAfter<Row, Item>(
  list: Paging<Row, Item> & {
    readonly positionBytes: number;
    readonly read: (after: Buffer | null, limit: number) => Promise<readonly Row[]>;
    readonly position: (row: Row) => Buffer;
  },
): Promise<Page<Item>> {
  return readPageTo({
    ...list,
    async read(after, limit) {
      const rows = await list.read(after, limit + 1);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return { rows: shown, next: rows.length > limit && last !== undefined ? list.position(last) : null };
    },
  });
}

/**
 * Reads one page of a list that knows itself where the next page goes on (null: there is none). It may look through
 * only so much for one page, which then holds fewer rows than asked for, or none, although there is more.
 */
export async function readPageTo<Row, Item>(
  list: Paging<Row, Item> & {
    readonly positionBytes: number;
    readonly read: (
      after: Buffer | null,
      limit: number,
    ) => Promise<{ readonly rows: readonly Row[]; readonly next: Buffer | null }>;
  },
): Promise<Page<Item>> {
  const { limit, cursor } = list.query;
  const after = cursor === undefined ? null : decodeCursor(list.name, cursor, list.positionBytes);
  const { rows, next } = await list.read(after, limit);
  return { data: rows.map(list.show), next_cursor: next && encodeCursor(list.name, next) };
}

/** `readPageTo` where a position is a UUID. */
export async function readPageToUuid<Row, Item>(
  list: Paging<Row, Item> & {
    readonly read: (
      after: Uuid | null,
      limit: number,
    ) => Promise<{ readonly rows: readonly Row[]; readonly next: Uuid | null }>;
  },
): Promise<Page<Item>> {
  return readPageTo({
    ...list,
    positionBytes: 16,
    async read(after, limit) {
      const { rows, next } = await list.read(after && uuidAt(after), limit);
      return { rows, next: next === null ? null : uuidBytes(next) };
    },
  });
}

export function uuidBytes(uuid: Uuid): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The UUID that 16 bytes are. */
export function uuidAt(bytes: Buffer): Uuid {
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The position of the last row, and a checksum over it and the list's name. */
function encodeCursor(list: string, position: Buffer): string {
  return Buffer.concat([position, checksum(list, position)]).toString('base64url');
}

const checksumBytes = 6;

/** Throws `invalid_cursor` unless this list gave the cursor out. The checksum finds slips; it is no secret. */
function decodeCursor(list: string, cursor: string, positionBytes: number): Buffer {
  const raw = Buffer.from(cursor, 'base64url');
  const position = raw.subarray(0, positionBytes);
  const wellFormed = raw.length === positionBytes + checksumBytes && raw.toString('base64url') === cursor;
  if (!wellFormed || !checksum(list, position).equals(raw.subarray(positionBytes))) {
    throw new Problem(
      'invalid_cursor',
      'The cursor was not given out by this list. Use next_cursor of the page before as it came, or leave it out to start again.',
    );
  }
  return position;
}

function checksum(list: string, position: Buffer): Buffer {
  return createHash('sha256').update(list).update(position).digest().subarray(0, checksumBytes);
}
