/**
 * How many requests a second a receiver gets whose rate nobody set. It rises by a tenth a second while it is made use
 * of and answers are quick and good, and falls by half when the receiver asks for less or answers ever more slowly.
 * Each node has its own: what they share is what the receiver says.
 */
export interface AdaptiveRate {
  readonly perSecond: number;
  /** Time to answer, smoothed over about 10 answers and over about 200, ms. */
  readonly recentMs: number;
  readonly usualMs: number;
  /** When it changed last, ms. */
  readonly changedAt: number;
}

export interface AnswerSeen {
  readonly totalMs: number;
  /** It said that it gets too much, or no answer came. */
  readonly overloaded: boolean;
}

const first = 10;
const lowest = 1;
const highest = 10_000;
const growth = 1.1;
const step = 1;
/** Changes wait for the effect of the one before. */
const effectMs = 1_000;
const slowdown = 2;
/** Differences below this are noise. */
const noticeableMs = 50;

export function firstRate(now: number): AdaptiveRate {
  return { perSecond: first, recentMs: 0, usualMs: 0, changedAt: now };
}

export function afterAnswer(
  rate: AdaptiveRate,
  { totalMs, overloaded }: AnswerSeen,
  { now, most, busy }: { readonly now: number; readonly most: number | null; readonly busy: boolean },
): AdaptiveRate {
  const fresh = rate.usualMs === 0;
  const recentMs = fresh ? totalMs : rate.recentMs + (totalMs - rate.recentMs) / 10;
  const usualMs = fresh ? totalMs : rate.usualMs + (totalMs - rate.usualMs) / 200;
  const seen = { ...rate, recentMs, usualMs };
  if (now - rate.changedAt < effectMs) return seen;
  if (overloaded || recentMs > slowdown * usualMs + noticeableMs) {
    // What is slow now is what is compared with from now on.
    return { ...seen, usualMs: recentMs, perSecond: Math.max(lowest, rate.perSecond / 2), changedAt: now };
  }
  if (!busy) return seen;
  const limit = Math.min(highest, most ?? highest);
  return { ...seen, perSecond: Math.min(limit, rate.perSecond * growth + step), changedAt: now };
}
