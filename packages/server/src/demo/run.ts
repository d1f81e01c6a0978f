import { NoAnswer } from '@fanfare/client';
import type { Verdict } from './acts.ts';
import type { Books } from './books.ts';
import type { Pace } from './pace.ts';
import type { Perform } from './perform.ts';
import type { Season, SeasonAction } from './season.ts';

/** What one action came to. */
export interface Report {
  readonly action: SeasonAction;
  readonly verdict: Verdict | 'no_answer';
  readonly expected: boolean;
  /** Why, when it was not what should have come of it. */
  readonly detail: string | null;
  readonly ms: number;
}

/** So many calls in a row without an answer mean that nobody is there to answer. */
const mostUnanswered = 20;

/** Carries out a season, with at most `lanes` actions at once, until it is over or its time is up. */
export async function runSeason(parts: {
  readonly season: Season;
  readonly perform: Perform;
  readonly books: Books;
  readonly pace: Pace;
  readonly lanes: number;
  readonly report: (report: Report) => void;
}): Promise<void> {
  const { season, perform, books, pace, report } = parts;
  let unanswered = 0;
  let over = false;
  let wake: (() => void)[] = [];

  function wakeAll(): void {
    const sleeping = wake;
    wake = [];
    for (const resolve of sleeping) resolve();
  }

  async function carryOut(action: SeasonAction): Promise<void> {
    const { act, expected } = action.step;
    const calledAt = performance.now();
    try {
      const { verdict, outcome, detail } = await perform(action);
      unanswered = 0;
      if (outcome !== null) books.book(action, outcome);
      const asExpected = expected.includes(verdict);
      const why = asExpected
        ? null
        : `${action.person.externalId}, ${act.kind}: expected ${expected.join(' or ')}, found ${verdict}. ${detail ?? ''}`;
      report({ action, verdict, expected: asExpected, detail: why, ms: performance.now() - calledAt });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      unanswered += 1;
      const detail = `${action.person.externalId}, ${act.kind}: ${error.message}`;
      report({ action, verdict: 'no_answer', expected: false, detail, ms: performance.now() - calledAt });
      if (unanswered >= mostUnanswered) {
        throw error;
      }
    }
  }

  /** Waits while all that is left depends on actions under way. */
  async function nextAction(): Promise<SeasonAction | null> {
    while (!over) {
      const action = season.next();
      if (action !== 'busy') return action;
      await new Promise<void>((resolve) => wake.push(resolve));
    }
    return null;
  }

  // The turn comes first: whoever took an action before it would keep somebody from acting, and let others go first.
  async function lane(): Promise<void> {
    while (!over && (await pace.turn())) {
      const action = await nextAction();
      if (action === null) break;
      await carryOut(action);
      season.done(action);
      wakeAll();
    }
    over = true;
    wakeAll();
  }

  try {
    await Promise.all(Array.from({ length: parts.lanes }, lane));
  } finally {
    over = true;
    wakeAll();
  }
}
