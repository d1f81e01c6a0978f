import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: number;
  readonly minutes: number;
  readonly kills: number;
  /** Where the report goes. */
  readonly report: string;
}

/** Shorter runs than this say too little to be kept in the documentation. */
const longRunMinutes = 10;

export const help = `npm run torture -- [--seed N] [--minutes M] [--kills K] [--report FILE]

  --seed N        what everything random comes from; otherwise one is drawn, and printed
  --minutes M     for how long, more or less; 30 otherwise
  --kills K       how often something is killed; 50 otherwise
  --report FILE   docs/torture.md for runs of ${longRunMinutes} minutes and more, otherwise torture.md among the temporary files
`;

/** Throws an Error that says what is wrong. */
export function parseOptions(args: readonly string[], drawn: number, temporary: string): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      kills: { type: 'string' },
      report: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return 'help';
  const minutes = positive('minutes', values.minutes, 30);
  return {
    seed: values.seed === undefined ? drawn : positive('seed', values.seed, drawn),
    minutes,
    kills: positive('kills', values.kills, 50),
    report: values.report ?? (minutes >= longRunMinutes ? 'docs/torture.md' : temporary),
  };
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`--${name}: found ${JSON.stringify(text)}, expected a whole number from 1`);
  }
  return value;
}
