import { describe, expect, it } from 'vitest';
import { codeOf, eventOf, points, render, Season, task, taskId, told, trigger } from './season.ts';

const fixed = (amount: number) => ({ kind: 'fixed', amount: points(amount) }) as const;

describe('a trigger', () => {
  it('gives its rate for each unit of the value, and passes the value on unchanged', () => {
    const season = new Season();
    season.join('ada');
    const decision = season.fire('ada', trigger(), 2.99);
    expect(told(decision)).toEqual(['trigger.fired', 'points.issued']);
    expect(render('reward', eventOf(decision, 'trigger.fired'), null)).toMatchObject({
      type: 'trigger_event.created',
      data: { user: { id: 'external-ada' }, value: 2.99, trigger: { id: 'successful_payment' } },
    });
    expect(eventOf(decision, 'points.issued').data).toMatchObject({
      amount: 299,
      cause: 'api',
      note: 'Successful payment',
    });
    expect(decision).toMatchObject({ result: { trigger_event: {}, transaction: { amount: 299 } } });
    expect(decision).toMatchObject({
      changes: [
        { kind: 'trigger_event', value: '2.99' },
        { kind: 'ledger', bucket: 'custom' },
      ],
    });
  });

  it('gives a fixed amount without a value, whatever the multiplier', () => {
    const season = new Season();
    season.person('ada').multiplierPercent = points(50);
    const decision = season.fire('ada', trigger({ credit: fixed(30) }), null);
    expect(eventOf(decision, 'trigger.fired').data).toMatchObject({ value: null });
    expect(season.person('ada').total.toFixed()).toBe('30');
  });

  it('is repeated under the same key, for this participant only', () => {
    const season = new Season();
    const first = season.fire('ada', trigger(), 1, 'order 17');
    const again = season.fire('ada', trigger(), 1, 'order 17');
    if (first.kind !== 'done') throw new Error(first.detail);
    expect(again).toMatchObject({
      kind: 'repeated',
      result: { trigger_event: first.result.trigger_event, transaction: null },
    });
    expect(codeOf(season.fire('bob', trigger(), 1, 'order 17'))).toBe('done');
    expect(codeOf(season.fire('ada', trigger({ id: 'other' }), 1, 'order 17'))).toBe('done');
    expect(season.person('ada').total.toFixed()).toBe('200');
  });

  it('happens as often as it is fired without a key', () => {
    const season = new Season();
    season.fire('ada', trigger(), 1);
    season.fire('ada', trigger(), 1);
    expect(season.person('ada').total.toFixed()).toBe('200');
  });

  it('can be fired again under its key after a refusal', () => {
    const season = new Season();
    expect(codeOf(season.fire('ada', trigger(), -1, 'k'))).toBe('amount_out_of_range');
    expect(codeOf(season.fire('ada', trigger(), 1, 'k'))).toBe('done');
  });

  it.each([
    ['no value', null],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['40 digits', Number('1234567890123456789012345678901234567890')],
    ['more digits than a double holds', 0.1234567890123456],
    ['a negative value', -1],
    ['a value worth too many points', 1e9],
  ])('with a rate refuses %s', (_, value) => {
    expect(codeOf(new Season().fire('ada', trigger(), value, 'k'))).toBe('amount_out_of_range');
  });

  it('with a fixed amount refuses only what is no number of 15 digits', () => {
    const given = trigger({ credit: fixed(5) });
    expect(codeOf(new Season().fire('ada', given, Number.NaN))).toBe('amount_out_of_range');
    expect(codeOf(new Season().fire('ada', given, 1e39))).toBe('amount_out_of_range');
    expect(codeOf(new Season().fire('ada', given, -12.5))).toBe('done');
  });

  it('worth nothing is told and leaves no ledger entry', () => {
    const season = new Season();
    season.join('ada');
    expect(told(season.fire('ada', trigger(), 0))).toEqual(['trigger.fired']);
    expect(told(season.fire('ada', trigger(), 0.0000001))).toEqual(['trigger.fired']);
  });

  it('completes its task, its own amount in place of the task’s points', () => {
    const season = new Season({ tasks: [task('buy'), task('other')] });
    season.join('ada');
    season.person('ada').multiplierPercent = points(10);
    const buying = trigger({ taskId: taskId('buy') });
    const decision = season.fire('ada', buying, 2.99);
    expect(told(decision)).toEqual(['trigger.fired', 'task.completed', 'points.issued']);
    expect(eventOf(decision, 'task.completed').data).toMatchObject({ points: 299 });
    expect(eventOf(decision, 'points.issued').data).toMatchObject({ amount: 299, cause: 'task' });

    // The next purchase counts, though the task is done.
    const next = season.fire('ada', buying, 1);
    expect(told(next)).toEqual(['trigger.fired', 'points.issued']);
    expect(eventOf(next, 'points.issued').data).toMatchObject({ amount: 100, cause: 'api' });
    expect(next).toMatchObject({ result: { completion: null, transaction: { amount: 100 } } });
  });

  it('gives its points also while its task waits for others', () => {
    const buy = task('buy', { prerequisites: [taskId('first')] });
    const season = new Season({ tasks: [task('first'), buy] });
    season.join('ada');
    const decision = season.fire('ada', trigger({ taskId: taskId('buy') }), 1);
    expect(told(decision)).toEqual(['trigger.fired', 'points.issued']);
    expect(season.person('ada').completedTasks.size).toBe(0);
  });

  it('of a task of another campaign is refused', () => {
    expect(codeOf(new Season().fire('ada', trigger({ taskId: taskId('buy') }), 1))).toBe('unknown_task');
  });

  it('is refused in a campaign that is not active', () => {
    const season = new Season({ status: 'paused' });
    expect(codeOf(season.fire('ada', trigger(), 1))).toBe('campaign_not_active');
  });
});
