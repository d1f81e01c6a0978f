import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const rotateAboveBytes = 10 * 1024 * 1024;

/** Opens the server's log for appending; one that has grown large is first moved aside, replacing the one before. */
export function openServerLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > rotateAboveBytes) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

export function serverLogSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** What was written after the position: at most the last 4 KB of it. */
export function readServerLogSince(path: string, position: number): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = Math.max(position, size - 4_096);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const length = readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8', 0, length).trim();
  } finally {
    closeSync(file);
  }
}
