/**
 * Does the leaderboard cost the same with a million participants as with ten thousand? Campaigns of 10,000, 100,000 and
 * 1,000,000 participants in one database, in three shapes: totals spread over a wide range, everybody with the same
 * total, and everybody with the same whole part and a fraction of their own. In each, in turn:
 *
 * - the snapshot: what a batch of 100 actions reads and moves of the leaderboard, `read_ranks` of the totals before and
 *   after and `move_leaderboard_counts`, in a transaction;
 * - the routes: the first page, a page in the middle, and one participant.
 *
 * The figures are medians, beside their ratio to 10,000 participants. Before anything is measured, positions are held
 * against counting the participants themselves.
 *
 *   npm run bench:leaderboard -- [--largest 1000000] [--rounds 30]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createActivity } from '../packages/server/src/campaigns/index.ts';
import { counterDeltas } from '../packages/server/src/campaigns/rules/index.ts';
import { exact } from '../packages/server/src/campaigns/rules/points.ts';
import {
  type CampaignId,
  idFromUuid,
  newId,
  type OrganizationId,
  uuidOf,
} from '../packages/server/src/ids.ts';
import {
  migrate,
  moveLeaderboardCounts,
  openDatabase,
  readRanks,
  startEmbeddedServer,
} from '../packages/server/src/storage/index.ts';
import { machine } from './machine.ts';
import { median } from './percentile.ts';

const { values: flags } = parseArgs({
  options: {
    largest: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '30' },
  },
});
const largest = Number(flags.largest);
const rounds = Number(flags.rounds);
const sizes = [10_000, 100_000, 1_000_000].filter((size) => size <= largest);
const movers = 100;
const pageSize = 50;

/** How a participant's total follows from their number, as SQL. */
const shapes = {
  'spread out': '(n * 7919::bigint % 10000000)::numeric / 100 + 1',
  'all the same': '100',
  'same whole part': '100 + (n * 7919::bigint % 10000)::numeric / 10000',
} as const;
type Shape = keyof typeof shapes;

interface Board {
  readonly id: CampaignId;
  readonly size: number;
  readonly shape: Shape;
}

const dataDir = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
const server = await startEmbeddedServer({ dataDir, log: () => {} });
const database = openDatabase({ connectionString: server.connectionString });
await migrate(database);
const organization: OrganizationId = newId('org');

async function writePeople(): Promise<void> {
  await onOne([
    ['insert into organizations (id, name) values ($1, $2)', [uuidOf(organization), 'Bench']],
    [
      'insert into communities (id, organization_id, name, is_default) values ($1, $2, $3, true)',
      [uuidOf(newId('com')), uuidOf(organization), 'Bench'],
    ],
    [
      `insert into participants (id, organization_id, external_id, first_name)
       select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, 'customer-' || n, 'Customer'
         from generate_series(1, $2::int) n`,
      [uuidOf(organization), largest],
    ],
  ]);
}

/** Participants of one campaign, and the counts that their totals make. */
async function writeBoard(size: number, shape: Shape): Promise<Board> {
  const id = newId('cmp');
  await onOne([
    [
      `insert into campaigns (id, organization_id, community_id, name)
       select $1, organization_id, id, $2 from communities`,
      [uuidOf(id), `${shape}, ${size}`],
    ],
    [
      `insert into participations (organization_id, campaign_id, participant_id, joined_at, total)
       select $1, $2, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now(), ${shapes[shape]}
         from generate_series(1, $3::int) n`,
      [uuidOf(organization), uuidOf(id), size],
    ],
  ]);
  const totals = await database.pool.query<{ total: string; count: number }>(
    'select total::text, count(*)::int from participations where campaign_id = $1 group by 1',
    [uuidOf(id)],
  );
  const counts = new Map<string, { level: number; prefix: number; digit: number; delta: number }>();
  for (const { total, count } of totals.rows) {
    for (const { level, prefix, digit } of counterDeltas(exact(0), exact(total))) {
      const key = `${level} ${prefix} ${digit}`;
      const known = counts.get(key) ?? { level, prefix, digit, delta: 0 };
      known.delta += count;
      counts.set(key, known);
    }
  }
  const all = [...counts.values()].map((row) => ({ ...row, campaignId: id }));
  for (let from = 0; from < all.length; from += 10_000) {
    await moveLeaderboardCounts(database.pool, all.slice(from, from + 10_000));
  }
  return { id, size, shape };
}

/** One connection, without foreign keys: what is written here is whole by construction. */
async function onOne(statements: readonly (readonly [string, readonly unknown[]])[]): Promise<void> {
  const client = await database.pool.connect();
  try {
    await client.query("set session_replication_role = replica; set statement_timeout = '10min'");
    for (const [text, values] of statements) await client.query({ text, values: [...values] });
  } finally {
    client.release(true);
  }
}

async function someTotals({ id }: Board, count: number): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ total: string }>(
    'select total::text from participations tablesample bernoulli (20) where campaign_id = $1 limit $2',
    [uuidOf(id), count],
  );
  return rows.map(({ total }) => total);
}

/** Positions by the counts against positions by counting. */
async function check(board: Board): Promise<void> {
  const totals = await someTotals(board, 5);
  const ranks = await readRanks(
    database.hotPool,
    totals.map((total) => ({ campaignId: board.id, total })),
  );
  for (const [n, total] of totals.entries()) {
    const { rows } = await database.pool.query<{ rank: number }>(
      'select 1 + count(*)::int as rank from participations where campaign_id = $1 and total > $2',
      [uuidOf(board.id), total],
    );
    if (rows[0]?.rank !== ranks[n]) {
      throw new Error(`${board.shape}, ${board.size}: ${total} is at ${ranks[n]}, counted ${rows[0]?.rank}`);
    }
  }
}

/** What a batch of actions does with the leaderboard; undone, so that every round finds it alike. */
async function snapshot(board: Board, totals: readonly string[]): Promise<number> {
  const moves = totals.map((total) => ({ before: exact(total), after: exact(total).plus(10) }));
  const deltas = moves.flatMap(({ before, after }) =>
    counterDeltas(before, after).map((delta) => ({ ...delta, campaignId: board.id })),
  );
  const sums = new Map<string, (typeof deltas)[number]>();
  for (const one of deltas) {
    const key = `${one.level} ${one.prefix} ${one.digit}`;
    sums.set(key, { ...one, delta: one.delta + (sums.get(key)?.delta ?? 0) });
  }
  const moved = [...sums.values()].filter(({ delta }) => delta !== 0);
  const wanted = moves
    .flatMap(({ before, after }) => [before, after])
    .map((total) => ({ campaignId: board.id, total: total.toFixed() }));

  const client = await database.hotPool.connect();
  try {
    await client.query('begin');
    const start = performance.now();
    await readRanks(client, wanted);
    await moveLeaderboardCounts(client, moved);
    const took = performance.now() - start;
    await client.query('rollback');
    return took;
  } finally {
    client.release();
  }
}

const activity = createActivity({ database });

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Who stands in the middle of the board. */
async function middleOf({ id, size }: Board) {
  const { rows } = await database.pool.query<{ total: string; participant_id: string }>(
    `select total::text, participant_id from participations where campaign_id = $1
      order by total desc, participant_id offset $2 limit 1`,
    [uuidOf(id), Math.floor(size / 2)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('The board is empty');
  return { total: row.total, participantId: row.participant_id };
}

const questions = ['snapshot of 100 actions', 'first page', 'page in the middle', 'one participant'] as const;
type Question = (typeof questions)[number];

try {
  await run();
} finally {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function run(): Promise<void> {
  console.log(machine());
  await writePeople();
  const boards: Board[] = [];
  for (const shape of Object.keys(shapes) as Shape[]) {
    for (const size of sizes) boards.push(await writeBoard(size, shape));
  }
  // As autovacuum leaves tables that were loaded a while ago.
  await onOne([['vacuum analyze', []]]);
  for (const board of boards) await check(board);

  const took = new Map<Board, Record<Question, number[]>>();
  const middles = new Map<Board, Awaited<ReturnType<typeof middleOf>>>();
  for (const board of boards) {
    middles.set(board, await middleOf(board));
    took.set(board, {
      'snapshot of 100 actions': [],
      'first page': [],
      'page in the middle': [],
      'one participant': [],
    });
  }
  for (let round = 0; round < rounds; round++) {
    for (const board of boards) {
      const [figures, middle] = [took.get(board), middles.get(board)];
      if (figures === undefined || middle === undefined) continue;
      const totals = await someTotals(board, movers);
      const page = (after: typeof middle | null) =>
        timed(() => activity.leaderboard(organization, board.id, after, pageSize));
      figures['snapshot of 100 actions'].push(await snapshot(board, totals));
      figures['first page'].push(await page(null));
      figures['page in the middle'].push(await page(middle));
      const someone = idFromUuid('usr', middle.participantId);
      figures['one participant'].push(
        await timed(() => activity.participation(organization, board.id, someone)),
      );
    }
  }

  for (const shape of Object.keys(shapes) as Shape[]) {
    console.log(`\n${shape}`);
    const [first] = boards.filter((board) => board.shape === shape);
    for (const question of questions) {
      const cells = boards
        .filter((board) => board.shape === shape)
        .map((board) => {
          const ms = median(took.get(board)?.[question] ?? []);
          const base = median((first && took.get(first)?.[question]) ?? []);
          return `${board.size.toLocaleString('en')}: ${ms.toFixed(2)} ms (${(ms / base).toFixed(2)} ×)`;
        });
      console.log(`  ${question.padEnd(24)} ${cells.join('   ')}`);
    }
  }
}
