import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvLine } from '../../src/http/csv.ts';
import { ApiHarness } from './harness.ts';
import { imported, people, send } from './imports.ts';
import { outcome, Season } from './season.ts';

let api: ApiHarness;
let season: Season;
beforeAll(async () => {
  api = await ApiHarness.open();
  season = await Season.open(api);
});
afterAll(() => api.close());

async function table(path: string, token = api.token): Promise<Record<string, string>[]> {
  const answer = await api.call('GET', path, { token });
  expect(answer.status, answer.text).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/csv');
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w-]+\.csv"$/);
  return parse(answer.text, { columns: true });
}

describe('a line of a table', () => {
  it('quotes what needs quotes and leaves numbers as they are', () => {
    expect(csvLine(['a', 'b,c', 'say "hi"', 'two\nlines', ' space', null, -5, true, ''])).toBe(
      'a,"b,c","say ""hi""","two\nlines"," space",,-5,true,\r\n',
    );
  });

  it.each([
    '=1+1',
    '+49 30',
    '-2+3',
    '@SUM(A1)',
    '\tx',
    '\r=1',
  ])('makes %j harmless for spreadsheets', (text) => {
    const [[cell]] = parse(csvLine([text]), { relax_column_count: true }) as [[string]];
    expect(cell).toBe(`'${text}`);
  });
});

it('participants come out as they went in: importing the table changes nothing', async () => {
  await imported(
    api,
    send(api, 'participants', [
      'external_id,email,first_name,last_name,phone,account:discord,account:solana,field:plan,test,referral_code',
      'ada,ada@example.com,=Ada,"Love, lace",+44 20,ada.l,So1,pro,no,ADA',
      'grace,,"Gr""ace",,,,,,yes,',
    ]),
  );
  const id = (await people(api)).get('ada')?.['id'];
  await api.call('PATCH', `/v1/participants/${id}`, {
    body: { fields: { plan: 'pro', age: 36, '=x': null } },
  });
  await imported(api, send(api, 'participants', ['external_id,account:discord', 'ada,ada.second']));

  const rows = await table('/v1/participants.csv');
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    id,
    external_id: 'ada',
    first_name: "'=Ada",
    phone: "'+44 20",
    test: 'false',
    fields: '{"=x":null,"age":36,"plan":"pro"}',
    'account:discord': 'ada.l\nada.second',
    'account:solana': 'So1',
  });
  const { text } = await api.call('GET', '/v1/participants.csv');
  const again = await imported(api, send(api, 'participants', text));
  expect(again).toMatchObject({
    progress: { refused: 0 },
    counts: { created: 0, updated: 0, unchanged: 2 },
  });
});

it('activity and leaderboard hold what happened, over many pages', async () => {
  const task = await season.task({ name: '=cmd()', points: 100 });
  await outcome(season.complete(task, 'ada', { account: { platform: 'x', name: '@ada' } }));
  await imported(
    api,
    send(
      api,
      'points',
      ['external_id,amount', ...Array.from({ length: 1_500 }, (_, n) => `p${n},${n + 1}.25`), 'ada,-40'],
      { query: `?campaign_id=${season.campaign}&name=bulk` },
    ),
  );

  const activity = await table(`/v1/campaigns/${season.campaign}/activity.csv`);
  // The task, its quest, the points of the task, and the imported ones.
  expect(activity).toHaveLength(1 + 1 + 1 + 1_501);
  expect(new Set(activity.map(({ id }) => id)).size).toBe(1_504);
  expect(activity[0]).toMatchObject({
    kind: 'points',
    external_id: 'ada',
    bucket: 'custom',
    cause: 'csv:bulk:1502',
    points: '-40',
  });
  expect(activity.find(({ subject_id }) => subject_id === task)).toMatchObject({
    external_id: 'ada',
    kind: 'completion',
    subject: "'=cmd()",
    platform: 'x',
    account: "'@ada",
    points: '100',
  });

  const leaders = await table(`/v1/campaigns/${season.campaign}/leaderboard.csv`);
  expect(leaders).toHaveLength(1_501);
  expect(leaders[0]).toMatchObject({ rank: '1', external_id: 'p1499', total_points: '1500.25' });
  const totals = leaders.map(({ total_points }) => Number(total_points));
  expect(totals).toEqual([...totals].sort((a, b) => b - a));
  expect(leaders.find(({ external_id }) => external_id === 'ada')).toMatchObject({
    total_points: '60',
    rank: '1442',
  });
});

it("another organization's tables hold nothing of ours", async () => {
  const { token } = await api.otherOrganization();
  expect(await table('/v1/participants.csv', token)).toEqual([]);
});

it('what is unknown is a problem, not an empty table', async () => {
  const answer = await api.call('GET', '/v1/campaigns/cmp_01jf2wkmvcfw6ts1qmgzya291c/activity.csv');
  expect(answer.status).toBe(404);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('content-disposition')).toBeNull();
});
