import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Behaviour, Order } from './receiver.ts';
import { until } from './until.ts';

export interface ReceiverReport {
  readonly received: number;
  readonly arrivals: readonly [eventId: string, nanoseconds: string][];
  /** By the first part of the path: how many since the start, and when the last of them came. */
  readonly byPart: readonly [part: string, count: number, nanoseconds: string][];
  readonly cpuMs: number;
}

export interface Received {
  readonly count: number;
  /** When the last of them came, `process.hrtime`. */
  readonly lastAt: bigint;
}

/** The receiver process of a run, and what it saw. */
export interface MeasuredReceiver {
  readonly url: string;
  /** A second port, which can be made to refuse connections. */
  readonly secondUrl: string;
  /** How requests are answered from now on whose path begins with this part. */
  behave(path: string, does: Behaviour): void;
  behaveOnSecond(does: 'answer' | 'refuse'): void;
  record(on: boolean): void;
  report(): Promise<ReceiverReport>;
  /** Requests whose path begins with this part. */
  received(part: string): Promise<Received>;
  /** Until no such request has come for a second. */
  quiet(part: string): Promise<void>;
  stop(): void;
}

export async function startMeasuredReceiver(): Promise<MeasuredReceiver> {
  const child = fork(fileURLToPath(new URL('./receiver.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const { port, secondPort } = await nextMessage<{ port: number; secondPort: number }>(child);
  const tell = (order: Order) => child.send(order);
  const report = () => {
    const answer = nextMessage<ReceiverReport>(child);
    tell({ report: true });
    return answer;
  };
  const received = async (part: string): Promise<Received> => {
    const [, count, lastAt] = (await report()).byPart.find(([path]) => path === part) ?? ['', 0, '0'];
    return { count, lastAt: BigInt(lastAt) };
  };
  return {
    url: `http://127.0.0.1:${port}`,
    secondUrl: `http://127.0.0.1:${secondPort}`,
    behave: (path, does) => tell({ fault: { path, does } }),
    behaveOnSecond: (does) => tell({ second: does }),
    record: (on) => tell({ record: on }),
    report,
    received,
    async quiet(part) {
      let before = -1;
      await until(async () => {
        const { count } = await received(part);
        const same = count === before;
        before = count;
        return same;
      }, 1_000);
    },
    stop: () => child.disconnect(),
  };
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the receiver ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}
