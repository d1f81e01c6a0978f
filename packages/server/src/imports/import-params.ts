import { z } from 'zod';
import type { JobAtWork } from '../jobs/index.ts';
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

/** Chunks are numbered from 0. */
export function chunkAt(cursor: unknown): number {
  return typeof cursor === 'number' ? cursor : 0;
}
