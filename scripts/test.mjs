// @ts-check
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dashboardBuild, install, noteBuilt, requireNode, root } from './set-up.mjs';

// `npm test`: every check, in order, all of them even when one fails. The last line counts tests; a check
// that is not a test adds one to the failures when it fails.
requireNode();
await install();

const results = await mkdtemp(join(tmpdir(), 'fanfare-test-'));
const begun = Date.now();
/** @type {string[]} */
const failures = [];
let passed = 0;
let failed = 0;

await check('Types', bin('typescript', 'bin/tsc'), '-b');
await check(
  'Types of tests, scripts and benchmarks',
  bin('typescript', 'bin/tsc'),
  '-p',
  'tsconfig.check.json',
);
await check('Types of the dashboard', bin('typescript', 'bin/tsc'), '-p', 'packages/dashboard');
await check('The dashboard is built', ...dashboardBuild.args);
// So that no Fanfare that a test starts compiles once more.
if (failures.length === 0) await noteBuilt(new Date(begun));
await check('Lint and format', bin('@biomejs/biome', 'bin/biome'), 'check', '--error-on-warnings', '.');
await check('Architecture', ...tsx('scripts/check-architecture.ts'));
await check('Unused code and dependencies', bin('knip', 'bin/knip.js'));
await check('Duplicated code', bin('jscpd', 'bin/jscpd'));
// The OpenAPI document and the schema dump have tests that compare them.
await check('Configuration reference', ...tsx('scripts/config-docs.ts'), '--check');
await check('Access reference', ...tsx('scripts/access-docs.ts'), '--check');
await tests('Tests', 'vitest.config.ts');
await tests('Whole-system tests', 'e2e/vitest.config.ts');
await check('A browser', ...tsx('scripts/browser.ts'));
await tests('Dashboard in a browser', 'e2e/dashboard/vitest.config.ts');
await rm(results, { recursive: true });

const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
process.stdout.write(
  `\n${failures.length === 0 ? 'Everything holds' : `Failed: ${failures.join('; ')}`}, after ${minutes} minutes.\n`,
);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

/**
 * @param {string} title
 * @param {...string} args of node
 */
async function check(title, ...args) {
  if (await run(title, args)) return;
  failures.push(title);
  failed += 1;
}

/**
 * @param {string} title
 * @param {string} config
 */
async function tests(title, config) {
  const report = join(results, `${title.replaceAll(' ', '-')}.json`);
  const args = [bin('vitest', 'vitest.mjs'), 'run', '--config', config, '--root', root];
  const good = await run(title, [
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  if (!good) failures.push(title);
  const counts = await readCounts(report);
  passed += counts.passed;
  // A file that cannot be loaded, a leak found at the end: failures that no test shows.
  failed += good ? counts.failed : Math.max(1, counts.failed);
}

/**
 * @param {string} report vitest's JSON report
 * @returns {Promise<{ passed: number, failed: number }>}
 */
async function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

/**
 * @param {string} title
 * @param {string[]} args of node
 * @returns {Promise<boolean>} whether it succeeded
 */
async function run(title, args) {
  const start = Date.now();
  process.stdout.write(`\n── ${title} ──\n`);
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${code === 0 ? 'ok' : 'FAILED'}: ${title}, ${seconds} s\n`);
  return code === 0;
}

/**
 * @param {string} name of a package
 * @param {string} path of its program
 */
function bin(name, path) {
  return join(root, 'node_modules', name, path);
}

/** @param {string} script */
function tsx(script) {
  return [bin('tsx', 'dist/cli.mjs'), '--conditions=source', script];
}
