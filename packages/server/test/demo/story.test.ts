import { beforeAll, describe, expect, it } from 'vitest';
import { eventTypes, parsePublished } from '../../src/catalog/index.ts';
import type { Cast } from '../../src/demo/cast.ts';
import { readCast } from '../../src/demo/index.ts';
import { type StoryEvent, tellStory } from '../../src/demo/story.ts';
import { formatNames } from '../../src/formats/index.ts';

const campaign_id = 'cmp_01jf2wkmvcfw6ts1qmgzya291c';

let cast: Cast;
let events: readonly StoryEvent[];

beforeAll(async () => {
  cast = await readCast();
  events = tellStory(cast, 7).flat();
});

function eventsOf(person: string): readonly StoryEvent[] {
  return events.filter(({ participant }) => participant?.['external_id'] === person);
}

describe('the demo story', () => {
  it('is the same every time', () => {
    expect(tellStory(cast, 7)).toEqual(tellStory(cast, 7));
    expect(tellStory(cast, 8)).not.toEqual(tellStory(cast, 7));
  });

  it('holds every type of the catalogue, and a few hundred events', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(eventTypes));
    expect(events.length).toBeGreaterThan(300);
    expect(events.length).toBeLessThan(700);
  });

  it('is accepted by the catalogue, every event of it', () => {
    for (const event of events) {
      const published = event.participant === null ? event : { ...event, campaign_id };
      const parsed = parsePublished(published, () => undefined);
      expect(parsed.ok ? [] : parsed.faults, event.type).toEqual([]);
    }
  });

  it('counts every participation without a gap', () => {
    for (const { key } of cast.people) {
      expect(eventsOf(key).map(({ seq }) => seq)).toEqual(eventsOf(key).map((_, index) => index + 1));
    }
  });

  it('adds up: the last total is what was issued less what was deducted', () => {
    for (const { key } of cast.people) {
      const own = eventsOf(key);
      const sum = own.reduce((total, { type, data }) => {
        if (type === 'points.issued') return total + Number(data['amount']);
        return type === 'points.deducted' ? total - Number(data['amount']) : total;
      }, 0);
      expect(own.at(-1)?.participant?.['total_points'], key).toBe(sum);
    }
  });

  it('lets each referral join before it acts and convert once at most', () => {
    const referred = cast.people.filter(({ referrer }) => referrer !== null);
    let conversions = 0;
    for (const { key, referrer } of referred) {
      const types = eventsOf(key).map(({ type }) => type);
      expect(types.indexOf('referral.joined'), key).toBeGreaterThan(types.indexOf('user.joined_campaign'));
      expect(types.filter((type) => type === 'referral.joined')).toHaveLength(1);
      const action = types.indexOf('referral.action');
      if (action !== -1) expect(action).toBeGreaterThan(types.indexOf('referral.joined'));
      const converted = types.filter((type) => type === 'referral.converted').length;
      expect(converted).toBeLessThanOrEqual(1);
      conversions += converted;
      const started = events.findIndex(({ participant }) => participant?.['external_id'] === key);
      const followed = events.findIndex(({ participant }) => participant?.['external_id'] === referrer);
      expect(followed).toBeLessThan(started);
    }
    expect(conversions).toBeGreaterThan(3);
  });

  it('asks for a failed payment again under the same id, and pays each once', () => {
    const payments = new Map<unknown, string[]>();
    for (const { type, data } of events) {
      if (!type.startsWith('payout.')) continue;
      const steps = payments.get(data['payment_id']) ?? [];
      payments.set(data['payment_id'], [...steps, `${type} ${data['attempt']}`]);
    }
    const stories = [...payments.values()];
    expect(stories).toContainEqual(['payout.requested 1', 'payout.paid 1']);
    expect(stories).toContainEqual([
      'payout.requested 1',
      'payout.failed 1',
      'payout.requested 2',
      'payout.paid 2',
    ]);
    for (const steps of stories)
      expect(steps.filter((step) => step.startsWith('payout.paid'))).toHaveLength(1);
  });

  it('has a webhook of every format, one of each claimr scope, and one that is broken at first', () => {
    expect(new Set(cast.webhooks.map(({ format }) => format))).toEqual(new Set(formatNames));
    const scopes = cast.webhooks
      .filter(({ format }) => format === 'claimr')
      .flatMap(({ events: wanted }) => wanted);
    expect(scopes.sort()).toEqual(['referral', 'user_activity', 'user_login', 'user_reward']);
    expect(cast.webhooks.some(({ broken_for_ms: ms }) => ms > 0)).toBe(true);
  });
});
