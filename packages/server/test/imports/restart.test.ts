import { createTestDatabase, type TestDatabase, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Campaigns } from '../../src/campaigns/index.ts';
import { createClosing } from '../../src/closing.ts';
import { compose } from '../../src/composition.ts';
import { newId, type OrganizationId, uuidOf } from '../../src/ids.ts';
import { createImports, type Imports } from '../../src/imports/index.ts';
import { createJobs, type Job, type JobHandler, type Jobs } from '../../src/jobs/index.ts';
import { nodeForTests } from '../http/harness.ts';

const clock = { now: () => Date.now() };
const rows = 30_000;
const pointRows = 4_000;

let test: TestDatabase;
let organization: OrganizationId;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  organization = newId('org');
  const { pool } = test.database;
  await pool.query('insert into organizations (id, name) values ($1, $2)', [uuidOf(organization), 'Harbour']);
  await pool.query(
    'insert into communities (id, organization_id, name, is_default) values ($1, $2, $3, true)',
    [uuidOf(newId('com')), uuidOf(organization), 'Harbour'],
  );
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await test.drop();
});

interface ImportNode {
  readonly jobs: Jobs;
  readonly imports: Imports;
  readonly campaigns: Campaigns;
  /** From now on its steps do their work, and nobody hears of it: as if it lost power right after. */
  die(): void;
  /** Whether it died in a step. */
  isDead(): boolean;
}

async function node(): Promise<ImportNode> {
  let dead = false;
  let lost = false;
  const { database } = test;
  const parts = createClosing((_name, error) => {
    throw error;
  });
  const { rules, campaigns, actions, people } = await compose(nodeForTests(database, { clock }), parts);
  const jobs = createJobs({
    database,
    clock,
    alone: false,
    log: { info: () => {}, warn: () => {} },
    leaseMs: 1_000,
    pollMs: 20,
  });
  /** What a transaction that is under way when its client dies comes to; and the client says nothing more. */
  const unheard = (handler: JobHandler): JobHandler => {
    if ('step' in handler) {
      return {
        async step(job) {
          const step = await handler.step(job);
          return dead ? loseLease(job.uuid) : step;
        },
      };
    }
    return {
      async stepWithin(job, transaction) {
        const step = await handler.stepWithin(job, transaction);
        return dead ? loseLease(job.uuid) : step;
      },
    };
  };
  async function loseLease(job: string): Promise<never> {
    // Its lease goes on for a while, and it holds it no more.
    await database.pool.query(
      `update jobs set lease = gen_random_uuid(), due_at = now() + interval '1 hour' where id = $1`,
      [job],
    );
    lost = true;
    throw new Error('the node is dead');
  }
  const imports = createImports({
    isFull: () => false,
    database,
    jobs: { ...jobs, register: (kind, handler) => jobs.register(kind, unheard(handler)) },
    campaignRules: rules,
    actions,
    people,
    clock,
  });
  await jobs.start();
  closing.push(
    () => parts.closeAll(),
    () => jobs.stop(),
  );
  return {
    jobs,
    imports,
    campaigns,
    die: () => {
      dead = true;
    },
    isDead: () => lost,
  };
}

async function* file(header: string, count: number, line: (n: number) => string): AsyncGenerator<Buffer> {
  yield Buffer.from(`${header}\n`);
  for (let n = 0; n < count; n += 1_000) {
    let piece = '';
    for (let at = n; at < Math.min(count, n + 1_000); at++) piece += `${line(at)}\n`;
    yield Buffer.from(piece);
  }
}

/** Kills the node in the middle of the job, and lets its lease end. */
async function killInTheMiddle({ jobs, die, isDead }: ImportNode, { id }: Job, total: number): Promise<void> {
  await waitFor(async () => (await jobs.get(organization, id)).done > 0, { what: 'the first step' });
  die();
  await waitFor(isDead, { what: 'the node to die in a step', timeoutMs: 20_000 });
  await jobs.stop();
  expect((await jobs.get(organization, id)).done).toBeLessThan(total);
  await test.database.pool.query('update jobs set due_at = now() where id = $1', [uuidOf(id)]);
}

const ended = (jobs: Jobs, { id }: Job) =>
  waitFor(
    async () => {
      const job = await jobs.get(organization, id);
      return job.finishedAt === null ? null : job;
    },
    { what: 'the end of the import', timeoutMs: 30_000 },
  );

async function count(text: string): Promise<number> {
  const found = await test.database.pool.query<{ count: number }>(`select ${text}`, [uuidOf(organization)]);
  return found.rows[0]?.count ?? 0;
}

it('an import of participants whose node dies is ended by another: no line twice, none lost', async () => {
  const first = await node();
  const { job } = await first.imports.participants({
    organizationId: organization,
    name: null,
    key: null,
    body: file('external_id,email', rows, (n) => `p${n},${n % 1_000 === 0 ? 'wrong' : `p${n}@example.com`}`),
  });
  await killInTheMiddle(first, job, rows);

  const second = await node();
  const refused = rows / 1_000;
  expect(await ended(second.jobs, job)).toMatchObject({
    state: 'done',
    total: rows,
    done: rows,
    refused,
    counts: { created: rows - refused, updated: 0, unchanged: 0 },
  });
  expect(
    await count(
      `count(distinct external_id)::int as count from participants where organization_id = $1 and external_id like 'p%'`,
    ),
  ).toBe(rows - refused);
  expect((await second.jobs.refusals(organization, job.id, null, 1_000)).map(({ line }) => line)).toEqual(
    Array.from({ length: refused }, (_, n) => n * 1_000 + 2),
  );
  expect((await test.database.pool.query('select from import_chunks')).rowCount).toBe(0);
  await second.jobs.stop();
}, 60_000);

it('an import of points whose node dies is ended by another: everything is booked and told, and once', async () => {
  const first = await node();
  const campaign = await first.campaigns.create(organization, 'Season');
  const { job } = await first.imports.points({
    organizationId: organization,
    campaignId: campaign.id,
    name: 'march',
    key: null,
    body: file('external_id,amount', pointRows, (n) => `q${n % 500},1.25`),
  });
  await killInTheMiddle(first, job, pointRows);

  const second = await node();
  const end = await ended(second.jobs, job);
  expect(end).toMatchObject({ state: 'done', total: pointRows, done: pointRows, refused: 0 });
  const { booked = 0, repeated = 0 } = end.counts;
  expect(booked + repeated).toBe(pointRows);
  // What the dead node did last it could not tell of.
  expect(repeated).toBeGreaterThan(0);
  const ledger = `from ledger where organization_id = $1 and cause like 'csv:march:%'`;
  expect(await count(`count(*)::int as count ${ledger}`)).toBe(pointRows);
  expect(await count('(sum(total) * 100)::int as count from participations where organization_id = $1')).toBe(
    pointRows * 125,
  );
  expect(
    await count(`count(*)::int as count from events where organization_id = $1 and type = 'points.issued'`),
  ).toBe(pointRows);
}, 60_000);
