import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAuditCommand } from '../../src/audit-command.ts';
import { runQuotasCommand } from '../../src/quotas-command.ts';
import { ApiHarness } from './harness.ts';

let api: ApiHarness;
let directory: string;
beforeAll(async () => {
  api = await ApiHarness.open();
  directory = await mkdtemp(join(tmpdir(), 'fanfare-audit-'));
  for (const name of ['Spring', 'Summer', '=HYPERLINK("x")', 'Über "alles", 🎺']) {
    const answer = await api.call('POST', '/v1/campaigns', { body: { name } });
    expect(answer.status, answer.text).toBe(201);
  }
});
afterAll(async () => {
  await api.close();
  await rm(directory, { recursive: true, force: true });
});

type Command = (parts: Parameters<typeof runAuditCommand>[0]) => Promise<number>;

async function run(command: Command, ...args: string[]) {
  let out = '';
  let complaint = '';
  const code = await command({
    args,
    write: (text) => {
      out += text;
    },
    complain: (text) => {
      complaint += text;
    },
    now: () => new Date(),
    environment: { DATABASE_URL: api.database.connectionString },
  });
  return { code, out, complaint };
}

async function exported(): Promise<string> {
  const answer = await api.call('GET', '/v1/audit-log.jsonl');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
  return answer.text;
}

async function verify(text: string, ...more: string[]) {
  const file = join(directory, 'audit-log.jsonl');
  await writeFile(file, text);
  return run(runAuditCommand, 'verify', file, ...more);
}

describe('an export', () => {
  it('as lines of JSON is verified without the database', async () => {
    const text = await exported();
    const verification = (await api.call('GET', '/v1/audit-log/verification')).body as {
      head: { number: number; hash: string };
    };
    const { number, hash } = verification.head;
    expect(await verify(text)).toEqual({
      code: 0,
      out: `Whole: 4 entries. Head: ${number} ${hash}\n`,
      complaint: '',
    });
    expect(await verify(text, hash)).toMatchObject({ code: 0 });
    expect(
      await verify(
        text,
        hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
      ),
    ).toMatchObject({
      code: 1,
      complaint: expect.stringContaining('none has the hash') as unknown,
    });
  });

  it.each([
    ['is changed', (text: string) => text.replace('Summer', 'Winter'), 'Broken at entry 2.'],
    ['lacks a line', (text: string) => text.replace(/^.*\n/, ''), 'Broken at entry 1.'],
    [
      'has two lines in another order',
      (text: string) => text.replace(/^(.*\n)(.*\n)/, '$2$1'),
      'Broken at entry 1.',
    ],
    ['holds something else', (text: string) => `${text}hello\n`, 'Line 5 is no entry'],
    [
      'is of two organizations',
      (text: string) => `${text}{"organization_id":"org_x","number":5,"hash":""}\n`,
      'Line 5 is of another organization',
    ],
  ])('that %s is told of', async (_, change, complaint) => {
    const text = await exported();
    expect(change(text)).not.toBe(text);
    expect(await verify(change(text))).toMatchObject({
      code: 1,
      complaint: expect.stringContaining(complaint) as unknown,
    });
  });

  it('as a table has a line for each entry, and no formulas', async () => {
    const { text } = await api.call('GET', '/v1/audit-log.csv?action=campaign.created');
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^number,at,actor_kind,/);
    expect(lines).toHaveLength(5);
    expect(text).toContain(`'=HYPER`);
    expect(text).not.toContain(',=HYPERLINK');
  });
});

it('fanfare audit says what it expects', async () => {
  expect(await run(runAuditCommand)).toMatchObject({ code: 2 });
  expect(await run(runAuditCommand, 'verify')).toMatchObject({ code: 2 });
  expect(await run(runAuditCommand, 'verify', join(directory, 'nowhere'))).toMatchObject({ code: 1 });
  expect((await run(runAuditCommand, '--help')).out).toContain('fanfare audit verify <file>');
});

it('what the operator sets is on record', async () => {
  const { organization, token } = await api.otherOrganization();
  const set = await run(runQuotasCommand, organization.id, 'webhooks=3', 'events_per_day=none');
  expect(set, set.complaint).toMatchObject({ code: 0 });
  expect((await api.call('GET', '/v1/audit-log?actor=operator', { token })).body).toMatchObject({
    data: [
      {
        number: 1,
        actor: { kind: 'operator' },
        action: 'quotas.updated',
        target: { kind: 'quotas', id: organization.id },
        before: { webhooks: 'default', events_per_day: 'default' },
        after: { webhooks: 3, events_per_day: null },
      },
    ],
  });
  // Looking changes nothing.
  await run(runQuotasCommand, organization.id);
  expect((await api.call('GET', '/v1/audit-log/verification', { token })).body).toMatchObject({ entries: 1 });
});
