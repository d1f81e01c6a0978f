import { actKinds } from './acts.ts';
import type { SeasonOptions } from './options.ts';
import type { Stage } from './stage.ts';
import type { Counts } from './statistics.ts';

/** The lines that `fanfare demo` prints. */

export function startLine({ participants, seed, perSecond }: SeasonOptions, stage: Stage): string {
  const names = stage.campaigns.map(({ name, id }) => `${name} (${id})`).join(', ');
  const pace = perSecond === null ? 'as fast as possible' : `${figure(perSecond)} actions/s`;
  return [
    `Season ${seed} of ${figure(participants)} people, ${pace}, ${stage.webhooks.length} webhooks`,
    `in ${names}`,
    '',
  ].join('\n');
}

/** What happened in the last seconds. */
export function progressLine(counts: Counts, sinceStartMs: number, stretchMs: number): string {
  const rate = `${figure((counts.actions * 1_000) / stretchMs)} actions/s`;
  return `${(sinceStartMs / 1_000).toFixed(0).padStart(5)} s  ${rate.padStart(15)}  ${[
    waits(counts),
    kinds(counts),
    ...outcomes(counts),
  ].join('; ')}\n`;
}

export function summary(counts: Counts, ms: number): string {
  const lines = [
    `${figure(counts.actions)} actions in ${(ms / 1_000).toFixed(1)} s: ${figure((counts.actions * 1_000) / ms)} a second, answers ${waits(counts)}`,
    kinds(counts),
    ...outcomes(counts),
  ];
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}

function waits({ p50Ms, p99Ms }: Counts): string {
  if (p50Ms === null || p99Ms === null) return '';
  return `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
}

function kinds({ byKind }: Counts): string {
  return actKinds
    .filter((kind) => byKind[kind] > 0)
    .map((kind) => `${kind} ${figure(byKind[kind])}`)
    .join(', ');
}

function outcomes({ repeated, refused, unexpected }: Counts): string[] {
  const listed = (codes: ReadonlyMap<string, number>) =>
    [...codes].map(([code, count]) => `${code} ${figure(count)}`).join(', ');
  return [
    repeated > 0 ? `repeated ${figure(repeated)}` : '',
    refused.size > 0 ? `refused as planned: ${listed(refused)}` : '',
    unexpected.size > 0 ? `UNEXPECTED: ${listed(unexpected)}` : '',
  ].filter((text) => text !== '');
}

function figure(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
