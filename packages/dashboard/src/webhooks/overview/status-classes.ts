import type { WebhookStatistics } from '@fanfare/client';

type Counted = Pick<WebhookStatistics['totals'], 'statuses' | 'failures'>;

/** Answers by what their status means for a delivery, and attempts that got no complete answer. */
export interface CountsByClass {
  readonly ok: number;
  readonly clientError: number;
  readonly serverError: number;
  /** Redirects, which are not followed, and anything outside 200 to 599. */
  readonly other: number;
  readonly none: number;
}

export function countsByClass({ statuses, failures }: Counted): CountsByClass {
  const counts = { ok: 0, clientError: 0, serverError: 0, other: 0, none: 0 };
  for (const [status, count] of Object.entries(statuses)) counts[classOf(Number(status))] += count;
  for (const count of Object.values(failures)) counts.none += count;
  return counts;
}

function classOf(status: number): Exclude<keyof CountsByClass, 'none'> {
  switch (Math.floor(status / 100)) {
    case 2:
      return 'ok';
    case 4:
      return 'clientError';
    case 5:
      return 'serverError';
    default:
      return 'other';
  }
}
