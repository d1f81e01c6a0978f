import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { outcome, Season } from './season.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

const tiers = [
  { name: 'Gold', min_points: 1_000.5 },
  { name: 'Bronze', min_points: 100 },
];
const sorted = [...tiers].reverse();

it('keeps the tiers of a campaign lowest first, and leaves them alone when they are not mentioned', async () => {
  const season = await Season.open(api, { tiers });
  const read = async () => (await api.call('GET', `/v1/campaigns/${season.campaign}`)).body;
  expect(await read()).toMatchObject({ tiers: sorted });
  await season.change({ name: 'Summer' });
  expect(await read()).toMatchObject({ name: 'Summer', tiers: sorted });
  await season.change({ tiers: [] });
  expect(await read()).toMatchObject({ tiers: [] });
});

it('shows the tier and what is missing to the next, wherever the counters are shown', async () => {
  const season = await Season.open(api, { tiers });
  const { participant_id } = await outcome(season.book('ada', 100, 'a'));
  await season.book('grace', 2_000, 'a');
  await season.book('linus', 99.9999, 'a');
  const [bronze, gold] = sorted;
  const ofAda = { tier: bronze, next_tier: { ...gold, missing_points: 900.5 } };

  const board = await api.call('GET', `/v1/campaigns/${season.campaign}/leaderboard`);
  expect(board.body).toMatchObject({
    data: [
      { external_id: 'grace', tier: gold, next_tier: null },
      { external_id: 'ada', ...ofAda },
      { external_id: 'linus', tier: null, next_tier: { ...bronze, missing_points: 0.0001 } },
    ],
  });
  const detail = await api.call('GET', `/v1/campaigns/${season.campaign}/participants/${participant_id}`);
  expect(detail.body).toMatchObject(ofAda);
  const person = await api.call('GET', `/v1/participants/${participant_id}`);
  expect(person.body).toMatchObject({ participations: [ofAda] });
});

it('refuses tiers that repeat themselves, that are too many, or whose points are none', async () => {
  const campaign = (given: unknown) =>
    api.call('POST', '/v1/campaigns', { body: { name: 'Tiers', tiers: given } });
  const twice = await campaign([...tiers, { name: 'Gold', min_points: 5 }, { name: 'Tin', min_points: 100 }]);
  expect(twice.status).toBe(422);
  expect(twice.body).toMatchObject({
    code: 'invalid_campaign',
    errors: [{ pointer: '/tiers/2/name' }, { pointer: '/tiers/3/min_points' }],
  });
  const many = Array.from({ length: 51 }, (_, n) => ({ name: `Tier ${n}`, min_points: n }));
  expect((await campaign(many)).status).toBe(400);
  expect((await campaign(many.slice(0, 50))).status).toBe(201);
  for (const min_points of [-1, 1e11, 0.00001, '100', null]) {
    expect((await campaign([{ name: 'Odd', min_points }])).status, String(min_points)).toBe(400);
  }
  expect((await campaign([{ name: '', min_points: 1 }])).status).toBe(400);
  const season = await Season.open(api, { tiers });
  const change = { tiers: [tiers[0], tiers[0]] };
  const answer = await api.call('PATCH', `/v1/campaigns/${season.campaign}`, { body: change });
  expect(answer.body).toMatchObject({ code: 'invalid_campaign', errors: [{ pointer: '/tiers/1/name' }] });
});
