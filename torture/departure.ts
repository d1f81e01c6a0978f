import type { Database } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { openAccounts } from '../packages/server/src/accounts/index.ts';
import { uuidOf } from '../packages/server/src/ids.ts';
import type { Caller } from './caller.ts';
import type { Verdicts } from './verdicts.ts';

/** An organization with a history, which is deleted while everything is being killed. */
export interface Departure {
  /** Asks for the deletion. Two minutes pass before its rows go. */
  begin(): Promise<void>;
  check(verdicts: Verdicts): Promise<void>;
}

const name = 'Departing';
const events = 3_000;
const eventsPerRequest = 500;
const endsWithinMs = 240_000;

export async function prepareDeparture(caller: Caller, connect: () => Database): Promise<Departure> {
  const { organization, token } = await makeOrganization(connect);
  for (let n = 0; n < events; n += eventsPerRequest) {
    await caller.must(
      'POST',
      '/v1/events',
      Array.from({ length: eventsPerRequest }, (_, index) => ({
        type: 'trigger.fired',
        participant: { external_id: `departing-${n + index}` },
        data: { trigger: { id: 'till' }, value: 1 },
      })),
      { token },
    );
  }
  return {
    async begin() {
      const { status, body, unanswered } = await caller.ask(
        'POST',
        '/v1/organization/deletion',
        { confirm: name },
        { token },
      );
      // Its tokens go in the same transaction: whoever asks again because nobody answered is not known any more.
      if (status < 300 || (unanswered > 0 && status === 401)) return;
      throw new Error(`The deletion was answered with ${status}: ${JSON.stringify(body)}`);
    },

    async check(verdicts) {
      let left: readonly string[] = [];
      await waitFor(
        async () => {
          const database = connect();
          try {
            left = await tablesWithRowsOf(database, organization);
            return left.length === 0;
          } finally {
            await database.close();
          }
        },
        { timeoutMs: endsWithinMs, what: 'the rows of the deleted organization to be gone' },
      ).catch(() => {});
      verdicts.add(
        'deletion',
        events,
        left.map((table) => `${table} still has rows of it`),
      );
    },
  };
}

async function makeOrganization(connect: () => Database): Promise<{ organization: string; token: string }> {
  const database = connect();
  try {
    const accounts = await openAccounts({
      database,
      mostTokens: () => null,
      clock: { now: () => Date.now() },
    });
    const { id } = await accounts.createOrganization(name);
    const { text } = await accounts.createToken(id, { name: 'Torture', expiresAt: null });
    await accounts.close();
    return { organization: uuidOf(id), token: text };
  } finally {
    await database.close();
  }
}

async function tablesWithRowsOf(database: Database, organization: string): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string; column: string }>(
    `select c.relname as name, a.attname as column
       from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and (a.attname = 'organization_id' or (c.relname = 'organizations' and a.attname = 'id'))`,
  );
  const found: string[] = [];
  for (const { name: table, column } of rows) {
    const { rows: held } = await database.pool.query<{ held: boolean }>(
      `select exists (select from ${table} where ${column} = $1) as held`,
      [organization],
    );
    if (held[0]?.held === true) found.push(table);
  }
  return found;
}
