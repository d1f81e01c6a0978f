import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from '../http/harness.ts';
import { Season } from '../http/season.ts';

/**
 * Leaderboard positions are counted once for a batch and moved in memory as the batch moves them, while the batch
 * before is still being written. Here many act at once, and every position that an event shows is counted again from
 * the totals that the events of its transaction left behind.
 */
let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Shown {
  readonly transaction: string;
  readonly type: string;
  readonly id: string;
  readonly total: number;
  readonly rank: number | null;
  readonly previous: number | null;
  readonly test: boolean;
}

/** What the log says, in the order of commits: one node writes one batch after the other. */
async function log(campaign: string): Promise<Shown[]> {
  const { rows } = await api.database.pool.query<{ transaction: string; body: string }>(
    `select xmin::text as transaction, body from events where body::jsonb #>> '{campaign,id}' = $1 order by id`,
    [campaign],
  );
  return rows.map(({ transaction, body }) => {
    const { type, participant, data } = JSON.parse(body);
    return {
      transaction,
      type,
      id: participant.id,
      total: participant.total_points,
      rank: participant.rank,
      previous: data.previous_rank ?? null,
      test: participant.test,
    };
  });
}

/** One more than the number of others ahead; null without points. */
function positionOf(id: string, total: number, totals: ReadonlyMap<string, number>): number | null {
  if (total === 0) return null;
  return 1 + [...totals].filter(([other, its]) => other !== id && its > total).length;
}

it('shows every position as its transaction left it, whoever else moves in it and beside it', async () => {
  const season = await Season.open(api);
  await api.call('POST', '/v1/participants', { body: { external_id: 'runner-0', test: true } });

  // Each caller moves people of their own, so that batches share nobody and none waits for the rows of another. Few
  // amounts, so that people meet: in a total, in its whole part alone, and in both.
  const callers = 40;
  const people = Array.from({ length: callers * 3 }, (_, n) => `runner-${n}`);
  const amounts = [1, 0.5, 0.0001, 32, -1, 0.5, 1_024.25, -0.5, 1, 33];
  const answers: { readonly status: number }[] = [];
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let n = 0; n < 12; n++) {
        const who = people[caller * 3 + (n % 3)] ?? '';
        const amount = amounts[(caller + n * 3) % amounts.length] ?? 1;
        answers.push(await season.book(who, amount, `${caller} ${n}`));
      }
    }),
  );
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(answers.length / 2);

  const transactions = byTransaction(await log(season.campaign));
  const totals = new Map<string, number>();
  let compared = 0;
  let largest = 0;
  for (const events of transactions.values()) {
    const before = new Map(totals);
    for (const { id, total, test } of events) if (!test) totals.set(id, total);
    for (const { type, id, total, rank, previous, test } of events) {
      expect(rank).toBe(test ? null : positionOf(id, total, totals));
      if (type === 'rank.changed') expect(previous).toBe(positionOf(id, before.get(id) ?? 0, before));
      compared += 1;
    }
    largest = Math.max(largest, events.length);
  }
  expect(compared).toBeGreaterThan(300);
  expect(largest).toBeGreaterThan(10);

  for (const one of people.slice(1)) {
    const { total_points, rank, participant_id } = (await season.signIn(one)).body as {
      total_points: number;
      rank: number | null;
      participant_id: string;
    };
    expect(rank).toBe(positionOf(participant_id, total_points, totals));
  }
});

function byTransaction(events: readonly Shown[]): Map<string, Shown[]> {
  const found = new Map<string, Shown[]>();
  for (const one of events) found.set(one.transaction, [...(found.get(one.transaction) ?? []), one]);
  return found;
}
