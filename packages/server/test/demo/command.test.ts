import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoApi } from '../../src/demo/api.ts';
import { keepBooks } from '../../src/demo/books.ts';
import { readCast } from '../../src/demo/cast.ts';
import { runSeasonCommand } from '../../src/demo/index.ts';
import { keepPace } from '../../src/demo/pace.ts';
import { createCrowd } from '../../src/demo/people.ts';
import { createPerformer } from '../../src/demo/perform.ts';
import { runSeason } from '../../src/demo/run.ts';
import { createSeason } from '../../src/demo/season.ts';
import { setStage } from '../../src/demo/stage.ts';
import { type Finding, verifySeason } from '../../src/demo/verify.ts';
import { ApiHarness } from '../http/harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
});
afterAll(() => api.close());

async function command(
  args: readonly string[],
  signal = new AbortController().signal,
): Promise<{ code: number; output: string }> {
  let output = '';
  const write = (text: string) => {
    output += text;
  };
  const code = await runSeasonCommand({ args, write, complain: write, signal });
  return { code, output };
}

const here = () => ['--origin', api.url, '--token', api.token];

describe('the command', () => {
  it('plays a season through many lanes, and everything it was told is what the API holds', async () => {
    const { code, output } = await command([
      ...here(),
      ...['--participants', '25', '--campaigns', '2', '--as-fast-as-possible', '--verify'],
    ]);
    expect(code, output).toBe(0);
    expect(output).toMatch(/^Season 7 of 25 people, as fast as possible, 13 webhooks$/m);
    expect(output).toMatch(
      /^\d+ actions in [\d.]+ s: [\d.]+ a second, answers p50 [\d.]+ ms, p99 [\d.]+ ms$/m,
    );
    expect(output).toMatch(/^refused as planned: .*prerequisite_missing \d+/m);
    expect(output).not.toContain('UNEXPECTED');
    expect(output).not.toContain('FALSE');
    const truths = output.split('\n').filter((line) => line.startsWith('true '));
    expect(truths.join('\n')).toMatch(/Summer Regatta: the totals of \d\d people, [\d.]+ points in all/);
    expect(truths.join('\n')).toMatch(/Winter Harbour: \d+ earnings of [1-9]\d* Boxes/);
    expect(truths.join('\n')).toMatch(/Every delivery to the 13 webhooks was acknowledged/);
    expect(truths.join('\n')).toMatch(
      /Summer Regatta: [1-9]\d* payouts of 0\.0\d+ ETH, in \d+ attempts, are paid/,
    );
    expect(truths.join('\n')).toMatch(
      /Token treasury: [1-9]\d* payments were asked for \d+ times, and each was paid once/,
    );
    expect(truths.join('\n')).toMatch(/Credits: the \d\d+ credits its inbox got/);
  }, 60_000);

  it('can be run again in the same organization, and does not touch the season before', async () => {
    const again = [...here(), ...['--participants', '5', '--as-fast-as-possible', '--verify']];
    const { code, output } = await command([...again, '--without-webhooks']);
    expect(code, output).toBe(0);
    expect(output).toContain('0 webhooks');
    expect(output).not.toContain('inbox');
  }, 30_000);

  it('stops when the time is up, and starts no more in a second than asked for', async () => {
    const begun = performance.now();
    const { code, output } = await command([
      ...here(),
      ...['--participants', '2', '--rate', '40', '--duration', '1.5', '--without-webhooks'],
    ]);
    expect(code, output).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(1_400);
    const actions = Number(/^(\d+) actions in /m.exec(output)?.[1]);
    expect(actions).toBeGreaterThan(10);
    expect(actions).toBeLessThanOrEqual(60);
  }, 30_000);

  it('tells what came of it when it is ended early', async () => {
    const early = new AbortController();
    const running = command([...here(), '--participants', '5', '--without-webhooks'], early.signal);
    const events = await api.countEvents();
    while ((await api.countEvents()) < events + 5);
    early.abort();
    const { code, output } = await running;
    expect(code).toBe(1);
    expect(output).toMatch(/^\d+ actions in /m);
    expect(output).toContain('Ended early');
  }, 30_000);

  it('says why it cannot start', async () => {
    const wrongToken = await command(['--origin', api.url, '--token', 'fan_wrong']);
    expect(wrongToken).toMatchObject({ code: 1, output: expect.stringContaining('401 unauthenticated') });
    const nobody = await command(['--origin', 'http://127.0.0.1:1', '--token', 'fan_x']);
    expect(nobody).toMatchObject({
      code: 1,
      output: expect.stringContaining(
        'http://127.0.0.1:1/v1/campaigns: no answer came: connect ECONNREFUSED',
      ),
    });
    const noFile = await command(['--origin', api.url, '--token-file', '/nowhere/api-token']);
    expect(noFile).toMatchObject({ code: 1, output: expect.stringContaining('no file /nowhere/api-token') });
    const wrong = await command(['--rate', 'much', '--seed']);
    expect(wrong.code).toBe(2);
    expect(wrong.output).toContain('--rate: found "much"');
    expect(wrong.output).toContain('--seed: found no value');
    expect((await command(['--help'])).code).toBe(0);
  });
});

describe('the check of what a season did', () => {
  it('finds points, earnings and positions that no answer told of', async () => {
    const { signal } = new AbortController();
    const cast = await readCast();
    const crowd = createCrowd({ cast, seed: 11, size: 12, campaigns: 1 });
    const client = createDemoApi({ origin: api.url, token: api.token, connections: 8, signal });
    const stage = await setStage({
      api: client,
      origin: api.url,
      cast,
      campaigns: 1,
      alone: false,
      withWebhooks: false,
      signal,
    });
    const books = keepBooks({ campaigns: 1, initialPoints: 100, bonusPercent: 10 });
    await runSeason({
      season: createSeason({ crowd, cast }),
      perform: createPerformer({ api: client, stage, crowd }),
      books,
      pace: keepPace({ perSecond: null, durationMs: null, signal }),
      lanes: 8,
      report: ({ detail }) => expect(detail).toBeNull(),
    });
    const findings = async () => {
      const found: Finding[] = [];
      for await (const one of verifySeason({ api: client, stage, books, signal })) found.push(one);
      return found;
    };
    expect((await findings()).map(({ ok }) => ok)).toEqual([true, true, true, true]);

    // Behind the season's back.
    const [campaign] = stage.campaigns;
    const id = campaign?.id ?? '';
    const mara = { participant: { external_id: 'mara' } };
    await client.post('/v1/campaigns/{id}/points', {
      path: { id },
      body: { ...mara, amount: 0.5, cause: 'custom', reference: 'x' },
    });
    await client.post('/v1/campaigns/{id}/plays', {
      path: { id },
      body: { ...mara, level: 'breakwater', score: 99_999 },
    });
    for (const task of ['join_discord', 'harbour_quiz', 'postcard']) {
      await client.post('/v1/campaigns/{id}/tasks/{task_id}/completions', {
        path: { id, task_id: campaign?.tasks.get(task) ?? '' },
        body: { participant: { external_id: 'stranger' } },
      });
    }
    const [totals, ranks, scores, earnings] = await findings();
    expect(totals).toMatchObject({ ok: false });
    expect([...(totals?.differences ?? [])].sort()).toEqual([
      expect.stringMatching(/^mara has [\d.]+ points, .* the answers add up to/),
      expect.stringMatching(
        /^stranger has 1000 points, 0 of them for referrals; the answers add up to 0 and 0$/,
      ),
    ]);
    expect(ranks).toMatchObject({ ok: true });
    expect(scores).toMatchObject({
      ok: false,
      differences: [expect.stringMatching(/^mara has the best score 99999/)],
    });
    expect(earnings).toMatchObject({
      ok: false,
      differences: [
        expect.stringMatching(/^ern_\w{26} is in no answer$/),
        expect.stringMatching(/^Lagoon chest: Fanfare holds \d+ earnings of \d+ Boxes, the answers gave/),
      ],
    });
  }, 30_000);

  it('counts an answer that is not the planned one, and says what was planned', async () => {
    const { signal } = new AbortController();
    const cast = await readCast();
    const crowd = createCrowd({ cast, seed: 12, size: 3, campaigns: 1 });
    const client = createDemoApi({ origin: api.url, token: api.token, connections: 8, signal });
    const settings = { api: client, origin: api.url, cast, campaigns: 1, alone: false, withWebhooks: false };
    const stage = await setStage({ ...settings, signal });
    const [campaign] = stage.campaigns;
    await client.patch('/v1/campaigns/{id}', {
      path: { id: campaign?.id ?? '' },
      body: { status: 'paused' },
    });
    const details: (string | null)[] = [];
    await runSeason({
      season: createSeason({ crowd, cast }),
      perform: createPerformer({ api: client, stage, crowd }),
      books: keepBooks({ campaigns: 1, initialPoints: 100, bonusPercent: 10 }),
      pace: keepPace({ perSecond: null, durationMs: null, signal }),
      lanes: 2,
      report: ({ detail }) => details.push(detail),
    });
    expect(details).toContainEqual(
      expect.stringMatching(/^mara, join: expected done, found campaign_not_active\. The campaign is paused/),
    );
  }, 30_000);
});
