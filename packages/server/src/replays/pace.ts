/** Deliveries of one job that are open, retries among them. */
export const mostOpen = 1_000;
/** How much of its rate may be made ahead of time. */
const aheadMs = 2_000;
export const betweenStepsMs = 500;

/** The places of a rate from a moment on, up to two seconds from now. */
export function paceFrom(firstMs: number, nowMs: number, ratePerSecond: number) {
  const everyMs = 1_000 / ratePerSecond;
  return {
    places: Math.ceil((nowMs + aheadMs - firstMs) / everyMs),
    everyMs,
    dueIn: (place: number) => Math.round(firstMs - nowMs + place * everyMs),
  };
}
