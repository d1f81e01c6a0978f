import type { Task } from './task.ts';

export interface ScheduleParts {
  readonly tasks: readonly Task[];
  /** Runs the work unless another node is at it. */
  readonly alone: (task: string, work: () => Promise<void>) => Promise<boolean>;
  readonly onDone: (task: string, did: string) => void;
  readonly onFailed: (task: string, error: unknown) => void;
  readonly now: () => Date;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface Schedule {
  /** Starts nothing more and waits for what is under way. */
  stop(): Promise<void>;
}

/** The first runs come soon after the start, but not within it. */
const firstWithinMs = 15_000;
/** Pauses vary by this share, so that nodes started together drift apart. */
const jitter = 0.2;

/** Runs each task again and again. A task that fails is logged and comes again at its next time. */
export function startSchedule(parts: ScheduleParts): Schedule {
  const { tasks, alone, onDone, onFailed, now, random } = parts;
  const timers = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let stopped = false;

  function later(task: Task, delayMs: number): void {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      const run = runOnce(task).then(() => {
        running.delete(run);
        later(task, task.everyMs * (1 + jitter * (2 * random() - 1)));
      });
      running.add(run);
    }, delayMs);
    timers.add(timer);
    timer.unref();
  }

  async function runOnce(task: Task): Promise<void> {
    try {
      await alone(task.name, async () => {
        const did = await task.run(now());
        if (did !== null) onDone(task.name, did);
      });
    } catch (error) {
      onFailed(task.name, error);
    }
  }

  for (const task of tasks) later(task, Math.min(firstWithinMs, task.everyMs) * random());
  return {
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      await Promise.all(running);
    },
  };
}
