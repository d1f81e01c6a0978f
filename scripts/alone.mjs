// @ts-check
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 200;
/** Longer than it takes to write down whose a lock is, or to take one from somebody who died. */
const settledMs = 100;

/**
 * Does the work while nobody else does theirs under the same lock: a file that names the process. One that died with it
 * is in nobody's way.
 *
 * @param {string} lock its path
 * @param {() => Promise<void>} work
 * @param {(pid: number) => void} onWait told once, when another process has it
 */
export async function alone(lock, work, onWait) {
  let told = false;
  while (!(await take(lock))) {
    const owner = await ownerOf(lock);
    if (owner !== null && !told) onWait(owner);
    told ||= owner !== null;
    await pause(pollMs);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/**
 * @param {string} lock
 * @returns {Promise<boolean>} whether it is ours
 */
async function take(lock) {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return false;
  }
  // Two that found it left behind may both have removed it, the second of them the lock of the first.
  await pause(settledMs);
  return (await content(lock)) === String(process.pid);
}

/**
 * Removes it when its owner died.
 * @param {string} lock
 * @returns {Promise<number | null>} the process that has it; null: nobody
 */
async function ownerOf(lock) {
  const text = await content(lock);
  if (text === null) return null;
  const pid = Number(text);
  if (pid > 0 && isRunning(pid)) return pid;
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > settledMs) await rm(lock, { force: true });
  return null;
}

/** @param {string} lock */
async function content(lock) {
  return readFile(lock, 'utf8').catch(() => null);
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is running too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
