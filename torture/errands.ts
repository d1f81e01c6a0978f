import type { Database } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import type { Caller } from './caller.ts';
import type { Verdicts } from './verdicts.ts';
import type { World } from './world.ts';

/** Long work that is under way when the kills come: a replay, an import, and the erasure of a person. */
export interface Errands {
  /** Whether a job of this kind is being carried out now. */
  running(kind: string): Promise<boolean>;
  /** Waits until all of it is done, and checks it. */
  check(verdicts: Verdicts): Promise<void>;
}

interface Parts {
  readonly caller: Caller;
  /** Of now: it may have been started anew. */
  readonly connect: () => Database;
  readonly world: World;
  /** Lines of the file that is imported. */
  readonly lines: number;
  readonly withReplay: boolean;
  /** Publishes one event through each node, and resolves when each of them knows of the webhook "late". */
  readonly untilLateIsKnown: () => Promise<void>;
}

const endsWithinMs = 180_000;
const replaysPerSecond = 400;
/** What nobody else has in any text. */
const marked = (round: number) => `leaver-of-round-${round}`;

export interface Leaver {
  readonly id: string;
  readonly text: string;
}

/** Somebody with a profile, an account and a history, in a campaign of their own. To be called before the load. */
export async function makeLeaver(caller: Caller, round: number): Promise<Leaver> {
  const text = marked(round);
  const { id: campaign } = await caller.must<{ id: string }>('POST', '/v1/campaigns', {
    name: `Farewell ${round}`,
  });
  const { id } = await caller.must<{ id: string }>('POST', '/v1/participants', {
    external_id: text,
    email: `${text}@gone.example`,
    first_name: text,
    accounts: [{ platform: 'x', name: `@${text}` }],
  });
  for (let n = 0; n < 20; n++) {
    await caller.must('POST', `/v1/campaigns/${campaign}/points`, {
      participant: { external_id: text },
      amount: 1,
      reference: `gift ${n}`,
      cause: 'api',
    });
  }
  return { id, text };
}

/** Begins all of it; each may be asked for while everything is being killed. */
export async function beginErrands(parts: Parts, leaver: Leaver): Promise<Errands> {
  const { caller, connect, world, lines } = parts;
  const { round } = world;
  const { id: campaign } = await caller.must<{ id: string }>('POST', '/v1/campaigns', {
    name: `Import ${round}`,
  });
  const file = Array.from({ length: lines }, (_, n) => `imported-${round}-${n},${1 + (n % 7)},line-${n}`);
  const sum = file.reduce((total, _, n) => total + 1 + (n % 7), 0);
  const { id: importJob } = await caller.must<{ id: string }>(
    'POST',
    `/v1/imports/points?campaign_id=${campaign}`,
    undefined,
    { csv: `${['external_id,amount,reference', ...file].join('\r\n')}\r\n`, key: `import-${round}` },
  );
  await begun(caller, `/v1/participants/${leaver.id}/erasure`, {});
  if (parts.withReplay) await beginReplay(parts);

  return {
    async running(kind) {
      const database = connect();
      try {
        const { rows } = await database.pool.query<{ running: boolean }>(
          `select exists (select from jobs where state = 'running' and kind like $1) as running`,
          [`%${kind}%`],
        );
        return rows[0]?.running === true;
      } catch {
        return false;
      } finally {
        await database.close();
      }
    },

    async check(verdicts) {
      if (parts.withReplay) await checkReplay(caller, world, verdicts);
      await checkImport(parts, { job: importJob, campaign, sum }, verdicts);
      await checkErasure(parts, leaver, verdicts);
    },
  };
}

/** A webhook becomes active in the middle of a round, and is sent what it missed. */
async function beginReplay({ caller, world, untilLateIsKnown }: Parts): Promise<void> {
  const { webhooks, openedAt } = world;
  await caller.must('PATCH', `/v1/webhooks/${webhooks.late}`, { status: 'active' });
  // Other nodes hear of it a moment later. What they accept until then is missing, and must lie before the replay's end.
  await untilLateIsKnown();
  await begunOnce(caller, `/v1/webhooks/${webhooks.late}/replays`, {
    only: 'missing',
    since: new Date(openedAt - 1_000).toISOString(),
    event_types: ['trigger.fired'],
    rate_per_second: replaysPerSecond,
  });
}

async function checkReplay(caller: Caller, { webhooks }: World, verdicts: Verdicts): Promise<void> {
  const { data: replays } = await caller.must<{ data: { id: string }[] }>(
    'GET',
    `/v1/webhooks/${webhooks.late}/replays`,
  );
  for (const { id } of replays) {
    const { state, error } = await jobEnd(caller, `/v1/replays/${id}`);
    verdicts.add('replay', 1, state === 'done' ? [] : [`${id} is ${state}: ${error}`]);
  }
}

interface ShownJob {
  readonly state: string;
  readonly error: string | null;
  readonly progress: { readonly done: number; readonly refused: number };
}

function jobEnd(caller: Caller, path: string): Promise<ShownJob> {
  return waitFor(
    async () => {
      const job = await caller.must<ShownJob>('GET', path);
      return ['queued', 'running'].includes(job.state) ? null : job;
    },
    { timeoutMs: endsWithinMs, what: `the end of ${path}` },
  );
}

/** Asked for until it is answered; that it had begun already is no fault. */
async function begun(caller: Caller, path: string, body: object): Promise<void> {
  const { status, body: answer, unanswered } = await caller.ask('POST', path, body);
  if (status < 300 || (unanswered > 0 && status === 409)) return;
  throw new Error(`POST ${path}: ${status} ${JSON.stringify(answer)}`);
}

/** A second replay would send nothing, as the first one leaves nothing missing; it would only take longer. */
async function begunOnce(caller: Caller, path: string, body: object): Promise<void> {
  const answered = await caller.ask('POST', path, body);
  if (answered.status >= 300 && answered.unanswered === 0) {
    throw new Error(`POST ${path}: ${answered.status} ${JSON.stringify(answered.body)}`);
  }
}

async function checkImport(
  { caller, connect, lines }: Parts,
  { job, campaign, sum }: { readonly job: string; readonly campaign: string; readonly sum: number },
  verdicts: Verdicts,
): Promise<void> {
  const { state, error, progress } = await jobEnd(caller, `/v1/jobs/${job}`);
  const wrong: string[] = [];
  if (state !== 'done' || progress.done !== lines || progress.refused !== 0) {
    wrong.push(
      `the import is ${state}, ${progress.done} of ${lines} lines, ${progress.refused} refused: ${error}`,
    );
  }
  const database = connect();
  try {
    const { rows } = await database.pool.query<{ people: number; sum: number; entries: number }>(
      `select count(distinct l.participant_id)::int as people, sum(l.amount)::float8 as sum, count(*)::int as entries
         from ledger l join campaigns c on c.id = l.campaign_id where c.name = $1`,
      [(await caller.must<{ name: string }>('GET', `/v1/campaigns/${campaign}`)).name],
    );
    const found = rows[0];
    if (found?.entries !== lines || found.people !== lines || found.sum !== sum) {
      wrong.push(`expected ${lines} entries of ${sum} points, found ${JSON.stringify(found)}`);
    }
  } finally {
    await database.close();
  }
  verdicts.add('import', lines, wrong);
}

async function checkErasure({ caller, connect }: Parts, leaver: Leaver, verdicts: Verdicts): Promise<void> {
  await waitFor(
    async () =>
      (await caller.must<{ finished_at: string | null }>('GET', `/v1/participants/${leaver.id}/erasure`))
        .finished_at !== null,
    { timeoutMs: endsWithinMs, what: 'the erasure to finish' },
  );
  const database = connect();
  try {
    const found = await tablesThatHold(database, leaver.text);
    verdicts.add(
      'erasure',
      1,
      found.map((table) => `${table} still holds "${leaver.text}"`),
    );
  } finally {
    await database.close();
  }
}

/** Looks into every row of every table, whatever its columns. */
async function tablesThatHold(database: Database, text: string): Promise<string[]> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.pool.query<{ held: boolean }>(
      `select exists (select from ${name} t where t::text like '%' || $1 || '%') as held`,
      [text],
    );
    if (rows[0]?.held === true) found.push(name);
  }
  return found;
}
