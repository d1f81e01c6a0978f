import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./server-owner.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

export interface OwnerProcess {
  readonly child: ChildProcess;
  /** The line it printed: what it has, or why it was refused. */
  readonly said: Readonly<Record<string, unknown>>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts `server-owner.ts` without waiting for what it says. */
export function spawnOwner(task: 'lock' | 'serve', dataDir: string, uid?: number): ChildProcess {
  return spawn(process.execPath, ['--conditions=source', '--import', tsx, program, task, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

export async function startOwner(
  task: 'lock' | 'serve',
  dataDir: string,
  uid?: number,
): Promise<OwnerProcess> {
  const child = spawnOwner(task, dataDir, uid);
  if (child.stdout === null) throw new Error('The program has no output');
  const [line]: unknown[] = await once(createInterface(child.stdout), 'line');
  const said: unknown = JSON.parse(String(line));
  if (typeof said !== 'object' || said === null) throw new Error(`The program said ${String(line)}`);
  return {
    child,
    said: { ...said },
    async kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}
