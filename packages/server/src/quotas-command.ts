import { createAuditLog, operatorSource } from './audit/index.ts';
import { type CommandParts, columns, type ExitCode, onDatabase } from './command-database.ts';
import { idFromUuid, parseId, type Uuid, uuidOf } from './ids.ts';
import { isQuotaName, type QuotaName, quotaDefinitions, quotaNames } from './quotas/index.ts';
import {
  countBacklog,
  createQuotasStore,
  type Database,
  type QuotaHolder,
  type QuotasStore,
  readUsage,
} from './storage/index.ts';

export const quotasHelp = `fanfare quotas shows and sets what organizations may use.

  fanfare quotas                                  the organizations that have quotas of their own
  fanfare quotas org_…                            every quota of one, and what it uses
  fanfare quotas org_… webhooks=50 events_per_day=none backlog=default
                                                  sets some, on all nodes at once
  --all    every organization, also those without quotas of their own
  --json   the same for programs

It asks the database of DATABASE_URL, or the embedded one of FANFARE_DATA_DIR while its node runs. A value is a whole
number, "none" for no limit, or "default" for what the settings of the nodes say; run it with their settings to be shown
that. Quotas:

${columns(quotaNames.map((name) => [`  ${name}`, rangeOf(name), quotaDefinitions[name].about]))}`;

/** `undefined`: what the node says. Null: no limit. */
type Amounts = ReadonlyMap<QuotaName, number | null | undefined>;

interface Asked {
  readonly organization: Uuid | null;
  readonly amounts: Amounts;
  readonly all: boolean;
  readonly json: boolean;
}

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly quotas: readonly {
    readonly name: QuotaName;
    readonly limit: number | null;
    readonly own: boolean;
    readonly used: number | null;
  }[];
}

/** `fanfare quotas`. Gives the exit code. */
export async function runQuotasCommand(parts: CommandParts): Promise<ExitCode> {
  const { args, write, complain } = parts;
  if (args.includes('--help') || args.includes('-h')) {
    write(quotasHelp);
    return 0;
  }
  const asked = readArguments(args);
  if (typeof asked === 'string') {
    complain(`${asked}\n\n${quotasHelp}`);
    return 2;
  }
  return onDatabase('quotas', parts, async (database, { quotas: defaults }) => {
    const store = createQuotasStore(database);
    const { organization } = asked;
    if (
      organization !== null &&
      asked.amounts.size > 0 &&
      !(await setQuotas(database, organization, asked.amounts, parts.now))
    ) {
      return noSuchOrganization(organization, complain);
    }
    const own = ownAmounts(await store.read(organization === null ? null : [organization]));
    const holders = (await store.holders(organization)).filter(
      ({ id }) => organization !== null || asked.all || own.has(id),
    );
    if (organization !== null && holders.length === 0) return noSuchOrganization(organization, complain);
    const shown: Shown[] = [];
    for (const holder of holders) {
      const limits = quotaNames.map((name) => {
        const amount = own.get(holder.id)?.get(name);
        return { name, limit: amount === undefined ? defaults[name] : amount, own: amount !== undefined };
      });
      const used = await usedBy(holder, limits, { database, store, now: parts.now() });
      shown.push({
        id: idFromUuid('org', holder.id),
        name: holder.name,
        quotas: limits.map((limit) => ({ ...limit, used: used.get(limit.name) ?? null })),
      });
    }
    write(asked.json ? `${JSON.stringify(shown)}\n` : report(shown));
    return 0;
  });
}

/** False when there is no such organization. It goes into the organization's audit log. */
async function setQuotas(
  database: Database,
  organization: Uuid,
  amounts: Asked['amounts'],
  now: CommandParts['now'],
): Promise<boolean> {
  const store = createQuotasStore(database);
  const audit = createAuditLog({ database, clock: { now: () => now().getTime() } });
  const standing = async () => {
    const own = ownAmounts(await store.read([organization])).get(organization);
    return Object.fromEntries(
      [...amounts.keys()].map((name) => [name, own?.has(name) === true ? own.get(name) : 'default']),
    );
  };
  const organizationId = idFromUuid('org', organization);
  const before = await standing();
  return audit.together(
    operatorSource,
    () => store.change(organization, amounts),
    async (changed) =>
      changed
        ? [
            {
              organizationId,
              action: 'quotas.updated',
              target: { kind: 'quotas', id: organizationId, name: null },
              before,
              after: await standing(),
            },
          ]
        : [],
  );
}

function noSuchOrganization(organization: Uuid, complain: CommandParts['complain']): 1 {
  complain(
    `There is no organization ${idFromUuid('org', organization)}, or it is being deleted. fanfare quotas --all lists those there are.\n`,
  );
  return 1;
}

/** What is wrong with them, in words, or what they ask for. */
function readArguments(args: readonly string[]): Asked | string {
  let organization: Uuid | null = null;
  let all = false;
  let json = false;
  const amounts = new Map<QuotaName, number | null | undefined>();
  for (const arg of args) {
    if (arg === '--all') all = true;
    else if (arg === '--json') json = true;
    else if (arg.startsWith('-')) return `There is no option "${arg}".`;
    else if (arg.includes('=')) {
      const [name = '', value = ''] = arg.split('=', 2);
      if (!isQuotaName(name)) return `There is no quota "${name}".`;
      const amount = readAmount(name, value);
      if (typeof amount === 'string') return amount;
      amounts.set(name, amount);
    } else {
      const id = parseId('org', arg);
      if (id === null) return `Found "${arg}", expected the id of an organization (org_…) or quota=value.`;
      if (organization !== null) return 'Found several organizations, expected one.';
      organization = uuidOf(id);
    }
  }
  if (amounts.size > 0 && organization === null)
    return 'Found quotas to set, but no organization to set them for.';
  return { organization, amounts, all, json };
}

function readAmount(name: QuotaName, text: string): number | null | undefined | string {
  const { least, most, unlimited } = quotaDefinitions[name];
  if (text === 'default') return undefined;
  if (text === 'none' && unlimited) return null;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  return `${name}: found "${text}", expected ${rangeOf(name)}, or "default".`;
}

function rangeOf(name: QuotaName): string {
  const { least, most, unlimited } = quotaDefinitions[name];
  return `${least} to ${most}${unlimited ? ' or "none"' : ''}`;
}

function ownAmounts(
  rows: Awaited<ReturnType<QuotasStore['read']>>,
): ReadonlyMap<Uuid, ReadonlyMap<string, number | null>> {
  const own = new Map<Uuid, Map<string, number | null>>();
  for (const { organizationId, quota, amount } of rows) {
    own.set(organizationId, new Map([...(own.get(organizationId) ?? []), [quota, amount]]));
  }
  return own;
}

async function usedBy(
  { id }: QuotaHolder,
  limits: readonly { readonly name: QuotaName; readonly limit: number | null }[],
  parts: { readonly database: Database; readonly store: QuotasStore; readonly now: Date },
): Promise<ReadonlyMap<QuotaName, number>> {
  const { database, store } = parts;
  const [usage] = await readUsage(database, [id], parts.now.toISOString().slice(0, 10));
  const most = limits.find(({ name }) => name === 'backlog')?.limit ?? quotaDefinitions.backlog.most;
  return new Map<QuotaName, number>([
    ...(Object.entries(await store.count(id)) as [QuotaName, number][]),
    ['events_per_day', usage?.eventsOfDay ?? 0],
    ['events_per_month', usage?.eventsOfMonth ?? 0],
    ['backlog', await countBacklog(database, idFromUuid('org', id), most)],
  ]);
}

function report(shown: readonly Shown[]): string {
  if (shown.length === 0) return 'No organization has quotas of its own.\n';
  return shown
    .map(({ id, name, quotas }) => {
      const lines = quotas.map((quota) => [
        `  ${quota.name}`,
        quota.used?.toLocaleString('en') ?? '–',
        quota.limit?.toLocaleString('en') ?? 'no limit',
        quota.own ? 'own' : 'default',
      ]);
      return `${name} (${id})\n${columns([['  quota', 'used', 'limit', 'set'], ...lines])}`;
    })
    .join('\n');
}
