import { createTestDatabase, type TestDatabase, waitFor } from '@fanfare/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type OrganizationId, uuidOf } from '../../src/ids.ts';
import { createJobs, type Job, type JobHandler, type Jobs, type NewJob } from '../../src/jobs/index.ts';
import { Problem } from '../../src/problems.ts';

let test: TestDatabase;
const opened: Jobs[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.pool.query('create table tally (job uuid, n int)');
});
afterAll(async () => {
  for (const jobs of opened) await jobs.stop();
  await test.drop();
});

/** A node that carries out these kinds. */
async function node(handlers: Readonly<Record<string, JobHandler>>, leaseMs = 30_000): Promise<Jobs> {
  const jobs = createJobs({
    database: test.database,
    clock: { now: () => Date.now() },
    alone: false,
    log: { info: () => {}, warn: () => {} },
    leaseMs,
    pollMs: 20,
  });
  for (const [kind, handler] of Object.entries(handlers)) jobs.register(kind, handler);
  await jobs.start();
  opened.push(jobs);
  return jobs;
}

async function organization(): Promise<OrganizationId> {
  const id = newId('org');
  await test.database.pool.query('insert into organizations (id, name) values ($1, $2)', [
    uuidOf(id),
    'Harbour',
  ]);
  return id;
}

async function asked(jobs: Jobs, kind: string, more: Partial<NewJob> = {}): Promise<Job> {
  const organizationId = more.organizationId ?? (await organization());
  return (await jobs.enqueue({ kind, params: {}, ...more, organizationId })).job;
}

const ended = (jobs: Jobs, job: Job) =>
  waitFor(
    async () => {
      const now = await jobs.get(job.organizationId, job.id);
      return now.finishedAt === null ? null : now;
    },
    { what: 'the end of the job' },
  );

/** Counts from 0 up to `params.to`, each number in the transaction that writes the cursor. */
const counting: JobHandler = {
  async stepWithin({ uuid, cursor, params }, transaction) {
    const n = Number(cursor ?? 0);
    await transaction.query({ text: 'insert into tally values ($1, $2)', values: [uuid, n] });
    return {
      cursor: n + 1,
      done: 1,
      counts: { even: n % 2 === 0 ? 1 : 0 },
      finished: n + 1 === params['to'],
    };
  },
};

async function tallied(job: Job): Promise<number[]> {
  const { rows } = await test.database.pool.query<{ n: number }>(
    'select n from tally where job = $1 order by n',
    [job.uuid],
  );
  return rows.map(({ n }) => n);
}

describe('a job', () => {
  it('begins at once, goes step by step, and says how far it is', async () => {
    const jobs = await node({ counting });
    const job = await asked(jobs, 'counting', { params: { to: 5 }, total: 5 });
    expect(job).toMatchObject({ state: 'queued', total: 5, done: 0, startedAt: null });
    expect(await ended(jobs, job)).toMatchObject({
      state: 'done',
      done: 5,
      refused: 0,
      counts: { even: 3 },
      error: null,
    });
    expect(await tallied(job)).toEqual([0, 1, 2, 3, 4]);
  });

  it('of a kind that no node knows waits', async () => {
    const jobs = await node({ counting });
    const job = await asked(jobs, 'unheard_of');
    await ended(jobs, await asked(jobs, 'counting', { params: { to: 1 } }));
    expect((await jobs.get(job.organizationId, job.id)).state).toBe('queued');
  });

  it('reports what it refused in the order of lines, several faults of a line as one refused thing', async () => {
    const reasons = (line: number) => ({ line, field: 'email', reason: 'Found none.', excerpt: 'a,b' });
    const jobs = await node({
      refusing: {
        step: async () => ({
          cursor: null,
          done: 3,
          refusals: [reasons(7), reasons(7), reasons(3)],
          finished: true,
        }),
      },
    });
    const job = await asked(jobs, 'refusing');
    expect(await ended(jobs, job)).toMatchObject({ done: 3, refused: 2 });
    const first = await jobs.refusals(job.organizationId, job.id, null, 2);
    expect(first.map(({ line, number }) => [line, number])).toEqual([
      [3, 0],
      [7, 0],
    ]);
    const rest = await jobs.refusals(job.organizationId, job.id, { line: 7, number: 0 }, 10);
    expect(rest.map(({ line, number }) => [line, number])).toEqual([[7, 1]]);
  });

  it('that meets a problem fails with its words', async () => {
    const jobs = await node({
      unlucky: { step: () => Promise.reject(new Problem('conflict', 'The campaign is gone.')) },
    });
    expect(await ended(jobs, await asked(jobs, 'unlucky'))).toMatchObject({
      state: 'failed',
      error: 'The campaign is gone.',
    });
  });

  it('whose step breaks is tried again from where it stood', async () => {
    let broken = 0;
    const jobs = await node({
      shaky: {
        async step({ cursor }) {
          if (cursor === 1 && broken++ === 0) throw new Error('a slip of ours');
          const at = Number(cursor ?? 0) + 1;
          return { cursor: at, done: 1, finished: at === 2 };
        },
      },
    });
    expect(await ended(jobs, await asked(jobs, 'shaky'))).toMatchObject({ state: 'done', done: 2 });
    expect(broken).toBe(2);
  });
});

describe('cancelling', () => {
  it('ends a job that waits at once', async () => {
    const jobs = await node({ counting });
    const job = await asked(jobs, 'unheard_of');
    expect(await jobs.cancel(job.organizationId, job.id)).toMatchObject({
      state: 'cancelled',
      cancelling: false,
    });
    expect(await jobs.cancel(job.organizationId, job.id)).toMatchObject({ state: 'cancelled' });
  });

  it('ends a running job after the step under way, and what was done stays', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const jobs = await node({
      slow: {
        async step({ cursor }) {
          await gate;
          return { cursor: Number(cursor ?? 0) + 1, done: 1, finished: false };
        },
      },
    });
    const job = await asked(jobs, 'slow');
    await waitFor(async () => (await jobs.get(job.organizationId, job.id)).state === 'running', {
      what: 'the start',
    });
    expect(await jobs.cancel(job.organizationId, job.id)).toMatchObject({
      state: 'running',
      cancelling: true,
    });
    go();
    expect(await ended(jobs, job)).toMatchObject({ state: 'cancelled', done: 1, cancelling: false });
  });

  it('a job that has ended is refused', async () => {
    const jobs = await node({ counting });
    const job = await ended(jobs, await asked(jobs, 'counting', { params: { to: 1 } }));
    await expect(jobs.cancel(job.organizationId, job.id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a job that pauses between its steps', () => {
  it('goes on by itself, soon after its pause, and leaves its place to others meanwhile', async () => {
    const at: number[] = [];
    const jobs = await node({
      resting: {
        paced: true,
        async step({ cursor }) {
          at.push(performance.now());
          const next = Number(cursor ?? 0) + 1;
          return { cursor: next, done: 1, finished: next === 3, pauseMs: 100 };
        },
      },
    });
    const job = await asked(jobs, 'resting');
    const before = await waitFor(async () => (await jobs.get(job.organizationId, job.id)).done === 1, {
      what: 'the first step',
    });
    expect(before).toBe(true);
    const { rows } = await test.database.pool.query('select lease from jobs where id = $1', [job.uuid]);
    expect(rows).toEqual([{ lease: null }]);
    expect(await ended(jobs, job)).toMatchObject({ state: 'done', done: 3 });
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(99);
  });

  it('does not wait for a place that long work holds', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const jobs = await node({
      endless_work: {
        async step() {
          await gate;
          return { cursor: null, done: 1, finished: true };
        },
      },
      quick: { paced: true, step: async () => ({ cursor: null, done: 1, finished: true }) },
    });
    const long = [await asked(jobs, 'endless_work'), await asked(jobs, 'endless_work')];
    for (const job of long) {
      await waitFor(async () => (await jobs.get(job.organizationId, job.id)).state === 'running', {
        what: 'both places to be taken',
      });
    }
    expect((await ended(jobs, await asked(jobs, 'quick'))).state).toBe('done');
    go();
    for (const job of long) await ended(jobs, job);
  });
});

describe('pausing', () => {
  it('ends with the step under way, and resuming goes on from there', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const jobs = await node({
      pausable: {
        async step({ cursor }) {
          if (cursor === null) await gate;
          const at = Number(cursor ?? 0) + 1;
          return { cursor: at, done: 1, finished: at === 3 };
        },
      },
    });
    const job = await asked(jobs, 'pausable');
    const now = () => jobs.get(job.organizationId, job.id);
    await waitFor(async () => (await now()).state === 'running', { what: 'the start' });
    expect(await jobs.pause(job.organizationId, job.id)).toMatchObject({ state: 'running', paused: true });
    go();
    await waitFor(async () => (await now()).done === 1, { what: 'the step under way' });
    const other = await asked(jobs, 'pausable');
    await ended(jobs, other);
    expect(await now()).toMatchObject({ done: 1, paused: true });
    await jobs.resume(job.organizationId, job.id);
    expect(await ended(jobs, job)).toMatchObject({ state: 'done', done: 3, paused: false });
    await expect(jobs.pause(job.organizationId, job.id)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('keeps a job that waits from beginning, and a paused one can be cancelled', async () => {
    const jobs = await node({ counting });
    const idle = createJobs({
      database: test.database,
      clock: { now: () => Date.now() },
      alone: false,
      log: { info: () => {}, warn: () => {} },
    });
    const job = await asked(idle, 'counted_later', { params: { to: 1 } });
    await idle.pause(job.organizationId, job.id);
    const later = await node({ counted_later: counting });
    await ended(jobs, await asked(jobs, 'counting', { params: { to: 1 } }));
    expect(await later.get(job.organizationId, job.id)).toMatchObject({ state: 'queued', paused: true });
    expect(await later.cancel(job.organizationId, job.id)).toMatchObject({
      state: 'cancelled',
      paused: false,
    });
  });
});

describe('a job about something', () => {
  it('is the only open one of its kind about it, and runs beside those about other things', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const jobs = await node({
      about: {
        async step() {
          await gate;
          return { cursor: null, done: 1, finished: true };
        },
      },
    });
    const organizationId = await organization();
    const first = await asked(jobs, 'about', { organizationId, subject: 'north' });
    const second = await asked(jobs, 'about', { organizationId, subject: 'south' });
    for (const job of [first, second]) {
      await waitFor(async () => (await jobs.get(organizationId, job.id)).state === 'running', {
        what: 'both to run',
      });
    }
    const again = () => jobs.enqueue({ organizationId, kind: 'about', params: {}, subject: 'north' });
    await expect(again()).rejects.toMatchObject({ code: 'conflict' });
    go();
    await ended(jobs, first);
    const third = (await again()).job;
    await ended(jobs, third);
    const filter = { kind: 'about', state: null, subject: 'north' };
    const listed = await jobs.list(organizationId, filter, null, 10);
    expect(listed.map(({ id }) => id)).toEqual([third.id, first.id]);
  });

  it('tells its kind of its cancellation in the transaction that ends it, whoever does', async () => {
    await test.database.pool.query('create table ended_jobs (job uuid)');
    const known = async (job: Job) =>
      (await test.database.pool.query('select from ended_jobs where job = $1', [job.uuid])).rowCount;
    let go: () => void = () => {};
    let begun = 0;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const telling: JobHandler = {
      async stepWithin({ cursor }) {
        begun += 1;
        await gate;
        return { cursor, done: 1, finished: false };
      },
      async cancelled({ uuid }, transaction) {
        await transaction.query({ text: 'insert into ended_jobs values ($1)', values: [uuid] });
      },
    };
    const jobs = await node({ telling });
    const organizationId = await organization();
    const running = await asked(jobs, 'telling', { organizationId });
    await waitFor(() => begun === 1, { what: 'the step' });
    const waiting = await asked(jobs, 'telling', { organizationId });
    await jobs.cancel(organizationId, waiting.id);
    expect(await known(waiting)).toBe(1);
    await jobs.cancel(organizationId, running.id);
    expect(await known(running)).toBe(0);
    go();
    expect((await ended(jobs, running)).state).toBe('cancelled');
    expect(await known(running)).toBe(1);
  });
});

describe('several nodes', () => {
  it('go on where a dead one stopped, and its late step changes nothing', async () => {
    let wakeTheDead: () => void = () => {};
    const asleep = new Promise<void>((resolve) => {
      wakeTheDead = resolve;
    });
    let stuck = 0;
    // Holds the job without renewing its lease, as a process that was stopped would, and then comes back.
    const dead = await node({
      passed_on: {
        async stepWithin(job, transaction) {
          if (job.cursor === 2) {
            stuck += 1;
            await asleep;
          }
          if (!('stepWithin' in counting)) throw new Error('counting is done in transactions');
          return counting.stepWithin(job, transaction);
        },
      },
    });
    const job = await asked(dead, 'passed_on', { params: { to: 6 } });
    await waitFor(() => stuck === 1, { what: 'the node to be stuck' });
    const heir = await node({ passed_on: counting });
    // The dead one is still there to take it again, and gets stuck again; sooner or later the heir is the first.
    await waitFor(
      async () => {
        await test.database.pool.query(
          `update jobs set due_at = now() - interval '1 second' where id = $1 and state = 'running'`,
          [uuidOf(job.id)],
        );
        return (await heir.get(job.organizationId, job.id)).finishedAt !== null;
      },
      { what: 'the heir to go on', timeoutMs: 20_000 },
    );
    expect(await ended(heir, job)).toMatchObject({ state: 'done', done: 6 });
    wakeTheDead();
    await dead.stop();
    expect(await tallied(job)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await heir.get(job.organizationId, job.id)).toMatchObject({ state: 'done', done: 6 });
  });

  it('a node that stops gives its jobs back at once', async () => {
    let steps = 0;
    const endless: JobHandler = {
      async step({ cursor }) {
        steps += 1;
        return { cursor: Number(cursor ?? 0) + 1, done: 1, finished: false };
      },
    };
    const first = await node({ endless });
    const job = await asked(first, 'endless');
    await waitFor(() => steps > 3, { what: 'a few steps' });
    await first.stop();
    const { done } = await first.get(job.organizationId, job.id);
    expect(done).toBe(steps);
    const second = await node({
      endless: {
        step: async ({ cursor }) => ({ cursor, done: 0, counts: { from: Number(cursor) }, finished: true }),
      },
    });
    expect(await ended(second, job)).toMatchObject({ state: 'done', done, counts: { from: done } });
  });

  it("carry out one organization's jobs of a kind one after the other, in the order they were asked for", async () => {
    const order: string[] = [];
    let atOnce = 0;
    let most = 0;
    const handler: JobHandler = {
      async step({ id, cursor }) {
        most = Math.max(most, ++atOnce);
        await test.database.ping();
        atOnce -= 1;
        if (cursor === null) order.push(id);
        return { cursor: Number(cursor ?? 0) + 1, done: 1, finished: cursor === 3 };
      },
    };
    const nodes = [await node({ one_by_one: handler }), await node({ one_by_one: handler })];
    const [jobs = nodes[1]] = nodes;
    if (jobs === undefined) throw new Error('there are two nodes');
    const organizationId = await organization();
    const all: Job[] = [];
    for (let n = 0; n < 4; n++) all.push(await asked(jobs, 'one_by_one', { organizationId }));
    for (const job of all) expect((await ended(jobs, job)).done).toBe(4);
    expect(order).toEqual(all.map(({ id }) => id));
    expect(most).toBe(1);
  });
});

describe('a key', () => {
  const key = (text: string, content: string) => ({ text, fingerprint: Buffer.from(content) });

  it('makes one job of several requests at once', async () => {
    const jobs = await node({ counting });
    const organizationId = await organization();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        jobs.enqueue({ organizationId, kind: 'counting', params: { to: 2 }, key: key('monday', 'same') }),
      ),
    );
    expect(new Set(answers.map(({ job }) => job.id)).size).toBe(1);
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
  });

  it('that came with something else is refused', async () => {
    const jobs = await node({ counting });
    const job = { organizationId: await organization(), kind: 'counting', params: { to: 1 } };
    await jobs.enqueue({ ...job, key: key('k', 'one') });
    await expect(jobs.enqueue({ ...job, key: key('k', 'another') })).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    });
  });
});
