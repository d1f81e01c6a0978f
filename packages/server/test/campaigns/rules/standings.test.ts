import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Standings } from '../../../src/campaigns/rules/standings.ts';

/** Few whole parts and fractions, so that totals meet often. 0 is nobody's place. */
const total = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(0, 0.0001, 0.5, 0.9999))
  .map(([whole, fraction]) => whole + fraction);
const person = fc.record({ before: total, after: total });

const aheadOf = (totals: readonly number[], one: number) => totals.filter((other) => other > one).length;

describe('positions after a batch', () => {
  it('are those that counting everybody again would give, ties and fractions included', () => {
    fc.assert(
      fc.property(
        fc.array(person, { maxLength: 20 }),
        fc.array(total, { maxLength: 20 }),
        total,
        (moved, others, shown) => {
          const before = [...others, ...moved.map((one) => one.before)];
          const after = [...others, ...moved.map((one) => one.after)];
          const standings = new Standings(moved);
          expect(standings.position(shown, 1 + aheadOf(before, shown))).toBe(1 + aheadOf(after, shown));
        },
      ),
    );
  });

  it('are those before when nobody moved', () => {
    expect(new Standings([]).position(12.5, 7)).toBe(7);
  });

  it('count somebody who leaves the board as gone, and somebody who enters it as there', () => {
    expect(new Standings([{ before: 10, after: 0 }]).position(5, 3)).toBe(2);
    expect(new Standings([{ before: 0, after: 10 }]).position(5, 3)).toBe(4);
    expect(new Standings([{ before: 0, after: 5 }]).position(5, 3)).toBe(3);
  });
});
