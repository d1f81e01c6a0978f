import { waitFor } from '@fanfare/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { type Schedule, type ScheduleParts, startSchedule } from '../../src/upkeep/schedule.ts';

const schedules: Schedule[] = [];

afterEach(async () => {
  for (const schedule of schedules.splice(0)) await schedule.stop();
});

function start(parts: Partial<ScheduleParts> & Pick<ScheduleParts, 'tasks'>) {
  const done: string[] = [];
  const failed: unknown[] = [];
  const schedule = startSchedule({
    alone: async (_task, work) => {
      await work();
      return true;
    },
    onDone: (task, did) => done.push(`${task}: ${did}`),
    onFailed: (_task, error) => failed.push(error),
    now: () => new Date(1_800_000_000_000),
    random: () => 0.5,
    ...parts,
  });
  schedules.push(schedule);
  return { schedule, done, failed };
}

describe('the upkeep schedule', () => {
  it('runs a task again and again, with the time given', async () => {
    const times: number[] = [];
    const { done } = start({
      tasks: [
        {
          name: 'count',
          everyMs: 1,
          run: async (now) => {
            times.push(now.getTime());
            return times.length === 1 ? 'counted' : null;
          },
        },
      ],
    });
    await waitFor(() => times.length >= 3, { what: 'three runs' });
    expect(times[0]).toBe(1_800_000_000_000);
    expect(done).toEqual(['count: counted']);
  });

  it('survives a task that fails, and tries it again', async () => {
    let runs = 0;
    const { failed } = start({
      tasks: [
        {
          name: 'fail',
          everyMs: 1,
          run: async () => {
            runs += 1;
            throw new Error(`failure ${runs}`);
          },
        },
      ],
    });
    await waitFor(() => runs >= 2, { what: 'a second run' });
    expect(failed[0]).toEqual(new Error('failure 1'));
  });

  it('survives a lock that cannot be taken', async () => {
    let asked = 0;
    const { failed } = start({
      tasks: [{ name: 'locked', everyMs: 1, run: async () => null }],
      alone: async () => {
        asked += 1;
        throw new Error('the database went away');
      },
    });
    await waitFor(() => asked >= 2, { what: 'a second try' });
    expect(failed[0]).toEqual(new Error('the database went away'));
  });

  it('waits for what is under way when it stops, and starts nothing more', async () => {
    let finish: () => void = () => {};
    let runs = 0;
    const { schedule } = start({
      tasks: [
        {
          name: 'slow',
          everyMs: 1,
          run: () => {
            runs += 1;
            return new Promise((resolve) => {
              finish = () => resolve(null);
            });
          },
        },
      ],
    });
    await waitFor(() => runs === 1, { what: 'the first run' });
    let stopped = false;
    const stopping = schedule.stop().then(() => {
      stopped = true;
    });
    await Promise.resolve();
    expect(stopped).toBe(false);
    finish();
    await stopping;
    expect(runs).toBe(1);
  });
});
