import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, hourMs, points, questId, reward, rewardId, Season, task, told } from './season.ts';

const sail = { id: questId('sail'), points: points(1000) };

describe('a quest', () => {
  it('is completed by the last of its tasks, in whichever order, once', () => {
    const daily = task('daily', { recurrence: 'daily' });
    const season = new Season({ tasks: [task('follow'), daily], quests: [sail] });
    season.complete('ada', 'daily');
    const decision = season.complete('ada', 'follow');
    expect(told(decision)).toEqual(['task.completed', 'points.issued', 'quest.completed', 'points.issued']);
    expect(eventOf(decision, 'points.issued', 1).data).toMatchObject({ cause: 'quest', amount: 1000 });
    expect(eventOf(decision, 'task.completed').participant?.total_points).toBe(1000);
    expect(eventOf(decision, 'quest.completed').participant?.total_points).toBe(2000);
    expect(decision).toMatchObject({ result: { quests: [{ id: questId('sail'), points: 1000 }] } });

    season.pass(24 * hourMs);
    expect(told(season.complete('ada', 'daily'))).toEqual(['task.completed', 'points.issued']);
  });

  it('gives its points with the multiplier that its last task raised', () => {
    const season = new Season({ tasks: [task('follow', { multiplierPercent: points(10) })], quests: [sail] });
    const decision = season.complete('ada', 'follow');
    expect(eventOf(decision, 'quest.completed').data).toMatchObject({ points: 1100 });
    expect(season.person('ada').total.toFixed()).toBe('1600');
  });

  it('leaves other quests alone', () => {
    const elsewhere = task('climb', { questId: questId('climb') });
    const season = new Season({ tasks: [task('follow'), elsewhere], quests: [sail] });
    season.complete('ada', 'follow');
    expect([...season.person('ada').completedQuests]).toEqual([questId('sail')]);
  });

  it('shows the last level of a game, whichever of its tasks came last', () => {
    const level = { id: 'lighthouse', number: 7, name: 'Lighthouse', last: true };
    const season = new Season({ tasks: [task('follow'), task('light', { level })], quests: [sail] });
    season.complete('ada', 'light');
    expect(eventOf(season.complete('ada', 'follow'), 'quest.completed').data).toMatchObject({ level });
  });

  it('gives its reward after its points', () => {
    const season = new Season({
      tasks: [task('follow')],
      rewards: [reward('box')],
      quests: [{ ...sail, reward: { id: rewardId('box'), amount: '1' } }],
    });
    season.join('ada');
    const decision = season.complete('ada', 'follow');
    expect(told(decision).slice(2)).toEqual(['quest.completed', 'points.issued', 'earning.created']);
  });

  it('takes the completing task back with it when its reward is out of stock', () => {
    const season = new Season({
      tasks: [task('follow')],
      rewards: [reward('box')],
      quests: [{ ...sail, reward: { id: rewardId('box'), amount: '1' } }],
      stock: { box: '0.5' },
    });
    expect(codeOf(season.complete('ada', 'follow'))).toBe('out_of_stock');
    expect(season.person('ada')).toMatchObject({ joinedAt: null, seq: 0 });
  });
});
