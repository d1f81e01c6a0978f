import { type CommandParts, columns, type ExitCode, onDatabase } from './command-database.ts';
import type { Config } from './config.ts';
import { readTableSizes, retentionBounds, type TableSize } from './storage/index.ts';

export const storageHelp = `fanfare storage tells how much every table holds, and what goes next.

It asks the database of DATABASE_URL, or the embedded one of FANFARE_DATA_DIR while its node runs. It changes nothing.
Rows are estimates; dead ones are old versions of rows that the next vacuum makes room of.

  --json   the same for programs
`;

const dayMs = 86_400_000;

/** `fanfare storage`. Gives the exit code. */
export async function runStorageCommand(parts: CommandParts): Promise<ExitCode> {
  const { args, write, complain } = parts;
  if (args.includes('--help') || args.includes('-h')) {
    write(storageHelp);
    return 0;
  }
  const unknown = args.filter((argument) => argument !== '--json');
  if (unknown.length > 0) {
    complain(`There is no option "${unknown[0]}".\n\n${storageHelp}`);
    return 2;
  }
  return onDatabase('storage', parts, async (database, { retention }) => {
    const tables = await readTableSizes(database);
    write(args.includes('--json') ? `${JSON.stringify(tables)}\n` : report(tables, retention, parts.now()));
    return 0;
  });
}

function report(tables: readonly TableSize[], retention: Config['retention'], now: Date): string {
  const lines = [['table', 'rows', 'dead', 'size', 'of it indexes', 'last vacuum', 'days']];
  for (const one of tables) {
    const { partitions } = one;
    lines.push([
      one.table,
      one.rows.toLocaleString('en'),
      one.deadRows.toLocaleString('en'),
      size(one.bytes),
      size(one.indexBytes),
      one.lastVacuum === null ? '–' : `${one.lastVacuum.toISOString().slice(0, 16).replace('T', ' ')} Z`,
      partitions?.oldest && partitions.newest ? `${day(partitions.oldest)} to ${day(partitions.newest)}` : '',
    ]);
  }
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  return `${columns(lines)}\n${size(total)} in all\n\n${nextToGo(tables, retention, now)}`;
}

/** What retention drops, and when: a day goes once all of it is older than what is kept. */
function nextToGo(tables: readonly TableSize[], retention: Config['retention'], now: Date): string {
  const bounds = retentionBounds(retention, now);
  const lines = [['goes next', 'size', 'when', 'kept for']];
  for (const { partitions } of tables) {
    if (!partitions?.first) continue;
    const { name, until, bytes } = partitions.first;
    const keptMs = now.getTime() - bounds[partitions.table].getTime();
    const at = new Date(until.getTime() + keptMs);
    lines.push([
      name,
      size(bytes),
      at <= now ? 'within the hour' : day(at),
      `${Math.round(keptMs / dayMs)} days`,
    ]);
  }
  return columns(lines);
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function size(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
