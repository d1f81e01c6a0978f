import { z } from 'zod';
import type { JobAtWork } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import { type Header, headerFrom, headerNames, type Layout } from './header.ts';

const schema = z.object({
  name: z.string().nullable(),
  columns: z.array(z.string()),
  separator: z.string(),
});

/** What a job keeps of an import, and shows its owner. */
export function importParams(header: Header, name: string | null) {
  return { name, columns: headerNames(header), separator: header.delimiter };
}

export function headerOf(params: JobAtWork['params'], layout: Layout): Header {
  const { columns, separator } = schema.parse(params);
  return headerFrom(separator, columns, layout);
}

export function nameOf(params: JobAtWork['params']): string | null {
  return schema.parse(params).name;
}

/** A report that nobody could read any more. */
const mostRefused = 1_000_000;

/** Throws `invalid_import` for a file that is mostly something else than it should be. */
export function requireReadableReport({ refused }: JobAtWork): void {
  if (refused < mostRefused) return;
  throw new Problem(
    'invalid_import',
    `${refused.toLocaleString('en-US')} lines were refused, so the import was ended. Look at the first of them, and import a corrected file; what was imported stays.`,
  );
}

/** Chunks are numbered from 0. */
export function chunkAt(cursor: unknown): number {
  return typeof cursor === 'number' ? cursor : 0;
}
