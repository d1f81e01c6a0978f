import { parseArgs } from 'node:util';

/** What a season on the command line is asked to be. */
export interface SeasonOptions {
  readonly origin: string;
  /** The token itself, or the file that holds it. */
  readonly token: { readonly text: string } | { readonly file: string };
  readonly participants: number;
  readonly campaigns: number;
  readonly seed: number;
  /** Actions in a second; null: as many as it takes. */
  readonly perSecond: number | null;
  readonly durationMs: number | null;
  readonly lanes: number;
  readonly withWebhooks: boolean;
  readonly verify: boolean;
}

export type ParsedOptions =
  | { readonly kind: 'options'; readonly options: SeasonOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'faults'; readonly faults: readonly string[] };

/** Somebody acts about every other second in a season of speed 1, as in the one that `npm start` shows. */
const actionsPerPersonAndSecond = 0.5;

const descriptions = {
  origin: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  participants: { type: 'string' },
  campaigns: { type: 'string' },
  seed: { type: 'string' },
  speed: { type: 'string' },
  rate: { type: 'string' },
  'as-fast-as-possible': { type: 'boolean' },
  duration: { type: 'string' },
  lanes: { type: 'string' },
  'without-webhooks': { type: 'boolean' },
  verify: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Record<string, { type: 'string' | 'boolean'; short?: string }>;

export const seasonHelp = `fanfare demo: a season of made-up people, played through the API of a running Fanfare

People join campaigns, refer each other, complete tasks, fire triggers and get rewards. The same seed gives the same
people, who do the same. It makes campaigns, participants, inboxes and webhooks in the organization of the token.

  --origin URL            where Fanfare listens (http://127.0.0.1:7070)
  --token TOKEN           an API token; or
  --token-file FILE       the file that holds one (.fanfare/api-token)
  --participants N        how many people, 1 to 10000000 (100)
  --campaigns N           how many campaigns they are in, 1 to 100 (1)
  --seed N                which season, 0 to 4294967295 (7)

  --speed X               each person acts about every 2 s divided by X (1); or
  --rate N                so many actions a second among all of them; or
  --as-fast-as-possible   as many as Fanfare takes
  --duration S            stop after S seconds; people go on until then (until everybody has done all they wanted)
  --lanes N               at most so many actions at once, 1 to 1000 (32)

  --without-webhooks      make no webhooks and inboxes
  --verify                in the end compare what Fanfare holds with what its answers said
  --help                  this text

It ends with 0 when everything went as planned, 1 when an action was refused or answered otherwise than planned, when
something does not add up or Fanfare cannot be reached, and 2 when an option is wrong.
`;

/** Reads the options of `fanfare demo`; every fault at once. */
export function parseSeasonOptions(args: readonly string[]): ParsedOptions {
  const { tokens } = parseArgs({
    args: [...args],
    options: descriptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const faults: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push(`Found "${token.value}", expected options only`);
    if (token.kind !== 'option') continue;
    const known = isKnown(token.name) ? descriptions[token.name].type : null;
    if (known === null) faults.push(`${token.rawName}: there is no such option`);
    else if (given.has(token.name)) faults.push(`${token.rawName}: found twice, expected once`);
    else if (known === 'boolean' && token.value !== undefined) {
      faults.push(`${token.rawName}: found "${token.value}", expected no value`);
    } else if (known === 'string' && (token.value ?? '') === '') {
      faults.push(`${token.rawName}: found no value, expected one behind it`);
    } else if (token.inlineValue === false && token.value.startsWith('--')) {
      faults.push(`${token.rawName}: found the option ${token.value} behind it, expected a value`);
    } else given.set(token.name, token.value ?? '');
  }
  if (given.has('help')) return { kind: 'help' };

  const number = (name: string, range: Range): number | null => {
    const text = given.get(name);
    if (text === undefined) return null;
    const fault = numberFault(text, range);
    if (fault === null) return Number(text);
    faults.push(`--${name}: ${fault}`);
    return null;
  };
  const participants = number('participants', { whole: true, min: 1, max: 10_000_000 }) ?? 100;
  const campaigns = number('campaigns', { whole: true, min: 1, max: 100 }) ?? 1;
  const seed = number('seed', { whole: true, min: 0, max: 4_294_967_295 }) ?? 7;
  const speed = number('speed', { whole: false, min: 0.001, max: 1_000 });
  const rate = number('rate', { whole: false, min: 0.01, max: 1_000_000 });
  const duration = number('duration', { whole: false, min: 0.1, max: 1_000_000 });
  const lanes = number('lanes', { whole: true, min: 1, max: 1_000 }) ?? 32;

  for (const [what, names] of [
    ['one pace', ['speed', 'rate', 'as-fast-as-possible']],
    ['one token', ['token', 'token-file']],
  ] as const) {
    const found = names.filter((name) => given.has(name)).map((name) => `--${name}`);
    if (found.length > 1) faults.push(`${found.join(' and ')}: expected ${what}, not several`);
  }
  const origin = given.get('origin') ?? 'http://127.0.0.1:7070';
  const originFaultText = originFault(origin);
  if (originFaultText !== null) faults.push(`--origin: ${originFaultText}`);
  if (faults.length > 0) return { kind: 'faults', faults };

  const token = given.get('token');
  return {
    kind: 'options',
    options: {
      origin: origin.replace(/\/$/, ''),
      token:
        token === undefined ? { file: given.get('token-file') ?? '.fanfare/api-token' } : { text: token },
      participants,
      campaigns,
      seed,
      perSecond: given.has('as-fast-as-possible')
        ? null
        : (rate ?? (speed ?? 1) * participants * actionsPerPersonAndSecond),
      durationMs: duration && duration * 1_000,
      lanes,
      withWebhooks: !given.has('without-webhooks'),
      verify: given.has('verify'),
    },
  };
}

function isKnown(name: string): name is keyof typeof descriptions {
  return Object.hasOwn(descriptions, name);
}

interface Range {
  readonly whole: boolean;
  readonly min: number;
  readonly max: number;
}

function numberFault(text: string, { whole, min, max }: Range): string | null {
  const value = Number(text);
  const fits = /^\d+(\.\d+)?$/.test(text) && value >= min && value <= max;
  if (fits && (!whole || Number.isInteger(value))) return null;
  return `found "${text}", expected a ${whole ? 'whole ' : ''}number from ${min} to ${max}`;
}

function originFault(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  const plain = url !== null && url.pathname === '/' && url.search === '' && url.hash === '';
  if (plain && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '')
    return null;
  return `found "${text}", expected where Fanfare listens, such as http://127.0.0.1:7070`;
}
