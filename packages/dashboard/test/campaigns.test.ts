import type { ActivityItem, Campaign } from '@fanfare/client';
import { describe, expect, it } from 'vitest';
import { activityWords } from '../src/campaigns/activity-words.ts';
import { campaignState } from '../src/campaigns/campaign-state.ts';
import { moved } from '../src/campaigns/design/order.ts';
import { metaFault, taskBody, taskValues } from '../src/campaigns/design/task-values.ts';
import { differences } from '../src/campaigns/differences.ts';
import { bodyOf, fromLocalTime, localTime, valuesOf } from '../src/campaigns/settings-values.ts';

const campaign: Campaign = {
  id: 'cmp_01jf2wkmvcfw6ts1qmgzya291c',
  name: 'Spring',
  community_id: 'com_01jf2wkmvcfw6ts1qmgzya291c',
  status: 'active',
  starts_at: '2026-03-01T08:00:00.000Z',
  ends_at: '2026-04-01T08:00:30.000Z',
  points_name: 'Coins',
  initial_points: 12.5,
  referral_rule: { min_points: 100, any_of_task_ids: ['tsk_01jf2wkmvcfw6ts1qmgzya291c'] },
  referral_bonus: { percent: 10 },
  tiers: [{ name: 'Bronze', min_points: 0 }],
  created_at: '2026-02-01T00:00:00.000Z',
  updated_at: '2026-02-01T00:00:00.000Z',
};

describe('the settings of a campaign', () => {
  it('come back from the form as they went in', () => {
    const { id: _id, created_at: _created, updated_at: _updated, ...settings } = campaign;
    expect(bodyOf(valuesOf(campaign))).toEqual(settings);
    const open = { ...campaign, starts_at: null, referral_bonus: null };
    expect(bodyOf(valuesOf(open))).toMatchObject({ starts_at: null, referral_bonus: null });
  });

  it('are sent only where they differ', () => {
    const before = valuesOf(campaign);
    const after = { ...before, name: 'Summer', referral_bonus: { kind: 'amount' as const, value: 5 } };
    expect(differences(bodyOf(before), bodyOf(after))).toEqual({
      name: 'Summer',
      referral_bonus: { amount: 5 },
    });
  });

  it('have times in the zone of the reader, to the second where there are seconds', () => {
    for (const at of ['2026-03-01T08:00:00.000Z', '2026-07-01T21:59:30.000Z']) {
      expect(fromLocalTime(localTime(at))).toBe(at);
    }
    expect(localTime('2026-03-01T08:00:00.000Z')).toHaveLength('2026-03-01T08:00'.length);
  });
});

describe('the state of a campaign', () => {
  it.each([
    ['2026-02-28T00:00:00Z', 'scheduled'],
    ['2026-03-01T08:00:00Z', 'active'],
    ['2026-04-01T08:00:29Z', 'active'],
    ['2026-04-01T08:00:30Z', 'ended'],
  ])('at %s is %s', (now, state) => {
    expect(campaignState(campaign, Date.parse(now))).toBe(state);
  });

  it('is what somebody set it to, whenever it runs', () => {
    expect(campaignState({ ...campaign, status: 'paused' }, Date.parse('2026-05-01T00:00:00Z'))).toBe(
      'paused',
    );
  });
});

describe('moving a thing by a place', () => {
  const three = [
    { id: 'a', position: 1 },
    { id: 'b', position: 4 },
    { id: 'c', position: 7 },
  ];

  it('swaps the numbers of two neighbours and leaves the rest', () => {
    expect(moved(three, 'b', -1)).toEqual([
      { id: 'b', position: 1 },
      { id: 'a', position: 4 },
    ]);
    expect(moved(three, 'b', 1)).toEqual([
      { id: 'c', position: 4 },
      { id: 'b', position: 7 },
    ]);
  });

  it('does nothing at the ends, and for what is not there', () => {
    expect(moved(three, 'a', -1)).toEqual([]);
    expect(moved(three, 'c', 1)).toEqual([]);
    expect(moved(three, 'd', 1)).toEqual([]);
  });

  it('tells apart those that have the same number', () => {
    const same = ['a', 'b', 'c'].map((id) => ({ id, position: 2 }));
    expect(moved(same, 'c', -1)).toEqual([
      { id: 'c', position: 3 },
      { id: 'b', position: 4 },
    ]);
  });
});

describe('a task', () => {
  it('is no level and has no meta unless the form says so', () => {
    const body = taskBody({ ...taskValues(null, 'qst_1'), name: 'Quiz', type: 'quiz', points: '12.5' });
    expect(body).toMatchObject({ quest_id: 'qst_1', points: 12.5, level: null, meta: null, reward: null });
  });

  it('takes an object as meta, and says of anything else what is wrong', () => {
    expect(metaFault('')).toBeNull();
    expect(metaFault('{"url": "https://example.com"}')).toBeNull();
    expect(metaFault('{"url": ')).toMatch(/^This is no JSON: /);
    expect(metaFault('[1]')).toMatch(/expected an object/);
  });
});

describe('what happened', () => {
  const names = (id: string) => (id === 'tsk_1' ? 'Quiz' : undefined);
  const entry = { id: 'txn_1', participant_id: 'usr_1', at: campaign.created_at, points: 5, kind: 'points' };
  const booked = (bucket: string, cause: string): ActivityItem => ({
    ...entry,
    kind: 'points',
    bucket,
    cause,
  });

  it.each([
    ['custom', 'custom:order 7', 'Points booked, by hand: order 7'],
    ['custom', 'tre_01jf2wkmvcfw6ts1qmgzya291c', 'Points booked, by a trigger'],
    ['correction', 'correction:a slip: twice', 'Correction, a slip: twice'],
    ['referral', 'recalculation:job_1:usr_2', 'Referral bonus, by a recalculation'],
    ['task', 'cpl_01jf2wkmvcfw6ts1qmgzya291c', 'Points of a task'],
    ['prize', 'unheard', 'prize'],
  ])('in the bucket %s for %s reads “%s”', (bucket, cause, words) => {
    expect(activityWords(booked(bucket, cause), names)).toBe(words);
  });

  it('names what was completed, as long as it is there', () => {
    const completed = { ...entry, kind: 'completion' as const, account: null, revoked_at: null };
    expect(activityWords({ ...completed, subject_id: 'tsk_1' }, names)).toBe('Completed “Quiz”');
    expect(activityWords({ ...completed, subject_id: 'tsk_2' }, names)).toMatch(/deleted/);
  });
});
