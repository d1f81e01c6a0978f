import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { outcome, Season } from './season.ts';

let api: ApiHarness;
let clockMs = Date.parse('2026-03-04T10:00:00.000Z');
beforeAll(async () => {
  api = await ApiHarness.open({ clock: { now: () => clockMs } });
});
afterAll(() => api.close());

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly referrer: { readonly id: string; readonly external_id: string | null };
  readonly claimer: { readonly id: string; readonly external_id: string | null };
  readonly linked_at: string;
  readonly qualified_at: string | null;
  readonly converted_at: string | null;
  readonly bonus_points: number;
}

async function listed(season: Season, query = ''): Promise<readonly Listed[]> {
  const answer = await api.call('GET', `/v1/campaigns/${season.campaign}/referrals${query}`);
  expect(answer.status, answer.text).toBe(200);
  return (answer.body as { data: Listed[] }).data;
}

function later(): string {
  clockMs += 60_000;
  return new Date(clockMs).toISOString();
}

it('tells when a referral was linked, qualified and converted, and what it brought so far', async () => {
  const season = await Season.open(api, {
    referral_rule: { min_points: 150 },
    referral_bonus: { percent: 10 },
  });
  const task = await season.task({ points: 100, recurrence: 'unlimited' });
  await season.join('ada');
  const linkedAt = later();
  await season.join('grace', { referrer: { external_id: 'ada' } });
  expect(await listed(season)).toMatchObject([
    {
      state: 'linked',
      referrer: { external_id: 'ada' },
      claimer: { external_id: 'grace' },
      linked_at: linkedAt,
      qualified_at: null,
      converted_at: null,
      bonus_points: 0,
    },
  ]);

  await season.complete(task, 'grace');
  const qualifiedAt = later();
  await season.book('grace', 60, 'welcome');
  expect(await listed(season)).toMatchObject([
    { state: 'qualified', qualified_at: qualifiedAt, converted_at: null, bonus_points: 0 },
  ]);
  const convertedAt = later();
  await season.complete(task, 'grace');
  later();
  await season.complete(task, 'grace');
  expect(await listed(season)).toMatchObject([
    {
      state: 'converted',
      linked_at: linkedAt,
      qualified_at: qualifiedAt,
      converted_at: convertedAt,
      bonus_points: 20,
    },
  ]);
});

it('gives every bonus of actions that arrive at once to its referral', async () => {
  const season = await Season.open(api, { referral_bonus: { amount: 2.5 } });
  const task = await season.task({ points: 1, recurrence: 'unlimited' });
  await season.join('ada');
  await Promise.all(['grace', 'linus'].map((who) => season.join(who, { referrer: { external_id: 'ada' } })));
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => season.complete(task, n % 3 === 0 ? 'grace' : 'linus')),
  );
  const bonuses = (await listed(season)).map(({ claimer, bonus_points }) => [
    claimer.external_id,
    bonus_points,
  ]);
  expect(Object.fromEntries(bonuses)).toEqual({ grace: 25, linus: 50 });
});

it('lists newest first, in pages, by referrer and by state', async () => {
  const season = await Season.open(api, { referral_rule: { min_points: 10 } });
  const { participant_id: ada } = await outcome(season.join('ada'));
  await season.join('bob');
  for (const [who, referrer] of [
    ['c1', 'ada'],
    ['c2', 'bob'],
    ['c3', 'ada'],
  ] as const) {
    await season.join(who, { referrer: { external_id: referrer } });
  }
  await season.book('c3', 10, 'enough');
  const claimers = async (query: string) =>
    (await listed(season, query)).map(({ claimer }) => claimer.external_id);
  expect(await claimers('')).toEqual(['c3', 'c2', 'c1']);
  expect(await claimers(`?referrer=${ada}`)).toEqual(['c3', 'c1']);
  expect(await claimers('?state=linked')).toEqual(['c2', 'c1']);
  expect(await claimers(`?referrer=${ada}&state=qualified`)).toEqual(['c3']);

  const path = `/v1/campaigns/${season.campaign}/referrals?limit=2`;
  const first = (await api.call('GET', path)).body as { data: Listed[]; next_cursor: string };
  const second = (await api.call('GET', `${path}&cursor=${first.next_cursor}`)).body as { data: Listed[] };
  expect([...first.data, ...second.data].map(({ claimer }) => claimer.external_id)).toEqual([
    'c3',
    'c2',
    'c1',
  ]);
});

it('finds nothing by a referrer of somebody else, and refuses filters that mean nothing', async () => {
  const season = await Season.open(api);
  const { participant_id: ada } = await outcome(season.join('ada'));
  await season.join('grace', { referrer: { external_id: 'ada' } });
  const theirs = await api.otherOrganization();
  const own = await api.call('POST', '/v1/campaigns', { token: theirs.token, body: { name: 'Theirs' } });
  const path = `/v1/campaigns/${(own.body as { id: string }).id}/referrals`;
  const foreign = await api.call('GET', `${path}?referrer=${ada}`, { token: theirs.token });
  expect(foreign.body).toEqual({ data: [], next_cursor: null });
  const bad = (query: string) => api.call('GET', `/v1/campaigns/${season.campaign}/referrals${query}`);
  expect((await bad('?state=paid')).status).toBe(400);
  expect((await bad('?referrer=ada')).status).toBe(404);
  expect((await bad('?cursor=AAAA')).body).toMatchObject({ code: 'invalid_cursor' });
});
