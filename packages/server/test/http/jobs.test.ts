import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { imported, type ShownJob, type ShownRefusal, send } from './imports.ts';
import { refusal } from './season.ts';

let api: ApiHarness;
let job: ShownJob;
beforeAll(async () => {
  api = await ApiHarness.open();
  const bad = Array.from({ length: 30 }, (_, n) => `p${n},=not an address ${n}`);
  job = await imported(api, send(api, 'participants', ['external_id,email', 'good,', ...bad]));
});
afterAll(() => api.close());

describe('the report of a job', () => {
  it('is read page by page, in the order of lines', async () => {
    const lines: number[] = [];
    let cursor = '';
    do {
      const path = `/v1/jobs/${job.id}/refusals?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = (await api.call('GET', path)).body as { data: ShownRefusal[]; next_cursor: string | null };
      lines.push(...page.data.map(({ line }) => line));
      cursor = page.next_cursor ?? '';
    } while (cursor !== '');
    expect(lines).toEqual(Array.from({ length: 30 }, (_, n) => n + 3));
  });

  it('comes as a table too', async () => {
    const { text, headers } = await api.call('GET', `/v1/jobs/${job.id}/refusals.csv`);
    expect(headers.get('content-type')).toContain('text/csv');
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(30);
    expect(rows[0]).toEqual({
      line: '3',
      field: 'email',
      reason: 'Found "=not an address 0", expected an e-mail address, such as ada@example.com.',
      excerpt: 'p0,=not an address 0',
    });
  });

  it("does not take another report's cursor", async () => {
    const other = await imported(api, send(api, 'participants', ['external_id', 'more']));
    const { body } = await api.call('GET', `/v1/jobs/${job.id}/refusals?limit=7`);
    const { next_cursor } = body as { next_cursor: string };
    const told = await refusal(api.call('GET', `/v1/jobs/${other.id}/refusals?cursor=${next_cursor}`));
    expect(told).toMatchObject({ status: 400, code: 'invalid_cursor' });
  });
});

describe('the list of jobs', () => {
  it('is narrowed down by kind and state', async () => {
    const count = async (query: string) =>
      ((await api.call('GET', `/v1/jobs?${query}`)).body as { data: unknown[] }).data.length;
    expect(await count('kind=import_participants&state=done')).toBeGreaterThan(0);
    expect(await count('kind=import_points')).toBe(0);
    expect(await count('state=failed')).toBe(0);
  });

  it('refuses a state that there is not', async () => {
    const told = await refusal(api.call('GET', '/v1/jobs?state=sleeping'));
    expect(told).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('cancelling', () => {
  it('ends a job that waits, and again changes nothing', async () => {
    const waiting = await api.jobs.enqueue({
      organizationId: api.organization.id,
      kind: 'unheard_of',
      params: {},
    });
    for (let n = 0; n < 2; n++) {
      const { status, body } = await api.call('POST', `/v1/jobs/${waiting.job.id}/cancel`);
      expect([status, (body as ShownJob).state]).toEqual([200, 'cancelled']);
    }
  });

  it('is refused for a job that has ended', async () => {
    const told = await refusal(api.call('POST', `/v1/jobs/${job.id}/cancel`));
    expect(told).toMatchObject({ status: 409, code: 'conflict' });
  });
});

it('more than 50 jobs of a kind cannot wait', async () => {
  const { organization } = await api.otherOrganization('Busy');
  const ask = () => api.jobs.enqueue({ organizationId: organization.id, kind: 'unheard_of', params: {} });
  for (let n = 0; n < 50; n++) await ask();
  await expect(ask()).rejects.toMatchObject({ code: 'conflict' });
});
