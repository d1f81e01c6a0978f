import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts process times in hundredths of a second. */
const tickMs = 10;

/** Processor time, user and system, of a process and all its living descendants, in ms. Linux only. */
export function processorMs(pid: number): number {
  let total = 0;
  for (const one of [pid, ...descendantsOf(pid)]) {
    try {
      const stat = readFileSync(`/proc/${one}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // utime, stime, and those of children that ended and were waited for (proc_pid_stat(5)).
      total += [11, 12, 13, 14].reduce((sum, n) => sum + Number(fields[n] ?? 0), 0) * tickMs;
    } catch {
      // Ended between the listing and the reading.
    }
  }
  return total;
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
