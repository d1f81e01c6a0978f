import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDirectory, UnusableDataDirectory } from '../../src/storage/data-directory.ts';
import { openSocketDirectory } from '../../src/storage/socket-directory.ts';
import { type OwnerProcess, startOwner } from './owner-process.ts';

let dir: string;
let owners: OwnerProcess[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'fanfare-lock-'));
  owners = [];
});
afterEach(async () => {
  for (const owner of owners) await owner.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

async function owner(dataDir = dir, uid?: number): Promise<OwnerProcess> {
  const started = await startOwner('lock', dataDir, uid);
  owners.push(started);
  return started;
}

describe('the lock of a data directory', () => {
  it('makes the directory when it is missing', async () => {
    const lock = await lockDataDirectory(join(dir, 'new', 'data'));
    expect(lock.path).toBe(join(dir, 'new', 'data'));
    await lock.release();
  });

  it('refuses a second Fanfare, naming the first by its pid and its start', async () => {
    const first = await owner();
    await expect(lockDataDirectory(dir)).rejects.toThrow(
      new RegExp(
        `^Another Fanfare \\(pid ${first.child.pid}, since \\d{4}-\\d\\d-\\d\\dT[^)]+\\) already runs on this data directory, "${dir}"`,
      ),
    );
  });

  it('is given back by release', async () => {
    const first = await lockDataDirectory(dir);
    await expect(lockDataDirectory(dir)).rejects.toThrow(UnusableDataDirectory);
    await first.release();
    const second = await lockDataDirectory(dir);
    await second.release();
  });

  it('is taken over without a word after its owner was killed', async () => {
    const first = await owner();
    await first.kill('SIGKILL');
    const second = await lockDataDirectory(dir);
    await second.release();
  });

  it('is kept by an owner that is stopped and does not answer', async () => {
    const first = await owner();
    first.child.kill('SIGSTOP');
    await expect(lockDataDirectory(dir)).rejects.toThrow(`pid ${first.child.pid}`);
  });

  it('goes to one of many that ask at the same time', async () => {
    for (let round = 0; round < 10; round += 1) {
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDirectory(dir)));
      const locks = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(locks).toHaveLength(1);
      for (const lock of locks) await lock.release();
    }
  });

  it('goes to one of several processes that find a stale one at the same time', async () => {
    await (await owner()).kill('SIGKILL');
    const contenders = await Promise.all([owner(), owner(), owner()]);
    expect(contenders.filter((contender) => 'path' in contender.said)).toHaveLength(1);
  });

  it('works where the path is too long for a socket', async () => {
    const long = join(dir, 'a'.repeat(100), 'b'.repeat(100));
    const lock = await lockDataDirectory(long);
    await expect(lockDataDirectory(long)).rejects.toThrow(`pid ${process.pid}`);
    await lock.release();
    rmSync(openSocketDirectory(long, 'claims', null), { recursive: true });
  });
});

describe('a data directory that cannot be used', () => {
  it('is refused when it is a file', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(lockDataDirectory(join(dir, 'file'))).rejects.toThrow(
      /is not a directory.*FANFARE_DATA_DIR/s,
    );
  });

  it('is refused when it lies below a file', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(lockDataDirectory(join(dir, 'file', 'data'))).rejects.toThrow(/something that is not one/);
  });

  it.runIf(process.platform === 'linux')('is refused where nothing can be made', async () => {
    await expect(lockDataDirectory('/proc/fanfare')).rejects.toThrow(
      /^The data directory "\/proc\/fanfare" cannot be written to by this user/,
    );
  });

  it.runIf(process.getuid?.() === 0)('is refused when it belongs to somebody else', async () => {
    chmodSync(dir, 0o755);
    mkdirSync(join(dir, 'roots'), { mode: 0o755 });
    const nobody = await owner(join(dir, 'roots'), 65_534);
    expect(nobody.said).toEqual({
      refusal: expect.stringMatching(
        /"[^"]+roots" cannot be written to by this user \(EACCES\)\. Change its owner/,
      ),
    });
  });
});
