import { spawnSync } from 'node:child_process';
import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user of the operating system, in numbers. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** A command as `spawn` takes it, running as the account that owns the database. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly identity: Partial<Account>;
}

/** The system user that runs PostgreSQL when Fanfare runs as root. */
const userName = 'fanfare';

/**
 * PostgreSQL refuses to run as root, so for root this is a system user of its own, made when it is missing.
 * Null for everybody else: PostgreSQL then runs as the same user.
 */
export function databaseAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const known = readAccount();
  if (known !== null) return known;
  const made = spawnSync(
    'useradd',
    ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', userName],
    {
      encoding: 'utf8',
    },
  );
  // Another process may have made it a moment ago.
  const account = readAccount();
  if (account !== null) return account;
  throw new Error(
    `PostgreSQL refuses to run as root, and making the system user "${userName}" for it failed (${made.error?.message ?? made.stderr.trim()}). Make that user yourself, run Fanfare as an ordinary user, or set DATABASE_URL.`,
  );
}

function readAccount(): Account | null {
  const read = (flag: string) => {
    const { status, stdout } = spawnSync('id', [flag, userName], { encoding: 'utf8' });
    return status === 0 ? Number(stdout) : null;
  };
  const uid = read('-u');
  const gid = read('-g');
  return uid === null || gid === null ? null : { uid, gid };
}

/**
 * How to run a program as the account. `paths` are all the files and directories it must reach. When root has put one
 * of them under a directory that the account may not enter (a private home, `mktemp -d`), the account is given the two
 * Linux capabilities to pass such directories, and nothing else of root's.
 */
export function launchAs(
  account: Account | null,
  program: string,
  args: readonly string[],
  paths: readonly string[],
): Launch {
  if (account === null) return { command: program, args, identity: {} };
  const barrier = [program, ...paths].map((path) => barrierTo(path, account)).find((found) => found !== null);
  if (barrier === undefined) return { command: program, args, identity: account };
  const capabilities = '+dac_override,+dac_read_search';
  const asAccount = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
  ];
  const attempt = spawnSync('setpriv', [...asAccount, '--', 'true'], { encoding: 'utf8' });
  if (attempt.status !== 0) {
    throw new Error(
      `PostgreSQL refuses to run as root, so it runs as the user "${userName}", which may not enter "${barrier}" (${attempt.error?.message ?? attempt.stderr.trim()}). Allow it to (chmod o+x "${barrier}"), install Fanfare and keep its data elsewhere, run Fanfare as an ordinary user, or set DATABASE_URL.`,
    );
  }
  return { command: 'setpriv', args: [...asAccount, '--', program, ...args], identity: {} };
}

/** The first directory on the way to the path that the account may not enter, judged by owner, group and mode. */
function barrierTo(path: string, account: Account): string | null {
  const directories: string[] = [];
  for (let at = dirname(realpathSync(path)); ; at = dirname(at)) {
    directories.unshift(at);
    if (at === dirname(at)) break;
  }
  for (const directory of directories) {
    const { uid, gid, mode } = statSync(directory);
    const enter = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & enter) === 0) return directory;
  }
  return null;
}
