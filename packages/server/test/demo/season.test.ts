import { beforeAll, describe, expect, it } from 'vitest';
import { checksumAddress } from '../../src/campaigns/wallet-address.ts';
import type { Step } from '../../src/demo/acts.ts';
import { type Cast, readCast } from '../../src/demo/cast.ts';
import { type Crowd, createCrowd } from '../../src/demo/people.ts';
import { createSeason, type Season, type SeasonAction } from '../../src/demo/season.ts';
import { TimeQueue } from '../../src/demo/time-queue.ts';
import { formatNames } from '../../src/formats/index.ts';

let cast: Cast;
beforeAll(async () => {
  cast = await readCast();
});

function crowdOf(settings: { seed?: number; size?: number; campaigns?: number } = {}): Crowd {
  return createCrowd({ cast, seed: 7, size: 200, campaigns: 2, ...settings });
}

/** Up to `most` actions as so many callers at once get them, the first to start being the last to be done. */
function play(season: Season, lanes = 1, most = Number.POSITIVE_INFINITY): SeasonAction[] {
  const played: SeasonAction[] = [];
  let underWay: SeasonAction[] = [];
  while (played.length < most) {
    const action = season.next();
    if (action !== null && action !== 'busy') {
      played.push(action);
      underWay.push(action);
    } else if (underWay.length === 0) {
      expect(action).toBeNull();
      return played;
    }
    if (underWay.length < lanes && action !== 'busy' && action !== null) continue;
    for (const one of underWay.reverse()) season.done(one);
    underWay = [];
  }
  return played;
}

function stepsByPerson(actions: readonly SeasonAction[]): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  for (const { person, step } of actions) {
    steps.set(person.externalId, [...(steps.get(person.externalId) ?? []), step]);
  }
  return steps;
}

describe('a season', () => {
  it('is the same for the same seed, and another for another seed', () => {
    const steps = (seed: number) =>
      play(createSeason({ cast, crowd: crowdOf({ seed }) })).map(({ person, step }) => [
        person.externalId,
        step,
      ]);
    expect(steps(7)).toEqual(steps(7));
    expect(steps(8)).not.toEqual(steps(7));
  });

  it('gives many callers the same steps of everybody, in the same order for each', () => {
    const one = stepsByPerson(play(createSeason({ cast, crowd: crowdOf() })));
    const many = stepsByPerson(play(createSeason({ cast, crowd: crowdOf() }), 64));
    expect(many.size).toBe(200);
    for (const [who, steps] of one) expect(many.get(who), who).toEqual(steps);
  });

  it('never has somebody do two things at once', () => {
    const season = createSeason({ cast, crowd: crowdOf() });
    const busy = new Map<number, SeasonAction>();
    for (let started = 0; started < 1_000; ) {
      const action = season.next();
      if (action === 'busy' || action === null || busy.size > 40) {
        const [other] = busy.values();
        if (other === undefined) break;
        busy.delete(other.person.index);
        season.done(other);
      }
      if (action === 'busy' || action === null) continue;
      expect(busy.has(action.person.index)).toBe(false);
      busy.set(action.person.index, action);
      started += 1;
    }
  });

  it('lets nobody be referred by somebody whose joining is under way', () => {
    const season = createSeason({ cast, crowd: crowdOf({ size: 60, campaigns: 1 }) });
    const joining = (action: SeasonAction) =>
      action.step.act.kind === 'join' && action.step.expected.includes('done');
    // The first of all never finishes joining: whoever waits for that never starts to join.
    const started: SeasonAction[] = [];
    for (;;) {
      const action = season.next();
      if (action === 'busy' || action === null) break;
      if (joining(action)) started.push(action);
      if (action.person.index !== 0 || !joining(action)) season.done(action);
    }
    const referrers = started.map(({ person }) => person.memberships[0]?.referrer);
    expect(started.length).toBeGreaterThan(5);
    expect(referrers).not.toContain(0);
  });

  it('goes on for good when asked to, with what may be done again and again', () => {
    const crowd = crowdOf({ size: 5, campaigns: 1 });
    const length = play(createSeason({ cast, crowd })).length;
    const endless = play(createSeason({ cast, crowd, endless: true }), 3, length + 500);
    expect(endless).toHaveLength(length + 500);
    expect(new Set(endless.slice(-100).map(({ step }) => step.act.kind))).toEqual(
      new Set(['complete', 'play', 'fire', 'sign_in', 'book', 'claim']),
    );
  });

  it('has calls that are refused for good reasons, and some that are repeated', () => {
    const expected = new Set(
      play(createSeason({ cast, crowd: crowdOf() })).flatMap(({ step }) => step.expected),
    );
    expect(expected).toEqual(
      new Set([
        'done',
        'repeated',
        'self_referral',
        'referral_too_late',
        'prerequisite_missing',
        'insufficient_points',
        'nothing_to_claim',
      ]),
    );
  });

  it('has a few people who do much and many who do little', () => {
    const counts = [...stepsByPerson(play(createSeason({ cast, crowd: crowdOf({ size: 1_000 }) }))).values()]
      .map((steps) => steps.length)
      .sort((a, b) => b - a);
    const sum = (some: readonly number[]) => some.reduce((total, count) => total + count, 0);
    expect(counts).toHaveLength(1_000);
    expect(sum(counts.slice(0, 100)) / sum(counts)).toBeGreaterThan(0.25);
    expect(counts[500]).toBeLessThan(sum(counts) / 1_000);
  });
});

describe('the people of a season', () => {
  it('are those of the cast first, with the referrers of the cast', () => {
    const crowd = crowdOf({ campaigns: 1 });
    for (const [index, { key, referrer }] of cast.people.entries()) {
      const person = crowd.person(index);
      const by = person.memberships[0]?.referrer ?? null;
      expect(person.externalId).toBe(key);
      expect(by === null ? null : crowd.person(by).externalId).toBe(referrer);
    }
  });

  it('have names, accounts and codes of their own, in other seasons others', () => {
    const seen = new Set<string>();
    for (const seed of [7, 8]) {
      const crowd = crowdOf({ seed });
      for (let index = seed === 7 ? 0 : cast.people.length; index < crowd.size; index++) {
        const { externalId, email, referralCode, accounts } = crowd.person(index);
        const names = [externalId, email, referralCode, ...accounts.map(({ name }) => name)];
        const own = new Set(names);
        for (const name of own) expect(seen.has(name), name).toBe(false);
        for (const name of own) seen.add(name);
        expect(referralCode).toMatch(/^[A-Z0-9_-]{3,32}$/);
      }
    }
  });

  it('have wallets with the checksum of EIP-55', () => {
    const crowd = crowdOf();
    const wallets = Array.from({ length: crowd.size }, (_, index) => crowd.person(index))
      .flatMap(({ accounts }) => accounts)
      .filter(({ name }) => name.startsWith('0x'));
    expect(wallets.length).toBeGreaterThan(20);
    for (const { name } of wallets) expect(checksumAddress(name)).toBe(name);
    expect(wallets.some(({ name }) => name !== name.toLowerCase())).toBe(true);
  });

  it('are referred by somebody who comes before them and is in the same campaign, mostly by a few', () => {
    const crowd = crowdOf({ size: 2_000, campaigns: 3 });
    const referred = new Map<number, number>();
    let memberships = 0;
    for (let index = 0; index < crowd.size; index++) {
      for (const { campaign, referrer } of crowd.person(index).memberships) {
        memberships += 1;
        if (referrer === null) continue;
        expect(referrer).toBeLessThan(index);
        expect(crowd.person(referrer).memberships.map((one) => one.campaign)).toContain(campaign);
        referred.set(referrer, (referred.get(referrer) ?? 0) + 1);
      }
    }
    const counts = [...referred.values()].sort((a, b) => b - a);
    const sum = counts.reduce((total, count) => total + count, 0);
    expect(sum / memberships).toBeGreaterThan(0.4);
    expect(counts.slice(0, 40).reduce((total, count) => total + count, 0) / sum).toBeGreaterThan(0.5);
  });
});

it('the cast has a webhook of every format, one of each claimr scope, one that is broken at first, and one that pays', () => {
  expect(new Set(cast.webhooks.map(({ format }) => format))).toEqual(new Set(formatNames));
  const scopes = cast.webhooks.filter(({ format }) => format === 'claimr').flatMap(({ events }) => events);
  expect(scopes.sort()).toEqual(['referral', 'user_activity', 'user_login', 'user_reward']);
  const broken = cast.webhooks.filter(({ broken_for_ms }) => broken_for_ms > 0).map(({ name }) => name);
  const paying = cast.rewards.flatMap(({ paid_by }) => paid_by ?? []);
  expect(paying).toHaveLength(1);
  expect(broken.sort()).toEqual(['Shop under repair', ...paying]);
});

it('a queue by time gives the earliest first, and of those at one time the lowest index', () => {
  const queue = new TimeQueue<{ at: number; index: number }>();
  const items = Array.from({ length: 500 }, (_, index) => ({ at: (index * 7_919) % 101, index }));
  const taken: { at: number; index: number }[] = [];
  for (const [place, item] of items.entries()) {
    queue.add(item);
    if (place % 3 === 2) queue.add(queue.take() ?? item);
  }
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(next);
  expect(taken).toEqual([...items].sort((a, b) => a.at - b.at || a.index - b.index));
});
