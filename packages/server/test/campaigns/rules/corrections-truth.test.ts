import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CampaignRules, Change } from '../../../src/campaigns/rules/index.ts';
import { hourMs, points, questId, reward, rewardId, Season, task, taskId, trigger } from './season.ts';

/*
 * Corrections against what would have been: who takes everything back is where nobody did anything, and who
 * recalculates is where the settings had been those of today from the start.
 */

const people = ['ada', 'bob', 'cy'] as const;
const taskNames = ['follow', 'level', 'daily', 'post', 'wave'] as const;
const initial = 10;
const review = trigger({
  id: 'review',
  credit: { kind: 'fixed', amount: points(8.25) },
  taskId: taskId('wave'),
});
const visit = trigger({ id: 'visit', credit: { kind: 'fixed', amount: points(3) } });

interface Worth {
  readonly tasks: readonly number[];
  readonly sail: number;
  readonly bonusPercent: number;
}

function designOf({ tasks, sail, bonusPercent }: Worth): ConstructorParameters<typeof Season>[0] {
  const [follow = 0, level = 0, daily = 0, post = 0, wave = 0] = tasks.map((cents) => cents / 10_000);
  return {
    initialPoints: points(initial),
    referralBonus: { kind: 'percent', percent: points(bonusPercent / 100) },
    tasks: [
      task('follow', { points: points(follow), multiplierPercent: points(10) }),
      task('level', { points: points(level), level: { id: 'l', number: 1, name: 'L', last: true } }),
      task('daily', { points: points(daily), recurrence: 'daily', multiplierPercent: points(2.5) }),
      task('post', { questId: questId('post'), points: points(post), recurrence: 'unlimited', ugc: true }),
      task('wave', { questId: questId('wave'), points: points(wave), recurrence: 'weekly' }),
    ],
    quests: [
      {
        id: questId('sail'),
        points: points(sail / 10_000),
        reward: { id: rewardId('extra'), amount: '5.5' },
      },
    ],
    rewards: [reward('extra', { kind: 'points', unit: 'Points' })],
  };
}

const worth: fc.Arbitrary<Worth> = fc.record({
  tasks: fc.array(fc.nat(5_000_000), { minLength: 5, maxLength: 5 }),
  sail: fc.nat(10_000_000),
  bonusPercent: fc.nat(5_000),
});
const who = fc.constantFrom(...people);
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('complete' as const), who, task: fc.constantFrom(...taskNames) }),
  },
  fc.record({ do: fc.constant('review' as const), who }),
  fc.record({ do: fc.constant('visit' as const), who }),
  fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: 1, max: 40 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const history = fc.array(step, { minLength: 10, maxLength: 40, size: 'max' });

/** Everybody joins through the one before, then the history happens. */
function play(design: Worth, steps: readonly Step[]) {
  const season = new Season(designOf(design));
  const ledger: Extract<Change, { kind: 'ledger' }>[] = [];
  let visits = 0;
  const note = (decision: ReturnType<Season['act']>) => {
    if (decision.kind === 'done')
      ledger.push(...decision.changes.filter((change) => change.kind === 'ledger'));
    return decision;
  };
  for (const [n, name] of people.entries()) note(season.join(name, people[n - 1] ?? null));
  for (const one of steps) {
    if (one.do === 'pass') season.pass(one.hours * hourMs);
    else if (one.do === 'complete') note(season.complete(one.who, one.task));
    else if (one.do === 'review') {
      const { kind, ...decision } = note(season.fire(one.who, review, null));
      // Where it completes nothing it is worth its points all the same, which no completion can take back.
      if (kind === 'done' && 'result' in decision && decision.result.completion === null) visits += 8.25;
    } else {
      note(season.fire(one.who, visit, null));
      visits += 3;
    }
  }
  return { season, ledger, note, outside: visits };
}

const counters = (season: Season) =>
  people.map((name) => {
    const { total, referralPoints, ugcPoints, multiplierPercent } = season.person(name);
    return [total, referralPoints, ugcPoints, multiplierPercent].map((amount) => amount.toFixed());
  });

function expectSums(season: Season, ledger: readonly Extract<Change, { kind: 'ledger' }>[]): void {
  for (const name of people) {
    const one = season.person(name);
    const sumOf = (bucket: string | null) =>
      ledger
        .filter((row) => row.participation === one && (bucket === null || row.bucket === bucket))
        .reduce((sum, { amount }) => sum.plus(amount), new Decimal(0))
        .toFixed();
    expect([one.total.toFixed(), one.referralPoints.toFixed(), one.ugcPoints.toFixed()]).toEqual([
      sumOf(null),
      sumOf('referral'),
      sumOf('ugc'),
    ]);
  }
  const causes = ledger.map((row) => `${row.participation.person.id} ${row.bucket} ${row.cause}`);
  expect(new Set(causes).size).toBe(causes.length);
}

it('taking everything back, in any order, leaves what was given outside of completions', () => {
  let taken = 0;
  fc.assert(
    fc.property(worth, history, fc.infiniteStream(fc.nat()), (design, steps, order) => {
      const { season, ledger, note, outside } = play(design, steps);
      for (;;) {
        const left = people.flatMap((name) => season.standing(name).map((one) => ({ name, id: one.id })));
        const next = left[(order.next().value ?? 0) % left.length];
        if (next === undefined) break;
        note(season.act(next.name, { kind: 'revoke_completion', completion: next.id, reason: 'All of it' }));
        expectSums(season, ledger);
        taken += 1;
      }
      for (const name of people) {
        const { referralPoints, ugcPoints, multiplierPercent, completedTasks, completedQuests } =
          season.person(name);
        expect([referralPoints, ugcPoints, multiplierPercent].map((one) => one.toNumber())).toEqual([
          0, 0, 0,
        ]);
        expect([completedTasks.size, completedQuests.size]).toEqual([0, 0]);
      }
      const sum = people.reduce((all, name) => all.plus(season.person(name).total), new Decimal(0));
      expect(sum.toNumber()).toBe(initial * people.length + outside);
    }),
    { numRuns: 60 },
  );
  expect(taken).toBeGreaterThan(0);
});

it('recalculating leaves what would have been, had the settings been those of today from the start', () => {
  let changed = 0;
  fc.assert(
    fc.property(worth, worth, history, (then, now, steps) => {
      const { season, ledger, note } = play(then, steps);
      const model = play(now, steps).season;
      season.redesign(() => {
        const { tasks, quests, referralBonus }: CampaignRules = model.campaign;
        return { tasks, quests, referralBonus };
      });
      for (const name of people) {
        const dry = season.recalculate(name, { dryRun: true });
        const real = note(season.recalculate(name));
        if (dry.kind !== 'done' || real.kind !== 'done') throw new Error('refused');
        expect(JSON.stringify(dry.result.difference)).toBe(JSON.stringify(real.result.difference));
        if (real.result.difference !== null) changed += 1;
      }
      expect(counters(season)).toEqual(counters(model));
      expectSums(season, ledger);
      for (const name of people) {
        const again = season.recalculate(name);
        expect(again.kind === 'done' && again.events.length).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
  expect(changed).toBeGreaterThan(0);
});
