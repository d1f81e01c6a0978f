import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredReceiver } from './measured-receiver.ts';
import { percentile } from './percentile.ts';

/** Of one run or of several, ms. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly all: readonly number[];
}

/** One event: which of the run it was, and when it was asked for. */
export interface Published {
  readonly n: number;
  readonly at: bigint;
}

/** Publishes at a steady rate, whatever becomes of it; by the id of each event. */
export async function publishSteadily(
  load: { readonly perSecond: number; readonly seconds: number },
  publish: (n: number) => Promise<string>,
): Promise<ReadonlyMap<string, Published>> {
  const published = new Map<string, Published>();
  const publishing: Promise<void>[] = [];
  const total = load.perSecond * load.seconds;
  const start = performance.now();
  for (let n = 0; n < total; n++) {
    const due = start + (n * 1_000) / load.perSecond;
    while (performance.now() < due) await sleep(1);
    const at = process.hrtime.bigint();
    publishing.push(publish(n).then((id) => void published.set(id, { n, at })));
  }
  await Promise.all(publishing);
  return published;
}

/** From the call to the arrival of its request at the receiver, ms, of the events that are meant. */
export function delaysOf(
  arrivals: readonly (readonly [eventId: string, nanoseconds: string])[],
  published: ReadonlyMap<string, Published>,
  meant: (n: number) => boolean = () => true,
): Delays {
  const all = arrivals.flatMap(([id, at]) => {
    const one = published.get(id);
    return one === undefined || !meant(one.n) ? [] : [Number(BigInt(at) - one.at) / 1e6];
  });
  return delays(all);
}

/** What several runs had together. */
export function together(runs: readonly Delays[]): Delays {
  return delays(runs.flatMap(({ all }) => all));
}

function delays(all: readonly number[]): Delays {
  return { p50: percentile(all, 0.5) ?? Number.NaN, p99: percentile(all, 0.99) ?? Number.NaN, all };
}

/** Publishes at a steady rate and waits for what is still on its way. */
export async function measureDelays(
  receiver: MeasuredReceiver,
  load: { readonly perSecond: number; readonly seconds: number },
  publish: (n: number) => Promise<string>,
): Promise<Delays> {
  receiver.record(true);
  const published = await publishSteadily(load, publish);
  await sleep(500);
  const { arrivals } = await receiver.report();
  receiver.record(false);
  return delaysOf(arrivals, published);
}
