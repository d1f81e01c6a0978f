import { cpus, totalmem } from 'node:os';

/** One line on where and when figures were measured. */
export function machine(): string {
  const [processor] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${gib} GiB`;
}
