import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ReceiverReport {
  readonly received: number;
  readonly arrivals: readonly [eventId: string, nanoseconds: string][];
  readonly cpuMs: number;
}

/** The receiver process of a run, and what it saw. */
export interface MeasuredReceiver {
  readonly url: string;
  record(on: boolean): void;
  report(): Promise<ReceiverReport>;
  stop(): void;
}

export async function startMeasuredReceiver(): Promise<MeasuredReceiver> {
  const child = fork(fileURLToPath(new URL('./receiver.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const { port } = await nextMessage<{ port: number }>(child);
  return {
    url: `http://127.0.0.1:${port}`,
    record: (on) => child.send({ record: on }),
    report: () => {
      const answer = nextMessage<ReceiverReport>(child);
      child.send({ report: true });
      return answer;
    },
    stop: () => child.disconnect(),
  };
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`the receiver ended with code ${code}`)));
  });
}
