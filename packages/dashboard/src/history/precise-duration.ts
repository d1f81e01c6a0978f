import { duration } from '../elements/index.ts';

/** As `duration`, but below 10 ms with two places: phases are often shorter than a millisecond. */
export function preciseDuration(ms: number): string {
  return ms < 10 ? `${Number(ms.toFixed(2))} ms` : duration(ms);
}
