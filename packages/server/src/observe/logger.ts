import { type DestinationStream, type Logger, pino } from 'pino';
import { databaseFaultOf } from '../storage/index.ts';
import { clockTime, createPalette, printable } from './terminal.ts';

export type Log = Logger;
export type LogFormat = 'pretty' | 'json';
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * Paths whose values never reach a log, at any depth that we write. What is logged holds no secrets by
 * design; this is the net below it.
 */
const confidential = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'secrets',
  'token',
  'headers',
  'connectionString',
  'encryptionKey',
];
const redact = {
  paths: confidential.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  censor: '(redacted)',
};

/**
 * The program's log. `json`: one object per line. `pretty`: time, level, message and what matters, for
 * people. Lines go to `write` (standard output unless told otherwise).
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly colours: boolean;
  readonly write?: (line: string) => void;
}): Log {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const destination: DestinationStream =
    options.format === 'json' ? { write } : { write: (line) => write(prettyLine(line, options.colours)) };
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: shown, err: shown },
      redact,
    },
    destination,
  );
}

/** Where in our code an error of the database came up tells nobody anything; of every other error it is what matters. */
function shown(error: Error): object {
  const whole = pino.stdSerializers.err(error);
  if (databaseFaultOf(error) === null) return whole;
  return { type: whole.type, message: whole.message, ...('code' in whole && { code: whole['code'] }) };
}

function prettyLine(json: string, colours: boolean): string {
  const palette = createPalette(colours);
  const { time, level, msg, error, err, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const word = String(level);
  const painted =
    word === 'error' || word === 'fatal'
      ? palette.red(word.padEnd(5))
      : word === 'warn'
        ? palette.yellow(word.padEnd(5))
        : palette.dim(word.padEnd(5));
  const details = Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const first = [
    palette.dim(clockTime(new Date(String(time)))),
    painted,
    printable(String(msg ?? '')),
    palette.dim(printable(details)),
  ]
    .filter((part) => part !== '')
    .join('  ');
  return `${first}\n${stackOf(error ?? err)}`;
}

/** An error's stack, indented below its line; what failed matters more than where the line ends. */
function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  const text = typeof stack === 'string' ? stack : typeof message === 'string' ? message : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `          ${printable(line)}\n`)
    .join('');
}
