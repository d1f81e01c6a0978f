// @ts-check
import { spawn } from 'node:child_process';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './alone.mjs';

/**
 * What must be there before Fanfare can run in a clone: a recent Node, the packages, compiled code.
 * Plain JavaScript without dependencies, since it runs before anything is installed.
 */

export const root = fileURLToPath(new URL('..', import.meta.url));

const oldestNode = [20, 19];

/** Ends the process with one clear message when Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = oldestNode;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  process.stderr.write(
    `Fanfare needs Node ${oldestNode.join('.')} or later; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Install a current Node from https://nodejs.org, then try again.\n',
  );
  process.exit(1);
}

/** Installs the packages when they are missing or older than package-lock.json. */
export async function install() {
  await unless(isInstalled, async () => {
    await step(
      'Installing packages',
      'Installed packages',
      npm(['ci', '--include=dev', '--no-audit', '--no-fund']),
    );
  });
}

async function isInstalled() {
  // npm writes this file last, so a half-finished installation does not have it.
  const installed = await changedAt(join(root, 'node_modules', '.package-lock.json'));
  return installed >= (await changedAt(join(root, 'package-lock.json')));
}

/** @type {{ command: string, args: string[] }} */
export const dashboardBuild = {
  command: process.execPath,
  args: [
    join(root, 'node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--logLevel',
    'warn',
    join(root, 'packages', 'dashboard'),
  ],
};

/** Compiles TypeScript and builds the dashboard when a source is newer than the last time. */
export async function build() {
  await unless(isBuilt, async () => {
    const begun = new Date();
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    await step('Compiling', 'Compiled', { command: process.execPath, args: [compiler, '-b'] });
    await step('Building the dashboard', 'Built the dashboard', dashboardBuild);
    await noteBuilt(begun);
  });
}

const stamp = join(root, 'packages', 'server', 'dist', '.compiled');

async function isBuilt() {
  return (await changedAt(stamp)) > (await newestSource());
}

/**
 * Everything was compiled and built.
 * @param {Date} begun when it began: what was edited meanwhile is compiled again next time
 */
export async function noteBuilt(begun) {
  await mkdir(join(root, 'packages', 'server', 'dist'), { recursive: true });
  await writeFile(stamp, '');
  await utimes(stamp, begun, begun);
}

/**
 * Of several that are started in one clone at the same time, one does it, and the others wait for it.
 * @param {() => Promise<boolean>} isDone
 * @param {() => Promise<void>} work
 */
async function unless(isDone, work) {
  if (await isDone()) return;
  await alone(
    join(root, '.set-up.lock'),
    async () => {
      if (!(await isDone())) await work();
    },
    (pid) => process.stdout.write(`Waiting for process ${pid}, which sets up the same clone …\n`),
  );
}

/** @returns {Promise<number>} */
async function newestSource() {
  const files = [
    join(root, 'tsconfig.json'),
    join(root, 'tsconfig.base.json'),
    join(root, 'package-lock.json'),
  ];
  for (const name of ['signature', 'client', 'server', 'dashboard']) {
    const folder = join(root, 'packages', name);
    files.push(join(folder, 'package.json'), join(folder, 'tsconfig.json'));
    const entries = await readdir(join(folder, 'src'), { recursive: true, withFileTypes: true });
    for (const entry of entries) if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  }
  return Math.max(...(await Promise.all(files.map(changedAt))));
}

/**
 * @param {string} path
 * @returns {Promise<number>} milliseconds since 1970; 0 when there is no such file
 */
async function changedAt(path) {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

/**
 * npm by way of its own file where we know it, so that Windows needs no shell.
 * @param {string[]} args
 */
function npm(args) {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('.js')
    ? { command: process.execPath, args: [cli, ...args] }
    : { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args };
}

/**
 * Runs a command, shows that it is under way, and shows what it said only if it fails.
 * @param {string} doing
 * @param {string} done
 * @param {{ command: string, args: string[] }} what
 */
async function step(doing, done, { command, args }) {
  const begun = Date.now();
  const live = process.stdout.isTTY;
  const elapsed = () => `${((Date.now() - begun) / 1000).toFixed(1)} s`;
  process.stdout.write(live ? `${doing} …` : `${doing} …\n`);
  const progress = setInterval(
    () =>
      process.stdout.write(
        live ? `\r${doing} … ${elapsed()}` : `  still ${doing.toLowerCase()}, ${elapsed()}\n`,
      ),
    live ? 100 : 15_000,
  );
  const { code, output } = await run(command, args);
  clearInterval(progress);
  const ending = code === 0 ? `${done} in ${elapsed()}.` : `${doing} failed after ${elapsed()}.`;
  process.stdout.write(live ? `\r\u001b[2K${ending}\n` : `${ending}\n`);
  if (code === 0) return;
  process.stderr.write(`\n${output}\nThe command was: ${[command, ...args].join(' ')}\n`);
  process.exit(1);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
