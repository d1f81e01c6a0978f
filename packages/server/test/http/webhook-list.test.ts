import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await ApiHarness.open();
});
afterAll(() => api.close());

interface Shown {
  readonly id: string;
  readonly name: string;
}
interface Page {
  readonly data: readonly Shown[];
  readonly next_cursor: string | null;
}

async function make(settings: Readonly<Record<string, unknown>>): Promise<string> {
  const body = { format: 'standard', url: 'https://hooks.example.com/in', ...settings };
  const made = await api.call('POST', '/v1/webhooks', { body });
  expect(made.status, made.text).toBe(201);
  return (made.body as Shown).id;
}

async function page(query: string, token?: string): Promise<Page> {
  const answer = await api.call('GET', `/v1/webhooks?${query}`, token === undefined ? {} : { token });
  expect(answer.status, answer.text).toBe(200);
  return answer.body as Page;
}

/** The names of all that match, the newest first. */
async function names(query: string, token?: string): Promise<string[]> {
  const { data, next_cursor } = await page(query, token);
  expect(next_cursor).toBeNull();
  return data.map(({ name }) => name);
}

async function campaign(name: string): Promise<string> {
  const made = await api.call('POST', '/v1/campaigns', { body: { name } });
  expect(made.status, made.text).toBe(201);
  return (made.body as { id: string }).id;
}

describe('the webhooks of an organization', () => {
  let spring: string;
  let summer: string;
  const ids: Record<string, string> = {};
  beforeAll(async () => {
    spring = await campaign('Spring');
    summer = await campaign('Summer');
    const webhooks = [
      { name: 'Everything' },
      { name: 'Fired', events: ['trigger.fired'], url: 'https://crm.example.com/fired' },
      { name: 'Failures', events: ['webhook.failing'], id: 'ops-failures' },
      { name: 'All scopes', format: 'claimr' },
      { name: 'Logins', format: 'claimr', events: ['user_login'] },
      { name: 'Rewards', format: 'claimr', events: ['user_reward', 'referral'] },
      { name: 'Reward format', format: 'reward', description: 'For the Accountants' },
      { name: 'Of spring', campaigns: [spring] },
      { name: 'Of both', campaigns: [spring, summer] },
      { name: 'Switched off', status: 'inactive' },
    ];
    for (const webhook of webhooks) ids[webhook.name] = await make(webhook);
  });

  it('are found by a part of the name, id, URL or description, whatever the case', async () => {
    expect(await names('search=FIRED')).toEqual(['Fired']);
    expect(await names('search=ops-fail')).toEqual(['Failures']);
    expect(await names('search=crm.example')).toEqual(['Fired']);
    expect(await names('search=accountants')).toEqual(['Reward format']);
    expect(await names(`search=${ids['Of both']?.slice(5)}`)).toEqual(['Of both']);
    expect(await names('search=100%25')).toEqual([]);
    expect(await names(`ids=${ids['Fired']},${ids['Logins']},nobody`)).toEqual(['Logins', 'Fired']);
  });

  it('are narrowed to a format and to what they are sent', async () => {
    expect(await names('format=claimr')).toEqual(['Rewards', 'Logins', 'All scopes']);
    expect(await names('format=claimr,reward&search=reward')).toEqual(['Reward format', 'Rewards']);
    expect(await names('events=user_login')).toEqual(['Logins', 'All scopes']);
    expect(await names('events=user_login,referral')).toEqual(['Rewards', 'Logins', 'All scopes']);
    const all = ['Switched off', 'Of both', 'Of spring', 'Everything'];
    expect((await names('events=trigger.fired')).toSorted()).toEqual(
      [...all, 'Reward format', 'Fired'].toSorted(),
    );
    // An event type finds claimr's webhooks by the scopes that it may travel under.
    expect((await names('events=user.signed_in&format=claimr')).toSorted()).toEqual(['All scopes', 'Logins']);
    // What concerns the operation goes to those who name it.
    expect(await names('events=webhook.failing')).toEqual(['Failures']);
    expect(await names('events=webhook.failing,user_login')).toEqual(['Logins', 'All scopes', 'Failures']);
  });

  it('know the types that the organization registered, and no others', async () => {
    const unknown = await api.call('GET', '/v1/webhooks?events=season.over');
    expect(unknown.status).toBe(422);
    expect(unknown.body).toMatchObject({ code: 'unknown_event_type' });
    expect(unknown.text).toContain('season.over');
    const registered = await api.call('PUT', '/v1/event-types/season.over', {
      body: { description: 'The season is over', schema: { type: 'object' }, example: {} },
    });
    expect(registered.status, registered.text).toBeLessThan(300);
    expect(await names('events=season.over')).toEqual(['Switched off', 'Of both', 'Of spring', 'Everything']);
  });

  it('are narrowed to a campaign, whether it is the only one', async () => {
    const alone = ['Of spring'];
    const also = await names(`campaign_id=${spring}&exclusive=false`);
    expect(await names(`campaign_id=${spring}&exclusive=true`)).toEqual(alone);
    expect(also).toContain('Of both');
    expect(also).toContain('Everything');
    expect(also).not.toContain('Of spring');
    expect((await names(`campaign_id=${spring}`)).toSorted()).toEqual([...alone, ...also].toSorted());
    expect(await names(`campaign_id=${summer}`)).not.toContain('Of spring');
    const malformed = await api.call('GET', '/v1/webhooks?campaign_id=spring');
    expect(malformed.status).toBe(400);
  });

  it('are narrowed to how they are doing, by the gravest that can be said', async () => {
    const { pool } = api.database;
    const organization = uuidIn(api.organization.id);
    const uid = (name: string) => uuidIn(ids[name] ?? '');
    await pool.query(
      `insert into webhook_health (webhook_uid, organization_id, failing_since, failures, probes, probe_at, reason)
       values ($1, $2, now(), 9, 1, now(), 'Refused')`,
      [uid('Fired'), organization],
    );
    await pool.query(
      `insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, due_at, parked_at)
       select gen_random_uuid(), $2, w, gen_random_uuid(), 'standard', 1, 'Parked', now(), now(), now()
         from unnest($1::uuid[]) as w`,
      [[uid('Fired'), uid('Logins')], organization],
    );
    await pool.query(
      `insert into attempt_statistics (organization_id, webhook_uid, step, at, attempts, acknowledged, exhausted, last_at,
                                       keys, counts)
       select $2, w, 60, date_trunc('hour', now()), 20, 17, 0, now(), '{}', '{}' from unnest($1::uuid[]) as w`,
      [[uid('Logins'), uid('Rewards'), uid('Switched off')], organization],
    );
    await pool.query(`update webhooks set status = 'disabled' where uid = $1`, [uid('All scopes')]);

    expect(await names('state=failing')).toEqual(['Fired']);
    expect(await names('state=parked')).toEqual(['Logins']);
    expect(await names('state=refused')).toEqual(['Rewards']);
    expect(await names('state=inactive')).toEqual(['Switched off']);
    expect(await names('state=disabled')).toEqual(['All scopes']);
    const active = await names('state=active');
    const healthy = await names('state=healthy');
    expect(active).toHaveLength(8);
    expect(healthy.toSorted()).toEqual(
      active.filter((name) => !['Fired', 'Logins', 'Rewards'].includes(name)).toSorted(),
    );
    const concerns = (await api.call('GET', '/v1/statistics/concerns')).body as {
      data: readonly { readonly name: string; readonly kind: string }[];
    };
    expect(concerns.data.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'All scopes disabled',
      'Fired failing',
      'Fired parked',
      'Logins parked',
      'Logins refused',
      'Rewards refused',
    ]);
  });

  it('have statistics, of those that are asked for', async () => {
    const answer = await api.call('GET', `/v1/statistics/webhooks?ids=${ids['Fired']},${ids['Rewards']}`);
    expect(answer.body).toMatchObject({
      data: [
        { name: 'Rewards', state: 'refused', attempts: 20, acknowledged: 17 },
        { name: 'Fired', state: 'failing' },
      ],
      next_cursor: null,
    });
    const tooMany = Array.from({ length: 101 }, (_, n) => `w${n}`).join();
    expect((await api.call('GET', `/v1/statistics/webhooks?ids=${tooMany}`)).status).toBe(400);
  });

  it('say what is wrong with a filter', async () => {
    for (const query of [
      'search=%20',
      'search=a%00b',
      'ids=,',
      'format=claimr,xml',
      'state=broken',
      'exclusive=yes',
    ]) {
      const answer = await api.call('GET', `/v1/webhooks?${query}`);
      expect(answer.status, query).toBe(400);
      expect(answer.body).toMatchObject({ code: 'invalid_request' });
    }
  });
});

describe('ten thousand webhooks and some', () => {
  const many = 10_050;
  let token: string;
  beforeAll(async () => {
    const organization = await api.accounts.createOrganization('Many');
    token = (await api.accounts.createToken(organization.id, { name: 'Many', expiresAt: null })).text;
    // Ids in the order of their numbers; the first one alone is inactive.
    await api.database.pool.query(
      `insert into webhooks (uid, organization_id, id, name, url, method, format, format_version, status, retry_delays_ms,
                             timeout_ms)
       select ('01890000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, 'many-' || n, 'Webhook ' || n,
              'https://hooks.example.com/' || n, 'POST', 'standard', 1,
              case n when 1 then 'inactive' else 'active' end, '{}', 15000
         from generate_series(1, ${many}) as n`,
      [uuidIn(organization.id)],
    );
  });

  it('are all listed, each once', async () => {
    const found: string[] = [];
    for (let cursor = ''; ; ) {
      const { data, next_cursor } = await page(`limit=250${cursor}`, token);
      found.push(...data.map(({ id }) => id));
      if (next_cursor === null) break;
      cursor = `&cursor=${next_cursor}`;
    }
    expect(found).toHaveLength(many);
    expect(new Set(found).size).toBe(many);
    expect(found[0]).toBe(`many-${many}`);
  });

  it('are searched so many at a time: a page may be empty and have a next one', async () => {
    const first = await page('state=inactive', token);
    expect(first.data).toEqual([]);
    const second = await page(`state=inactive&cursor=${first.next_cursor}`, token);
    expect(second).toMatchObject({ data: [{ id: 'many-1' }], next_cursor: null });
    const newest = await page('search=many-10049', token);
    expect(newest.data).toMatchObject([{ name: 'Webhook 10049' }]);
    expect(newest.next_cursor).not.toBeNull();
  });

  it('belong to their organization', async () => {
    expect(await names('ids=many-7')).toEqual([]);
    expect(await names('search=many-7777')).toEqual([]);
    const statistics = await api.call('GET', '/v1/statistics/webhooks?ids=many-7');
    expect(statistics.body).toMatchObject({ data: [] });
  });
});
