import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision, Doubled, Participation } from '../../../src/campaigns/rules/index.ts';
import { unite } from '../../../src/campaigns/rules/merging.ts';
import {
  hourMs,
  personId,
  points,
  questId,
  reward,
  rewardId,
  Season,
  start,
  task,
  taskId,
  told,
} from './season.ts';

const nothing: Doubled = { entries: [], completions: [] };

function merge(season: Season, into: string, from: string, doubled: Doubled = nothing): Decision {
  return season.act(into, { kind: 'merge', absorbed: personId(from), doubled });
}

const entry = (bucket: Doubled['entries'][number]['bucket'], amount: number) => ({
  bucket,
  amount: points(amount),
});

function deductions(decision: Decision): unknown[] {
  if (decision.kind !== 'done') throw new Error(decision.detail);
  return decision.changes.flatMap((change) =>
    change.kind === 'ledger' ? [[change.bucket, change.amount.toNumber(), change.cause]] : [],
  );
}

describe('points', () => {
  it('count together, and what both got for the same is taken back once', () => {
    const season = new Season({ initialPoints: points(100) });
    season.join('ada');
    season.join('ida');
    season.issue('ida', 50);
    const decision = merge(season, 'ada', 'ida', { entries: [entry('initial', 100)], completions: [] });
    expect(told(decision)).toEqual(['points.deducted']);
    expect(deductions(decision)).toEqual([['correction', -100, `merge:${personId('ida')}`]]);
    expect(season.person('ada').total.toNumber()).toBe(150);
    expect(season.person('ida').total.toNumber()).toBe(0);
  });

  it('are taken back from the counter that they were part of', () => {
    const season = new Season({ tasks: [task('post', { ugc: true, points: points(30) })] });
    for (const who of ['ada', 'ida']) season.complete(who, 'post');
    const decision = merge(season, 'ada', 'ida', {
      entries: [entry('ugc', 30)],
      completions: [taskId('post')],
    });
    expect(deductions(decision)).toEqual([['ugc', -30, `merge:${personId('ida')}`]]);
    const { total, ugcPoints } = season.person('ada');
    expect([total.toNumber(), ugcPoints.toNumber()]).toEqual([30, 30]);
  });

  it('that were spent are not taken back: never below zero', () => {
    const season = new Season({ initialPoints: points(100) });
    for (const who of ['ada', 'ida']) {
      season.join(who);
      season.deduct(who, who === 'ada' ? 100 : 40);
    }
    const doubled = { entries: [entry('initial', 100), entry('withdrawal', -40)], completions: [] };
    expect(deductions(merge(season, 'ada', 'ida', doubled))).toEqual([
      ['correction', -60, `merge:${personId('ida')}`],
    ]);
    expect(season.person('ada').total.toNumber()).toBe(0);
  });

  it('of both that are more than anybody can have are refused, and nothing changes', () => {
    const season = new Season();
    season.issue('ada', 60_000_000_000);
    season.issue('ida', 40_000_000_000);
    expect(merge(season, 'ada', 'ida')).toMatchObject({ kind: 'refused', code: 'amount_out_of_range' });
  });
});

describe('progress', () => {
  it('is what either did, and the multiplier is that of all these tasks', () => {
    const season = new Season({
      tasks: [
        task('once', { multiplierPercent: points(10) }),
        task('other', { multiplierPercent: points(5) }),
        task('daily', { recurrence: 'daily' }),
      ],
    });
    season.complete('ada', 'once');
    season.complete('ada', 'daily');
    season.complete('ida', 'once');
    season.complete('ida', 'other');
    season.pass(24 * hourMs);
    season.complete('ida', 'daily');
    merge(season, 'ada', 'ida', { entries: [], completions: [taskId('once')] });
    const { completedTasks, multiplierPercent } = season.person('ada');
    expect(multiplierPercent.toNumber()).toBe(15);
    expect(completedTasks.get(taskId('once'))).toEqual({ period: 'once', count: 1 });
    expect(completedTasks.get(taskId('daily'))).toEqual({ period: '2026-03-05/P1D', count: 2 });
    expect(season.complete('ada', 'other').kind).toBe('repeated');
    expect(season.complete('ada', 'daily').kind).toBe('repeated');
  });

  it('completes the quests that only both together have done', () => {
    const quest = questId('sail');
    const season = new Season({
      tasks: [task('one'), task('two')],
      quests: [{ id: quest, points: points(70) }],
    });
    season.complete('ada', 'one');
    season.complete('ida', 'two');
    expect(told(merge(season, 'ada', 'ida'))).toEqual(['quest.completed', 'points.issued']);
    expect(season.person('ada').completedQuests).toEqual(new Set([quest]));
    expect(season.person('ada').total.toNumber()).toBe(1_070);
  });

  it('leaves a quest open whose reward is used up, and every quest of a campaign that is over', () => {
    const tasks = [task('one'), task('two')];
    const boxes = { id: rewardId('box'), amount: '1.0000' };
    const empty = new Season({
      tasks,
      quests: [{ id: questId('sail'), reward: boxes }],
      rewards: [reward('box')],
      stock: { box: '0.5' },
    });
    const over = new Season({ tasks, endsAt: new Date(start.getTime() + hourMs) });
    for (const season of [empty, over]) {
      season.complete('ada', 'one');
      season.complete('ida', 'two');
      season.pass(hourMs);
      expect(told(merge(season, 'ada', 'ida'))).toEqual([]);
    }
  });
});

describe('referrals', () => {
  const dropped = (decision: Decision) =>
    decision.kind === 'done'
      ? decision.changes.filter(({ kind }) => kind === 'referral_dropped').length
      : NaN;

  it('of both: the earlier join stays, and the other referrer has one fewer', () => {
    const season = new Season();
    for (const who of ['ann', 'ben']) season.join(who);
    season.join('ida', 'ben');
    season.pass(hourMs);
    season.join('ada', 'ann');
    const { referral } = season.person('ida');
    expect(dropped(merge(season, 'ada', 'ida'))).toBe(1);
    expect(season.person('ada')).toMatchObject({ referrer: personId('ben'), referral, joinedAt: start });
    expect([season.person('ann').referralCount, season.person('ben').referralCount]).toEqual([0, 1]);
  });

  it.each([
    ['ada', 'ida'],
    ['ida', 'ada'],
  ])('nobody refers themselves, and the bonus for it goes: %s takes in %s', (into, from) => {
    const season = new Season({
      referralBonus: { kind: 'fixed', amount: points(7) },
      tasks: [task('post')],
    });
    season.join('ada');
    season.join('ida', 'ada');
    season.complete('ida', 'post');
    const decision = merge(season, into, from, { entries: [entry('referral', 7)], completions: [] });
    expect(dropped(decision)).toBe(1);
    const { total, referralPoints, referralCount, referrer, referral } = season.person(into);
    expect([total.toNumber(), referralPoints.toNumber(), referralCount]).toEqual([500, 0, 0]);
    expect([referrer, referral]).toEqual([null, null]);
  });

  it('form no circles: who joined later than both brought neither', () => {
    const season = new Season();
    season.join('ada');
    season.pass(hourMs);
    season.join('ben', 'ada');
    season.pass(hourMs);
    season.join('ida', 'ben');
    expect(dropped(merge(season, 'ada', 'ida'))).toBe(1);
    expect(season.person('ada')).toMatchObject({ referrer: null, referral: null, referralCount: 1 });
    expect(season.person('ben').referralCount).toBe(0);
  });

  it('qualify by what both have together, but not by points that are taken back', () => {
    const season = new Season({
      initialPoints: points(60),
      referralRule: { minPoints: points(100), anyOfTasks: new Set() },
    });
    season.join('ann');
    season.join('ada', 'ann');
    season.join('ida');
    merge(season, 'ada', 'ida', { entries: [entry('initial', 60)], completions: [] });
    expect(season.person('ada').referral?.state).toBe('linked');
    season.issue('eve', 40);
    merge(season, 'ada', 'eve');
    expect(season.person('ada').referral?.state).toBe('qualified');
  });
});

const names = ['ada', 'ida', 'ann', 'ben'] as const;
const amounts = fc.integer({ min: 1, max: 999_999 }).map((n) => n / 100);
const who = fc.constantFrom(...names);
const deed = fc.oneof(
  fc.record({ kind: fc.constant('complete' as const), who, task: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('issue' as const), who, amount: amounts }),
  fc.record({ kind: fc.constant('deduct' as const), who, amount: amounts }),
  fc.record({ kind: fc.constant('join' as const), who, referrer: fc.option(who) }),
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;
const doubledEntries = fc.array(
  fc.record({
    bucket: fc.constantFrom('initial', 'task', 'ugc', 'custom', 'referral', 'withdrawal' as const),
    amount: fc.integer({ min: -50_000, max: 50_000 }).map((n) => points(n).div(100)),
  }),
  { maxLength: 5 },
);

/** Counters as they were, since the participations change in place. */
function image(one: Participation) {
  return {
    ...one,
    completedTasks: new Map(one.completedTasks),
    completedQuests: new Set(one.completedQuests),
  };
}

function played(deeds: readonly Deed[]): Season {
  const season = new Season({
    initialPoints: points(10),
    referralBonus: { kind: 'percent', percent: points(10) },
    tasks: [
      task('a', { multiplierPercent: points(10) }),
      task('b', { ugc: true, recurrence: 'unlimited' }),
      task('c', { recurrence: 'daily', questId: questId('other'), multiplierPercent: points(3) }),
    ],
    quests: [{ id: questId('sail'), points: points(50) }],
  });
  for (const one of deeds) {
    season.pass(hourMs);
    if (one.kind === 'complete') season.complete(one.who, one.task);
    else if (one.kind === 'join') season.join(one.who, one.referrer);
    else if (one.kind === 'issue') season.issue(one.who, one.amount);
    else season.deduct(one.who, one.amount);
  }
  for (const name of names) season.person(name);
  return season;
}

it('whatever they did: nothing is lost, nothing counts twice, nothing falls below zero', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 25 }), doubledEntries, (deeds, entries) => {
      const season = played(deeds);
      const [ada, ida] = [season.person('ada'), season.person('ida')];
      const before = { ada: image(ada), ida: image(ida) };
      const decision = merge(season, 'ada', 'ida', { entries, completions: [] });
      if (decision.kind !== 'done') throw new Error(decision.detail);

      const booked = decision.changes.flatMap((change) => (change.kind === 'ledger' ? [change.amount] : []));
      const both = before.ada.total.plus(before.ida.total);
      expect(ada.total.toFixed()).toBe(booked.reduce((sum, amount) => sum.plus(amount), both).toFixed());
      const taken = booked.filter((amount) => amount.isNegative());
      const most = entries.reduce((sum, one) => (one.amount.gt(0) ? sum.plus(one.amount) : sum), points(0));
      expect(taken.reduce((sum, amount) => sum.minus(amount), points(0)).lte(most)).toBe(true);
      for (const counter of [ada.total, ada.ugcPoints, ada.referralPoints]) expect(counter.gte(0)).toBe(true);
      expect(ida).toMatchObject({ referrer: null, referral: null, referralCount: 0 });
      expect([ida.total.toNumber(), ida.completedTasks.size, ida.completedQuests.size]).toEqual([0, 0, 0]);

      expect(ada.seq).toBe(Math.max(before.ada.seq, before.ida.seq) + decision.events.length);
      for (const side of [before.ada, before.ida]) {
        for (const id of side.completedTasks.keys()) expect(ada.completedTasks.has(id)).toBe(true);
        for (const id of side.completedQuests) expect(ada.completedQuests.has(id)).toBe(true);
      }
      const percent = [...ada.completedTasks.keys()].reduce(
        (sum, id) => sum.plus(season.campaign.tasks.get(id)?.multiplierPercent ?? 0),
        points(0),
      );
      expect(ada.multiplierPercent.toFixed()).toBe(percent.toFixed());

      // Referrals still say who brought whom, each counted where it stands.
      const absorbed = personId('ida');
      const survivors = [...season.people.values()].filter(({ person }) => person.id !== absorbed);
      for (const one of survivors) {
        const brought = survivors.filter(
          ({ referrer }) => (referrer === absorbed ? ada.person.id : referrer) === one.person.id,
        );
        expect(one.referralCount).toBe(brought.length);
        expect(brought).not.toContain(one);
      }
    }),
    { numRuns: 200 },
  );
});

it('comes to the same counters whichever of the two takes in the other', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 20 }), (deeds) => {
      const season = played(deeds);
      const [ada, ida] = [season.person('ada'), season.person('ida')];
      const known = {
        campaign: season.campaign,
        doubled: nothing,
        joinedAt: (id: string) =>
          [...season.people.values()].find(({ person }) => person.id === id)?.joinedAt ?? null,
      };
      const shown = ({ completedTasks, completedQuests, ...rest }: ReturnType<typeof unite>) => ({
        ...rest,
        dropped: rest.dropped.map(({ id }) => id).sort(),
        tasks: [...completedTasks].sort(),
        quests: [...completedQuests].sort(),
      });
      expect(JSON.stringify(shown(unite(ada, ida, known)))).toBe(
        JSON.stringify(shown(unite(ida, ada, known))),
      );
    }),
    { numRuns: 100 },
  );
});
