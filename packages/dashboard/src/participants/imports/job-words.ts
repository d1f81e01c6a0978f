import type { Job } from '@fanfare/client';
import { imports } from '#strings/imports.ts';
import { count } from '../../elements/index.ts';

const { jobs } = imports;

export const isShownHere = ({ kind }: Job): boolean => kind in jobs.kinds;

/** What a job does: its kind, and what whoever asked for it called it. */
export function jobName({ kind, params }: Job): string {
  const what = jobs.kinds[kind] ?? kind;
  const name = params['name'];
  return typeof name === 'string' ? jobs.named(what, name) : what;
}

/** "40 of 1,000"; without the total where nobody knows it. */
export function progressWords({ progress: { done, total } }: Job): string {
  return total === null ? count(done) : jobs.of(count(done), count(total));
}
