import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { alone } from '../alone.mjs';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfare-alone-'));
  lock = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

it('is one at a time, and the others wait for it and say for whom', async () => {
  let inside = 0;
  let done = 0;
  const waitedFor: number[] = [];
  const work = async () => {
    inside += 1;
    expect(inside).toBe(1);
    expect(await readFile(lock, 'utf8')).toBe(String(process.pid));
    await turn();
    inside -= 1;
    done += 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => alone(lock, work, (pid) => waitedFor.push(pid))));
  expect(done).toBe(4);
  expect(waitedFor).toEqual([process.pid, process.pid, process.pid]);
  await expect(readFile(lock)).rejects.toThrow('ENOENT');
});

it.each(['of a process that died', 'that nobody wrote to'])('takes a lock %s', async (whose) => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(lock, whose === 'that nobody wrote to' ? '' : String(pid));
  let done = 0;
  const work = async () => {
    done += 1;
  };
  await Promise.all([1, 2].map(() => alone(lock, work, () => {})));
  expect(done).toBe(2);
});

it('leaves none behind where the work fails', async () => {
  const fail = async () => {
    throw new Error('It broke');
  };
  await expect(alone(lock, fail, () => {})).rejects.toThrow('It broke');
  await expect(readFile(lock)).rejects.toThrow('ENOENT');
});
