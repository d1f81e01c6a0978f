import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** What a cell holds. Numbers are written bare; text is made harmless. */
export type Cell = string | number | boolean | null;

/** The answer of a route that gives a table, for its `response` schema. */
export function csvAnswer(description: string) {
  return { description, content: { 'text/csv': { schema: z.string() } } };
}

/**
 * Text that spreadsheets would take for a formula. The apostrophe before it makes it text for them; imports take it
 * away again.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const formula = /^[=+\-@\t\r]/;
const needsQuotes = /[",;\r\n]|^\s|\s$/;

/** One line of a table (RFC 4180), its end included. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const harmless = formula.test(cell) ? `'${cell}` : cell;
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Rows fetched at a time: enough to make the round trip small, few enough to be nothing in memory. */
const pageSize = 1_000;

/**
 * Answers with a table that is read page by page, each when the receiver has room for it. The first page is read
 * before the answer begins, so that what is wrong with the request is still answered as a problem; when reading fails
 * later, the connection is cut, so that half a table is not taken for a whole one.
 */
export async function sendTable<Row>(
  reply: FastifyReply,
  table: {
    /** Without its ending. */
    readonly fileName: string;
    readonly header: readonly string[];
    /** The rows after this one; null: from the start. */
    readonly read: (after: Row | null, limit: number) => Promise<readonly Row[]>;
    readonly cells: (row: Row) => readonly Cell[];
  },
): Promise<FastifyReply> {
  const first = await table.read(null, pageSize);
  async function* lines(): AsyncGenerator<string> {
    yield csvLine(table.header);
    let page = first;
    for (;;) {
      const last = page.at(-1);
      if (last === undefined) return;
      yield page.map((row) => csvLine(table.cells(row))).join('');
      if (page.length < pageSize) return;
      page = await table.read(last, pageSize);
    }
  }
  return reply
    .header('content-type', 'text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${table.fileName}.csv"`)
    .send(Readable.from(lines(), { objectMode: true, highWaterMark: 1 }));
}
