import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const migrations = 'packages/server/src/storage/migrations';
/** Packages of this workspace, which the old version has of its own. */
const scope = '@fanfare';

export interface OldVersion {
  readonly commit: string;
  /** The compiled program. */
  readonly program: string;
  remove(): Promise<void>;
}

/**
 * The version before the last migration was added, from the history of this checkout, compiled in a directory of its own
 * with the packages that are installed here. A string of words says why there is none.
 */
export async function buildOldVersion(): Promise<OldVersion | { readonly obstacle: string }> {
  const git = async (...args: string[]) => (await run('git', ['-C', root, ...args])).stdout.trim();
  let commit: string;
  try {
    commit = await lastWithFewer(git);
  } catch (error) {
    return { obstacle: `There is no history of this checkout to take it from: ${reason(error)}` };
  }
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-old-'));
  const checkout = join(folder, 'fanfare');
  const remove = async () => {
    await git('worktree', 'remove', '--force', checkout);
    await rm(folder, { recursive: true, force: true });
  };
  await git('worktree', 'add', '--detach', checkout, commit);
  try {
    await linkPackages(checkout);
    await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'], {
      cwd: checkout,
    });
  } catch (error) {
    await remove();
    return { obstacle: `The version of ${commit} cannot be compiled: ${reason(error)}` };
  }
  return { commit, program: join(checkout, 'packages', 'server', 'dist', 'main.js'), remove };
}

/** The newest commit whose migrations are those of now, but for the last ones. */
async function lastWithFewer(git: (...args: string[]) => Promise<string>): Promise<string> {
  const known = await migrationsAt(git, 'HEAD');
  const changes = await git('log', '--format=%H', '--', migrations);
  for (const change of changes.split('\n').filter((line) => line !== '')) {
    const commit = await git('rev-parse', '--verify', `${change}^`);
    const names = await migrationsAt(git, commit);
    const begins = names.every((name, index) => name === known[index]);
    if (begins && names.length > 0 && names.length < known.length) return commit;
  }
  throw new Error('no commit has fewer migrations');
}

async function migrationsAt(git: (...args: string[]) => Promise<string>, commit: string): Promise<string[]> {
  const listed = await git('ls-tree', '--name-only', commit, `${migrations}/`);
  return listed
    .split('\n')
    .filter((path) => /\/\d{4}-[^/]+\.ts$/.test(path))
    .sort();
}

async function linkPackages(checkout: string): Promise<void> {
  const installed = join(root, 'node_modules');
  const linked = join(checkout, 'node_modules');
  await mkdir(join(linked, scope), { recursive: true });
  for (const name of await readdir(installed)) {
    if (name !== scope) await symlink(join(installed, name), join(linked, name));
  }
  for (const name of await readdir(join(checkout, 'packages'))) {
    await symlink(join(checkout, 'packages', name), join(linked, scope, name));
  }
}

function reason(error: unknown): string {
  const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string };
  return [message, stdout, stderr].filter(Boolean).join('\n').trim();
}
