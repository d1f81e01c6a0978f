import { parse } from 'csv-parse/sync';
import type { JobRefusal } from '../jobs/index.ts';
import type { Header } from './header.ts';
import { excerptOf, mostRecordBytes, type OverlongRecord, type RecordChunk } from './record-framing.ts';

/** One record of a file: a cell for each column. */
export interface FileRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Why one cell, or the record as a whole (null), cannot be taken. */
export interface CellFault {
  readonly field: string | null;
  readonly reason: string;
}

/** The records of a chunk, and what cannot be read of it. Empty lines are passed over. */
export function readRecords(
  chunk: RecordChunk,
  header: Header,
): { readonly records: readonly FileRecord[]; readonly refusals: readonly JobRefusal[] } {
  const refusals = chunk.overlong.map(overlongRefusal);
  const records: FileRecord[] = [];
  let line = chunk.firstLine;
  for (const cells of cellsOf(chunk.content, header.delimiter)) {
    const at = line;
    line += 1;
    for (const cell of cells) if (cell.includes('\n')) line += cell.split('\n').length - 1;
    if (cells.length === 1 && /^\r*$/.test(cells[0] ?? '')) continue;
    if (cells.length === header.columns.length) records.push({ line: at, cells });
    else
      refusals.push(
        refusalOf({ line: at, cells }, header, { field: null, reason: countFault(cells, header) }),
      );
  }
  return { records, refusals };
}

/** A quote that the end of the file left open is closed, so that its record can be told of. */
function cellsOf(content: Buffer, delimiter: string): string[][] {
  const text = content.toString();
  // Quotes inside a cell that does not begin with one are taken as they stand, as spreadsheets do.
  const options = {
    delimiter,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
  };
  try {
    return parse(text, options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'CSV_QUOTE_NOT_CLOSED')) throw error;
    return parse(`${text}"`, options);
  }
}

export function refusalOf(
  { line, cells }: FileRecord,
  header: Header,
  { field, reason }: CellFault,
): JobRefusal {
  return { line, field, reason, excerpt: excerptOf(cells.join(header.delimiter)) };
}

function countFault(cells: readonly string[], { columns }: Header): string {
  const more = cells.length > columns.length;
  const open = cells.some((cell) => cell.includes('\n'))
    ? ' Or close the quote that runs over several lines.'
    : '';
  return `Found ${cells.length} cells, expected ${columns.length}, as many as the first line names. ${more ? 'Put quotes around a cell that holds the separator.' : 'Add the missing ones, empty where nothing is known.'}${open}`;
}

function overlongRefusal({ line, lastLine, quoted, excerpt }: OverlongRecord): JobRefusal {
  const kib = mostRecordBytes / 1024;
  return {
    line,
    field: null,
    excerpt,
    reason: quoted
      ? `Found a quote that is not closed within ${kib} KiB; lines ${line} to ${lastLine} were left out with it. Close the quote, or double it inside a cell.`
      : `Found a line of more than ${kib} KiB, expected less. Shorten it.`,
  };
}

/** What exports put before text that spreadsheets would take for a formula. */
const guarded = /^'(?=[=+\-@\t\r])/;

/** A cell without the space around it. Null: nothing is said. */
export function said(cell: string | undefined): string | null {
  const text = cell?.trim().replace(guarded, '') ?? '';
  return text === '' ? null : text;
}
