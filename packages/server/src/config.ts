import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type QuotaDefaults, quotaDefinitions } from './quotas/index.ts';

/**
 * Every setting Fanfare has. Settings are environment variables, and this is the only file that reads them.
 * `docs/configuration.md` is generated from here (`npm run docs:config`).
 */

/** What the configuration reference and the error messages say about one setting. */
export interface SettingNotes {
  /** Completes "expected …". */
  readonly expected: string;
  /** What it does, for the reference. */
  readonly about: string;
  /** What holds without it, in words. */
  readonly otherwise: string;
  /** A value that shows the form, for "for example". */
  readonly example: string;
  /** Its value never appears in a message or a log. */
  readonly secret?: true;
}

/** Notes of each setting's schema. */
export const settingNotes = z.registry<SettingNotes>();

const roles = ['api', 'dispatch', 'upkeep'] as const;
export type Role = (typeof roles)[number];

const onOff = z.enum(['on', 'off']).transform((word) => word === 'on');

function whole(least: number, most: number) {
  return z
    .string()
    .regex(/^\d{1,13}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));
}

/** As far as operators may set it for an organization. */
function quota(name: keyof typeof quotaDefinitions) {
  return whole(quotaDefinitions[name].least, quotaDefinitions[name].most).optional();
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

/** 32 bytes as 64 hex digits or as base64 (either alphabet, padding optional). */
const encryptionKey = /^(?:[0-9a-f]{64}|[A-Za-z0-9+/_-]{43}=?)$/i;

export const settings = z.object({
  HOST: z
    .string()
    .refine((host) => isIP(host) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252})$/.test(host))
    .optional()
    .register(settingNotes, {
      expected: 'an IP address or a host name',
      about: 'Address to listen on. `0.0.0.0` listens on every IPv4 address, `::` on every address.',
      otherwise: '127.0.0.1',
      example: '0.0.0.0',
    }),
  PORT: whole(0, 65_535).optional().register(settingNotes, {
    expected: 'a port number from 0 to 65535 (0: any free port)',
    about: 'Port to listen on. With 0 the system chooses one; the banner shows which.',
    otherwise: '7070',
    example: '7071',
  }),
  NODE_ENV: z.enum(['production', 'development', 'test']).optional().register(settingNotes, {
    expected: '"production", "development" or "test"',
    about:
      'In `production` webhooks must be https, private addresses are refused, logs are JSON and there is no demo. Other names are refused, so that a misspelt one does not open those doors.',
    otherwise: 'development',
    example: 'production',
  }),
  DATABASE_URL: z
    .string()
    .refine((text) => isUrl(text, ['postgres:', 'postgresql:']))
    .optional()
    .register(settingNotes, {
      expected: 'a PostgreSQL address, postgres://user:password@host:5432/database',
      about:
        'PostgreSQL 15 or later to use instead of the embedded one. The database must exist; tables are made.',
      otherwise: 'the embedded PostgreSQL runs with its data in `FANFARE_DATA_DIR`',
      example: 'postgres://fanfare:secret@db.internal:5432/fanfare',
      secret: true,
    }),
  FANFARE_DATA_DIR: z
    .string()
    .refine((text) => !text.includes('\0'))
    .optional()
    .register(settingNotes, {
      expected: 'a directory path',
      about:
        'Directory for the embedded PostgreSQL, the encryption key and the first API token. Made when absent; back it up as a whole.',
      otherwise: '.fanfare in the working directory',
      example: '/var/lib/fanfare',
    }),
  FANFARE_DEMO: onOff.optional().register(settingNotes, {
    expected: '"on" or "off"',
    about:
      'Whether made-up people play a short season in an empty database, with webhooks that deliver to built-in inboxes.',
    otherwise: 'on, but off in production',
    example: 'off',
  }),
  FANFARE_ENCRYPTION_KEY: z
    .string()
    .refine((text) => text.split(',').every((key) => encryptionKey.test(key.trim())))
    .optional()
    .register(settingNotes, {
      expected:
        'one or several 32-byte keys in hex (64 digits) or base64 (44 characters), separated by commas',
      about:
        'Encrypts webhook secrets in the database. The first key encrypts, all of them decrypt: to rotate, put the new key first, and drop the old one after a day, when upkeep has re-encrypted everything. Make one with `openssl rand -base64 32`.',
      otherwise: 'a key is generated into `FANFARE_DATA_DIR`/encryption.key (mode 600)',
      example: '(the output of openssl rand -base64 32)',
      secret: true,
    }),
  FANFARE_ALLOW_PRIVATE_TARGETS: onOff.optional().register(settingNotes, {
    expected: '"on" or "off"',
    about:
      'Whether webhooks may point at addresses that are not public (loopback, private networks, link-local). Cloud metadata services stay refused.',
    otherwise: 'on, but off in production',
    example: 'off',
  }),
  FANFARE_ROLES: z
    .string()
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(roles)).min(1))
    .optional()
    .register(settingNotes, {
      expected: 'some of "api", "dispatch" and "upkeep", separated by commas',
      about:
        'What this node does: `api` answers HTTP, `dispatch` sends deliveries, `upkeep` makes and drops partitions and tidies up. Nodes on one `DATABASE_URL` may divide the roles.',
      otherwise: 'api,dispatch,upkeep',
      example: 'api,dispatch',
    }),
  FANFARE_PUBLIC_URL: z
    .string()
    .refine((text) => isUrl(text, ['http:', 'https:']) && !/[?#]/.test(text))
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .register(settingNotes, {
      expected: 'an http or https address without query',
      about:
        'Where people reach this Fanfare, when a proxy stands before it. Used in printed and documented links.',
      otherwise: 'http:// and the address it listens on',
      example: 'https://hooks.example.com',
    }),
  FANFARE_TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).min(1))
    .optional()
    .register(settingNotes, {
      expected: 'IP addresses and networks (CIDR), separated by commas',
      about:
        'The proxies before this Fanfare. Only what they say in `X-Forwarded-For` counts as where a request comes from, for limits of tries to sign in and for what is written down; from anybody else the header is ignored.',
      otherwise: 'none: a request comes from whoever opened the connection',
      example: '10.0.0.0/8,fd00::/8',
    }),
  FANFARE_NEW_ORGANIZATIONS: z.enum(['owners', 'off']).optional().register(settingNotes, {
    expected: '"owners" or "off"',
    about:
      'Whether people who own the organization they work in may make another (`POST /v1/organizations`).',
    otherwise: 'owners',
    example: 'off',
  }),
  FANFARE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .optional()
    .register(settingNotes, {
      expected: '"trace", "debug", "info", "warn", "error", "fatal" or "silent"',
      about: 'The least severe log line that is written. Deliveries are logged at `info`.',
      otherwise: 'info',
      example: 'warn',
    }),
  FANFARE_LOG_FORMAT: z.enum(['pretty', 'json']).optional().register(settingNotes, {
    expected: '"pretty" or "json"',
    about:
      '`json`: one object per line, for machines. `pretty`: short lines for people. Colours only on a terminal and without `NO_COLOR`.',
    otherwise: 'pretty, but json in production',
    example: 'json',
  }),
  FANFARE_RETENTION_DAYS: whole(1, 3650).optional().register(settingNotes, {
    expected: 'a whole number of days from 1 to 3650',
    about: 'How long events and deliveries are kept. What is older is dropped by the day (UTC).',
    otherwise: '30',
    example: '90',
  }),
  FANFARE_ATTEMPT_RETENTION_DAYS: whole(1, 3650).optional().register(settingNotes, {
    expected: 'a whole number of days from 1 to 3650, at most FANFARE_RETENTION_DAYS',
    about: 'How long attempts are kept: when each request was sent and what came of it.',
    otherwise: 'as long as events',
    example: '14',
  }),
  FANFARE_BODY_RETENTION_DAYS: whole(1, 3650).optional().register(settingNotes, {
    expected: 'a whole number of days from 1 to 3650, at most FANFARE_ATTEMPT_RETENTION_DAYS',
    about:
      'How long bodies are kept: what receivers answered, and the requests that built-in inboxes received.',
    otherwise: '7, or as long as attempts when those are kept for less',
    example: '3',
  }),
  FANFARE_DISABLE_AFTER_DAYS: whole(1, 365).optional().register(settingNotes, {
    expected: 'a whole number of days from 1 to 365',
    about:
      'After how many days of nothing but failure a webhook is disabled. `webhook.failing` tells of it a day before.',
    otherwise: '5',
    example: '10',
  }),
  FANFARE_SMTP_URL: z
    .string()
    .refine((text) => isUrl(text, ['smtp:', 'smtps:']))
    .optional()
    .register(settingNotes, {
      expected: 'an address like smtp://user:password@mail.example.com:587',
      about:
        'The mail server that takes alerts about failing webhooks, invitations, and links for new passwords. With `smtps` the connection is TLS from the start; with `smtp` it becomes so where the server offers it.',
      otherwise: 'no e-mail is sent',
      example: 'smtp://fanfare:secret@mail.internal:587',
      secret: true,
    }),
  FANFARE_SMTP_FROM: z
    .string()
    .refine((text) => /^[^\r\n]{3,200}$/.test(text) && text.includes('@'))
    .optional()
    .register(settingNotes, {
      expected: 'an e-mail address',
      about: 'Whom alerts come from.',
      otherwise: 'fanfare@localhost',
      example: 'Fanfare <alerts@example.com>',
    }),
  FANFARE_REQUESTS_PER_SECOND: quota('requests_per_second').register(settingNotes, {
    expected: 'a whole number from 1 to 1000000',
    about:
      'How many requests that make events are taken from one organization in a second, at all nodes together. More are answered with 429 and `Retry-After`. Like the quotas that follow, it holds for organizations for which `fanfare quotas` has set nothing else (docs/quotas.md); nodes on one database should all say the same.',
    otherwise: 'no limit',
    example: '200',
  }),
  FANFARE_BACKLOG_LIMIT: whole(1_000, 100_000_000).optional().register(settingNotes, {
    expected: 'a whole number from 1000 to 100000000',
    about:
      'How many deliveries of one organization may wait. Above it, whatever makes events is answered with 429 and `Retry-After`.',
    otherwise: '1000000',
    example: '5000000',
  }),
  FANFARE_EVENTS_PER_DAY: quota('events_per_day').register(settingNotes, {
    expected: 'a whole number from 1 to 1000000000000',
    about:
      'How many events one organization may publish in a day (UTC), at all nodes together. More are answered with 429.',
    otherwise: 'no limit',
    example: '1000000',
  }),
  FANFARE_EVENTS_PER_MONTH: quota('events_per_month').register(settingNotes, {
    expected: 'a whole number from 1 to 1000000000000',
    about: 'The same for a calendar month (UTC).',
    otherwise: 'no limit',
    example: '20000000',
  }),
  FANFARE_WEBHOOK_LIMIT: quota('webhooks').register(settingNotes, {
    expected: 'a whole number from 1 to 100000',
    about: 'How many webhooks one organization may have. Another one is answered with 409.',
    otherwise: '1000',
    example: '50',
  }),
  FANFARE_INBOX_LIMIT: quota('inboxes').register(settingNotes, {
    expected: 'a whole number from 1 to 100000',
    about: 'How many inboxes one organization may have.',
    otherwise: '1000',
    example: '20',
  }),
  FANFARE_CAMPAIGN_LIMIT: quota('campaigns').register(settingNotes, {
    expected: 'a whole number from 1 to 1000000',
    about: 'How many campaigns one organization may have.',
    otherwise: '10000',
    example: '500',
  }),
  FANFARE_COMMUNITY_LIMIT: quota('communities').register(settingNotes, {
    expected: 'a whole number from 1 to 1000000',
    about: 'How many communities one organization may have.',
    otherwise: '1000',
    example: '50',
  }),
  FANFARE_TOKEN_LIMIT: quota('tokens').register(settingNotes, {
    expected: 'a whole number from 1 to 100000',
    about:
      'How many API tokens one organization may have. The one that a node writes to its data directory is made beyond it.',
    otherwise: '1000',
    example: '100',
  }),
  FANFARE_REQUESTS_UNDER_WAY: whole(1, 100_000).optional().register(settingNotes, {
    expected: 'a whole number from 1 to 100000',
    about:
      'How many requests that make events this node has under way for one organization. More are answered with 429.',
    otherwise: '2000',
    example: '500',
  }),
  FANFARE_MEMORY_LIMIT_MIB: whole(128, 1_048_576).optional().register(settingNotes, {
    expected: 'a whole number of MiB from 128 to 1048576',
    about:
      'Resident memory of this process above which whatever makes events is answered with 429, until it is below again.',
    otherwise: '1024',
    example: '2048',
  }),
  FANFARE_LANE_CONCURRENCY: whole(1, 1_000).optional().register(settingNotes, {
    expected: 'a whole number from 1 to 1000',
    about: 'How many requests this node has under way to one webhook at a time.',
    otherwise: '32',
    example: '8',
  }),
  FANFARE_GLOBAL_CONCURRENCY: whole(1, 20_000).optional().register(settingNotes, {
    expected: 'a whole number from 1 to 20000',
    about: 'How many requests this node has under way to all webhooks together.',
    otherwise: '512',
    example: '1024',
  }),
  FANFARE_SHUTDOWN_SECONDS: whole(1, 600).optional().register(settingNotes, {
    expected: 'a whole number of seconds from 1 to 600',
    about:
      'How long a stopping node lets requests finish that are under way. What is not done by then is given back and made again elsewhere or at the next start.',
    otherwise: '10',
    example: '30',
  }),
  NO_COLOR: z.string().optional().register(settingNotes, {
    expected: 'any text',
    about: 'When set, nothing is coloured (https://no-color.org).',
    otherwise: 'colours on a terminal',
    example: '1',
  }),
});

export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** Null: the address it listens on. */
  readonly publicUrl: string | null;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  readonly demo: boolean;
  /** Null: the key file in the data directory. */
  readonly encryptionKey: string | null;
  readonly allowPrivateTargets: boolean;
  readonly requireHttps: boolean;
  readonly roles: ReadonlySet<Role>;
  /** Addresses and networks in CIDR notation. */
  readonly trustedProxies: readonly string[];
  readonly newOrganizations: 'owners' | 'off';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  readonly logFormat: 'pretty' | 'json';
  readonly colours: boolean;
  /** Days; none is more than the one before it. */
  readonly retention: {
    readonly eventDays: number;
    readonly attemptDays: number;
    readonly bodyDays: number;
  };
  readonly disableAfterDays: number;
  /** Null: no e-mail is sent. */
  readonly mail: { readonly url: string; readonly from: string } | null;
  /** Of organizations for which nothing else was set. */
  readonly quotas: QuotaDefaults;
  readonly requestsUnderWay: number;
  readonly memoryLimitMib: number;
  readonly laneConcurrency: number;
  readonly globalConcurrency: number;
  readonly shutdownSeconds: number;
}

/** Every fault of the configuration at once, each a line that names the variable and says what to do. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `${faults.length === 1 ? 'One setting is' : `${faults.length} settings are`} wrong:\n${faults
        .map((fault) => `  - ${fault}`)
        .join('\n')}\nEvery setting is described in docs/configuration.md.`,
    );
    this.name = 'ConfigurationError';
    this.faults = faults;
  }
}

/**
 * The configuration from environment variables. An empty variable counts as unset.
 * Throws `ConfigurationError` listing every fault.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  const faults = unknownNames(Object.keys(given));
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    for (const name of wrong) faults.push(describeFault(name, given[name] ?? ''));
  }
  faults.push(...retentionFaults(given));
  if (!parsed.success || faults.length > 0) throw new ConfigurationError(faults);

  const values = parsed.data;
  const production = values.NODE_ENV === 'production';
  const allowPrivateTargets = values.FANFARE_ALLOW_PRIVATE_TARGETS ?? !production;
  const chosenRoles = new Set(values.FANFARE_ROLES ?? roles);
  const demoPossible =
    !production && allowPrivateTargets && chosenRoles.has('api') && chosenRoles.has('dispatch');
  if (values.FANFARE_DEMO === true && !demoPossible) {
    throw new ConfigurationError([
      'FANFARE_DEMO: found "on", but the demo delivers to this server over http, so it needs the roles api and dispatch, FANFARE_ALLOW_PRIVATE_TARGETS on, and a NODE_ENV other than production. Change these, or set it to off.',
    ]);
  }
  return {
    production,
    host: values.HOST ?? '127.0.0.1',
    port: values.PORT ?? 7070,
    publicUrl: values.FANFARE_PUBLIC_URL ?? null,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDir: resolve(values.FANFARE_DATA_DIR ?? '.fanfare'),
    demo: values.FANFARE_DEMO ?? demoPossible,
    encryptionKey: values.FANFARE_ENCRYPTION_KEY ?? null,
    allowPrivateTargets,
    requireHttps: production,
    roles: chosenRoles,
    trustedProxies: values.FANFARE_TRUSTED_PROXIES ?? [],
    newOrganizations: values.FANFARE_NEW_ORGANIZATIONS ?? 'owners',
    logLevel: values.FANFARE_LOG_LEVEL ?? 'info',
    logFormat: values.FANFARE_LOG_FORMAT ?? (production ? 'json' : 'pretty'),
    colours: values.NO_COLOR === undefined && process.stdout.isTTY === true,
    retention: retentionOf(values),
    disableAfterDays: values.FANFARE_DISABLE_AFTER_DAYS ?? 5,
    mail:
      values.FANFARE_SMTP_URL === undefined
        ? null
        : { url: values.FANFARE_SMTP_URL, from: values.FANFARE_SMTP_FROM ?? 'fanfare@localhost' },
    quotas: {
      requests_per_second:
        values.FANFARE_REQUESTS_PER_SECOND ?? quotaDefinitions.requests_per_second.otherwise,
      events_per_day: values.FANFARE_EVENTS_PER_DAY ?? quotaDefinitions.events_per_day.otherwise,
      events_per_month: values.FANFARE_EVENTS_PER_MONTH ?? quotaDefinitions.events_per_month.otherwise,
      backlog: values.FANFARE_BACKLOG_LIMIT ?? quotaDefinitions.backlog.otherwise,
      webhooks: values.FANFARE_WEBHOOK_LIMIT ?? quotaDefinitions.webhooks.otherwise,
      inboxes: values.FANFARE_INBOX_LIMIT ?? quotaDefinitions.inboxes.otherwise,
      campaigns: values.FANFARE_CAMPAIGN_LIMIT ?? quotaDefinitions.campaigns.otherwise,
      communities: values.FANFARE_COMMUNITY_LIMIT ?? quotaDefinitions.communities.otherwise,
      tokens: values.FANFARE_TOKEN_LIMIT ?? quotaDefinitions.tokens.otherwise,
    },
    requestsUnderWay: values.FANFARE_REQUESTS_UNDER_WAY ?? 2_000,
    memoryLimitMib: values.FANFARE_MEMORY_LIMIT_MIB ?? 1_024,
    laneConcurrency: values.FANFARE_LANE_CONCURRENCY ?? 32,
    globalConcurrency: values.FANFARE_GLOBAL_CONCURRENCY ?? 512,
    shutdownSeconds: values.FANFARE_SHUTDOWN_SECONDS ?? 10,
  };
}

type RetentionSetting =
  | 'FANFARE_RETENTION_DAYS'
  | 'FANFARE_ATTEMPT_RETENTION_DAYS'
  | 'FANFARE_BODY_RETENTION_DAYS';

const mostBodyDays = 7;

function retentionOf(
  values: Readonly<Partial<Record<RetentionSetting, number | undefined>>>,
): Config['retention'] {
  const eventDays = values.FANFARE_RETENTION_DAYS ?? 30;
  const attemptDays = values.FANFARE_ATTEMPT_RETENTION_DAYS ?? eventDays;
  const bodyDays = values.FANFARE_BODY_RETENTION_DAYS ?? Math.min(mostBodyDays, attemptDays);
  return { eventDays, attemptDays, bodyDays };
}

/** An attempt without its delivery, or a body without its attempt, could not be found by anybody. */
function retentionFaults(given: Readonly<Record<string, string | undefined>>): string[] {
  const daysOf = (name: RetentionSetting) => settings.shape[name].safeParse(given[name]).data;
  const attempts = daysOf('FANFARE_ATTEMPT_RETENTION_DAYS');
  const bodies = daysOf('FANFARE_BODY_RETENTION_DAYS');
  const { eventDays, attemptDays } = retentionOf({
    FANFARE_RETENTION_DAYS: daysOf('FANFARE_RETENTION_DAYS'),
    FANFARE_ATTEMPT_RETENTION_DAYS: attempts,
  });
  const faults: string[] = [];
  // What is wrong by itself is told already, and holds nothing else to it.
  const isWrong = (name: RetentionSetting) => given[name] !== undefined && daysOf(name) === undefined;
  if (isWrong('FANFARE_RETENTION_DAYS') || isWrong('FANFARE_ATTEMPT_RETENTION_DAYS')) return faults;
  if (attempts !== undefined && attempts > eventDays) {
    faults.push(
      `FANFARE_ATTEMPT_RETENTION_DAYS: found ${attempts}, but events and deliveries are kept for ${eventDays} days, and attempts belong to them. Set it to ${eventDays} or less, or FANFARE_RETENTION_DAYS to ${attempts}.`,
    );
  }
  if (bodies !== undefined && bodies > attemptDays) {
    faults.push(
      `FANFARE_BODY_RETENTION_DAYS: found ${bodies}, but attempts are kept for ${attemptDays} days, and bodies belong to them. Set it to ${attemptDays} or less, or keep attempts for longer.`,
    );
  }
  return faults;
}

const settingNames = Object.keys(settings.shape);

function describeFault(name: string, found: string): string {
  const schema = settings.shape[name as keyof typeof settings.shape];
  const notes = settingNotes.get(schema);
  const shown = notes?.secret
    ? `a value of ${found.length} characters (not shown)`
    : JSON.stringify(found.slice(0, 100));
  return `${name}: found ${shown}, expected ${notes?.expected}. Set it, for example, to ${notes?.example}, or unset it (then: ${notes?.otherwise}).`;
}

/** Only names that begin with FANFARE_ can be told to be ours, so only those can be told to be wrong. */
function unknownNames(names: readonly string[]): string[] {
  return names
    .filter((name) => name.startsWith('FANFARE_') && !settingNames.includes(name))
    .map((name) => {
      const nearest = nearestName(name);
      return nearest === null
        ? `${name}: there is no such setting. Unset it.`
        : `${name}: there is no such setting. Did you mean ${nearest}? Rename it or unset it.`;
    });
}

function nearestName(name: string): string | null {
  const ranked = settingNames
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(3, Math.floor(name.length / 3))
    ? best.candidate
    : null;
}

/** Levenshtein distance: single-character insertions, deletions and replacements. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
