#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runAuditCommand } from './audit-command.ts';
import { banner } from './banner.ts';
import type { CommandParts, ExitCode } from './command-database.ts';
import { type Config, ConfigurationError, readConfig } from './config.ts';
import { runSeasonCommand } from './demo/index.ts';
import { CannotStart, type Node, startNode } from './node.ts';
import { createLogger, createPalette, type Log } from './observe/index.ts';
import { runPeopleCommand } from './people-command.ts';
import { runQuotasCommand } from './quotas-command.ts';
import { UnsuitableDatabase, UnusableDataDirectory } from './storage/index.ts';
import { runStorageCommand } from './storage-command.ts';
import { MalformedKeyring } from './webhooks/index.ts';

// The program. Without arguments it reads the configuration, starts a node, says where it is, and stops it when told
// to; with them it carries out a command.

const version = readVersion();
/** npm passes on what the terminal has sent to both already: two signals this close together are one. */
const oneSignalMs = 1_000;
/** A fault of ours may keep the ordered stop from ending. */
const lastWordsMs = 20_000;

const usage = `fanfare         starts a node; environment variables configure it (docs/configuration.md)
fanfare audit   verifies an exported audit log (fanfare audit --help)
fanfare demo    plays a season of made-up people through the API of a running node (fanfare demo --help)
fanfare storage tells how much every table holds, and what goes next (fanfare storage --help)
fanfare people  makes links for the first owner and for new passwords (fanfare people --help)
fanfare quotas  shows and sets what organizations may use (fanfare quotas --help)
fanfare --help  this text
`;

const [command, ...args] = process.argv.slice(2);
if (command === undefined) await serve();
else if (command === 'demo') await playSeason(args);
else if (command === 'storage') await runCommand(runStorageCommand, args);
else if (command === 'audit') await runCommand(runAuditCommand, args);
else if (command === 'people') await runCommand(runPeopleCommand, args);
else if (command === 'quotas') await runCommand(runQuotasCommand, args);
else refuseOrHelp(command);

function refuseOrHelp(asked: string): never {
  const help = asked === '--help' || asked === '-h';
  if (help) process.stdout.write(usage);
  else process.stderr.write(`There is no command "${asked}".\n\n${usage}`);
  process.exit(help ? 0 : 2);
}

/** Ctrl-C ends the season with what came of it until then, and once more ends at once. */
async function playSeason(options: readonly string[]): Promise<never> {
  const early = new AbortController();
  process.once('SIGINT', () => early.abort());
  outliveReaders();
  const code = await runSeasonCommand({
    args: options,
    write: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
    signal: early.signal,
  });
  process.exit(code);
}

async function runCommand(
  command: (parts: CommandParts) => Promise<ExitCode>,
  args: readonly string[],
): Promise<never> {
  const code = await command({
    args,
    write: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
    now: () => new Date(),
  });
  process.exit(code);
}

async function serve(): Promise<void> {
  let log: Log | null = null;
  let format: Config['logFormat'] = 'pretty';
  let code = 1;
  try {
    const config = readConfig();
    format = config.logFormat;
    log = createLogger({ level: config.logLevel, format: config.logFormat, colours: config.colours });
    const reasonToEnd = Promise.race([signalToStop(log), faultOfOurs(log)]);
    outliveReaders();
    const node = await startNode({ config, log, version });
    announce(node, config, log);
    code = await reasonToEnd;
    await stop(node, log);
  } catch (error) {
    code = 1;
    explain(error, log, format);
  }
  process.exit(code);
}

/** Resolves at the first SIGTERM, SIGINT (Ctrl-C) or SIGHUP (the terminal is gone). At the second the process ends at once. */
function signalToStop(log: Log): Promise<0> {
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const now = performance.now();
        if (askedAt === null) {
          askedAt = now;
          log.info(`${signal}: finishing what is under way. Once more ends at once.`);
          resolve(0);
        } else if (now - askedAt > oneSignalMs) {
          log.warn(`${signal} again: ending at once. What was under way is made again at the next start.`);
          process.exit(1);
        }
      });
    }
  });
}

/** Resolves at a fault that nobody caught: it may have left anything half done, so it is better to start anew. */
function faultOfOurs(log: Log): Promise<1> {
  return new Promise((resolve) => {
    process.on('uncaughtException', (error, origin) => {
      log.fatal(
        { error, origin },
        'A fault of Fanfare itself; stopping. Please report it with the lines below.',
      );
      setTimeout(() => process.exit(1), lastWordsMs).unref();
      resolve(1);
    });
  });
}

/** Whoever read our output may go (`npm start | head`); deliveries go on. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

function announce(node: Node, config: Config, log: Log): void {
  const data =
    config.databaseUrl === null
      ? `${config.dataDir} (embedded PostgreSQL)`
      : 'the PostgreSQL of DATABASE_URL';
  const secondsToReady = performance.now() / 1000;
  if (config.logFormat === 'pretty' && node.api !== null) {
    const { bold, dim } = createPalette(config.colours);
    const facts = { version, data, privateTargets: config.allowPrivateTargets, secondsToReady, bold, dim };
    process.stdout.write(banner({ ...facts, ...node.api }));
    return;
  }
  const roles = [...config.roles];
  log.info({ version, roles, data, address: node.api?.origin, secondsToReady }, 'Fanfare is ready');
  if (config.allowPrivateTargets) {
    log.warn(
      'Webhooks may point at private and loopback addresses; FANFARE_ALLOW_PRIVATE_TARGETS=off refuses them',
    );
  }
}

async function stop(node: Node, log: Log): Promise<void> {
  const begun = performance.now();
  await node.stop();
  log.info(`Stopped after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
}

/** For what the operator can mend, the message alone; for a fault of ours, where it came from. */
function explain(error: unknown, log: Log | null, format: Config['logFormat']): void {
  const mendable = [
    CannotStart,
    ConfigurationError,
    MalformedKeyring,
    UnsuitableDatabase,
    UnusableDataDirectory,
  ];
  if (mendable.some((kind) => error instanceof kind) && error instanceof Error) {
    if (format === 'json') log?.fatal(error.message);
    process.stderr.write(`\nFanfare cannot start.\n\n${error.message}\n\n`);
    return;
  }
  if (log === null) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  else log.fatal({ error }, 'Fanfare cannot start');
}

function readVersion(): string {
  const described: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof described === 'object' && described !== null && 'version' in described
    ? String(described.version)
    : '0';
}
