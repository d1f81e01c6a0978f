import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, points, questId, reward, rewardId, Season, task, told } from './season.ts';

const ether = reward('ether', { kind: 'token', unit: 'ETH', decimals: 18 });
const always = { recurrence: 'unlimited' } as const;

function seasonOf(kind: 'ether' | 'box' | 'bonus', amount: string, stock: Record<string, string> = {}) {
  const bonus = reward('bonus', { kind: 'points', unit: 'Points' });
  return new Season({
    tasks: [task('follow', { ...always, reward: { id: rewardId(kind), amount } }), task('other')],
    rewards: [ether, reward('box'), bonus],
    stock,
  });
}

describe('an earning', () => {
  it('has exactly the decimal places of its unit', () => {
    const token = seasonOf('ether', '0.00398888889').complete('ada', 'follow');
    expect(eventOf(token, 'earning.created').data).toMatchObject({
      amount: '0.003988888890000000',
      points: 0,
    });
    expect(token).toMatchObject({ result: { earnings: [{ amount: '0.003988888890000000' }] } });
    // As PostgreSQL prints a numeric(38, 18).
    const box = seasonOf('box', '1.000000000000000000').complete('ada', 'follow');
    expect(eventOf(box, 'earning.created').data).toMatchObject({ amount: '1.0000' });
    expect(box).toMatchObject({
      changes: expect.arrayContaining([
        expect.objectContaining({ earning: expect.objectContaining({ state: 'claimable' }) }),
      ]),
    });
  });

  it('of points is credited at once, as it is, and told as points of a reward', () => {
    const season = seasonOf('bonus', '15');
    season.person('ada').multiplierPercent = points(10);
    season.join('ada');
    const decision = season.complete('ada', 'follow');
    expect(told(decision)).toEqual(['task.completed', 'points.issued', 'earning.created', 'points.issued']);
    expect(eventOf(decision, 'earning.created').data).toMatchObject({ amount: '15.0000', points: 15 });
    expect(eventOf(decision, 'points.issued', 1).data).toMatchObject({ amount: 15, cause: 'reward' });
    expect(season.person('ada').total.toFixed()).toBe('565');
    expect(decision).toMatchObject({
      result: { transaction: { amount: 550 } },
      changes: expect.arrayContaining([
        expect.objectContaining({ earning: expect.objectContaining({ state: 'paid' }) }),
      ]),
    });
  });

  it('is taken from the stock to the last decimal, and refused when that does not reach', () => {
    const stock = '12345678901234567890.000000000000000002';
    const season = seasonOf('ether', '12345678901234567890.000000000000000001', { ether: stock });
    expect(codeOf(season.complete('ada', 'follow'))).toBe('done');
    expect(season.world.stock.get(rewardId('ether'))?.toFixed()).toBe('0.000000000000000001');
    const refused = season.complete('ada', 'follow');
    expect(refused).toMatchObject({
      code: 'out_of_stock',
      detail: expect.stringContaining('has 0.000000000000000001 ETH left'),
    });
  });

  it('empties a stock to zero', () => {
    const season = seasonOf('box', '1', { box: '2' });
    const codes = [1, 2, 3].map(() => codeOf(season.complete('ada', 'follow')));
    expect(codes).toEqual(['done', 'done', 'out_of_stock']);
    expect(season.world.stock.get(rewardId('box'))?.toFixed()).toBe('0');
  });

  it('goes back to the stock when a later step of the same action is refused', () => {
    const season = new Season({
      tasks: [task('follow', { reward: { id: rewardId('box'), amount: '1' } })],
      quests: [{ id: questId('sail'), reward: { id: rewardId('ether'), amount: '1' } }],
      rewards: [ether, reward('box')],
      stock: { box: '5', ether: '0.5' },
    });
    expect(codeOf(season.complete('ada', 'follow'))).toBe('out_of_stock');
    expect(season.world.stock.get(rewardId('box'))?.toFixed()).toBe('5');
  });

  it('of a test participant takes nothing from the stock', () => {
    const season = seasonOf('box', '1', { box: '0' });
    season.person('tester', { test: true });
    expect(codeOf(season.complete('tester', 'follow'))).toBe('done');
    expect(season.world.stock.get(rewardId('box'))?.toFixed()).toBe('0');
  });
});
