import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, small enough to be filled in a moment. */
export interface SmallVolume {
  readonly path: string;
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  unmount(): void;
}

const prefix = 'fanfare-small-';
const piece = Buffer.alloc(65_536, 'b');

/**
 * A disk that is really full: needs root, who may mount one. To others it says why there is none.
 */
export async function mountSmallVolume(
  mebibytes: number,
): Promise<SmallVolume | { readonly whyNot: string }> {
  if (process.platform !== 'linux') return { whyNot: 'only on Linux is a small tmpfs mounted' };
  unmountLeftovers();
  const path = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const options = `size=${mebibytes}m,mode=0755`;
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmdirSync(path);
    return { whyNot: `mounting a small volume needs root (${error?.message ?? stderr.trim()})` };
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill() {
      try {
        for (;;) appendFileSync(ballast, piece);
      } catch (full) {
        if (!(full instanceof Error && 'code' in full && full.code === 'ENOSPC')) throw full;
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => unmount(path),
  };
}

/** Detached at once; it goes when nothing uses it any more. */
function unmount(path: string): void {
  spawnSync('umount', ['--lazy', path]);
  rmdirSync(path);
}

/** A run that was killed leaves its volumes behind. */
function unmountLeftovers(): void {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const path = line.split(' ')[1] ?? '';
    const owner = new RegExp(`/${prefix}(\\d+)-`).exec(path)?.[1];
    if (owner !== undefined && !isRunning(Number(owner))) unmount(path);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
