import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from '../http/harness.ts';
import { type Outcome, Season } from '../http/season.ts';

/** Batches of actions overlap: one is loaded while the one before is written. What befalls one must not reach others. */
let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
  // Stands for whatever the database may refuse that the rules let through.
  await api.database.pool.query(`
    create function refuse_poison() returns trigger language plpgsql as $$
    begin
      raise exception 'poison';
    end $$;
    create trigger refuse_poison before insert on ledger for each row when (new.cause like '%poison%')
      execute function refuse_poison()`);
});
afterAll(() => api.close());

it('refuses alone what the database refuses, and carries out everything before, beside and behind it', async () => {
  const season = await Season.open(api);
  const people = Array.from({ length: 30 }, (_, n) => `walker-${n}`);
  const poisoned: { readonly status: number }[] = [];
  const given = new Map<string, number>();
  await Promise.all(
    people.map(async (who, n) => {
      for (let step = 1; step <= 8; step++) {
        if ((n + step) % 10 === 0) {
          poisoned.push(await season.book(who, 1_000, `poison ${step}`));
          continue;
        }
        const answer = await season.book(who, step, `step ${step}`);
        expect(answer.status, answer.text).toBe(200);
        const total = (given.get(who) ?? 0) + step;
        given.set(who, total);
        expect((answer.body as Outcome).total_points).toBe(total);
      }
    }),
  );
  expect(poisoned.length).toBeGreaterThan(20);
  expect(new Set(poisoned.map(({ status }) => status))).toEqual(new Set([500]));

  for (const who of people) {
    const total = given.get(who) ?? 0;
    const ahead = [...given.values()].filter((other) => other > total).length;
    const shown = (await season.signIn(who)).body as Outcome;
    expect(shown).toMatchObject({ total_points: total, rank: 1 + ahead });
  }
});

it('carries out what comes after connections were lost under a batch', async () => {
  const season = await Season.open(api);
  await season.join('survivor');
  let lost = 0;
  let booked = 0;
  await Promise.all([
    ...Array.from({ length: 20 }, async (_, caller) => {
      for (let n = 0; n < 10; n++) {
        const { status, text } = await season.book('survivor', 1, `${caller} ${n}`);
        expect([200, 503], text).toContain(status);
        if (status === 200) booked += 1;
        else lost += 1;
      }
    }),
    (async () => {
      for (let n = 0; n < 5; n++) {
        await api.database.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and query ilike '%participations%'`,
        );
      }
    })(),
  ]);
  expect(lost + booked).toBe(200);

  // A caller who got 503 does not know; asking again under the same reference books what was not booked.
  for (let caller = 0; caller < 20; caller++) {
    await Promise.all(Array.from({ length: 10 }, (_, n) => season.book('survivor', 1, `${caller} ${n}`)));
  }
  expect((await season.signIn('survivor')).body).toMatchObject({ total_points: 200, rank: 1 });
});
