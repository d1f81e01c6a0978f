import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts process times in hundredths of a second. */
const tickMs = 10;

/** Processor time, user and system, of a process and all its living descendants, in ms. Linux only. */
export function processorMs(pid: number): number {
  return ownProcessorMs(pid) + ticksOf(pid, [13, 14]) * tickMs + ofDescendantsMs(pid);
}

/** Of the process alone: without PostgreSQL, which is its child. */
export function ownProcessorMs(pid: number): number {
  return ticksOf(pid, [11, 12]) * tickMs;
}

function ofDescendantsMs(pid: number): number {
  return descendantsOf(pid).reduce((sum, one) => sum + ticksOf(one, [11, 12, 13, 14]) * tickMs, 0);
}

/** Fields of proc_pid_stat(5): utime, stime, and those of children that ended and were waited for. */
function ticksOf(pid: number, fields: readonly number[]): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.reduce((sum, n) => sum + Number(values[n] ?? 0), 0);
  } catch {
    // Ended between the listing and the reading.
    return 0;
  }
}

/** Resident memory of one process, MiB. Linux only. */
export function residentMiB(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1_024;
}

function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : null;
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (let next = [pid]; next.length > 0; ) {
    next = next.flatMap((one) => children.get(one) ?? []);
    found.push(...next);
  }
  return found;
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
