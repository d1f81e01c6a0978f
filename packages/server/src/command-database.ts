import { type Config, ConfigurationError, readConfig } from './config.ts';
import { type Database, openDatabase, runningServerAddress } from './storage/index.ts';

/** 0: done; 1: it could not be; 2: it was asked for in a wrong way. */
export type ExitCode = 0 | 1 | 2;

/** What a command is given. */
export interface CommandParts {
  readonly args: readonly string[];
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly now: () => Date;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command on the database of DATABASE_URL, or on the embedded one of FANFARE_DATA_DIR while its node runs. What
 * keeps it from being asked is told in words for the operator.
 */
export async function onDatabase(
  command: string,
  { environment, complain }: Pick<CommandParts, 'environment' | 'complain'>,
  work: (database: Database, config: Config) => Promise<ExitCode>,
): Promise<ExitCode> {
  let database: Database | null = null;
  try {
    const config = readConfig(environment);
    const address = config.databaseUrl ?? runningServerAddress(config.dataDir);
    if (address === null) {
      complain(
        `No embedded PostgreSQL runs on "${config.dataDir}". Start Fanfare there, or set FANFARE_DATA_DIR or DATABASE_URL as it has them.\n`,
      );
      return 1;
    }
    database = openDatabase({
      connectionString: address,
      applicationName: `fanfare ${command}`,
      poolSize: 1,
    });
    return await work(database, config);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    complain(
      error instanceof ConfigurationError ? `${reason}\n` : `The database cannot be asked: ${reason}\n`,
    );
    return 1;
  } finally {
    await database?.close();
  }
}

/** Lines of cells as columns of text: the first and the last to the left, those between, as numbers are, to the right. */
export function columns(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]?.map((_, n) => Math.max(...lines.map((line) => line[n]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, n) =>
          n === 0 || n === line.length - 1 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
    .concat('\n');
}
