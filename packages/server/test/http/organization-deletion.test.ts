import { waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId, uuidOf } from '../../src/ids.ts';
import { ApiHarness } from './harness.ts';
import { uuidIn } from './ids.ts';
import { PersonBrowser } from './person.ts';
import { refusal, Season } from './season.ts';

let api: ApiHarness;
beforeEach(async () => {
  api = await ApiHarness.open({
    webhooks: { dispatch: true },
    jobs: { pollMs: 50 },
    deletionQuietMs: 0,
  });
});
afterEach(() => api.close());

/** A little of everything, by the API. */
async function fill(of: ApiHarness): Promise<void> {
  const call = async (method: string, path: string, body: unknown) => {
    const answer = await of.call(method, path, { body });
    expect(answer.status, `${path}: ${answer.text}`).toBeLessThan(300);
    return (answer.body as { id: string }).id;
  };
  const season = await Season.open(of, { referral_bonus: { percent: 10 } });
  const inbox = await call('POST', '/v1/inboxes', { name: 'Echo' });
  await call('POST', '/v1/webhooks', { name: 'CRM', url: `${of.url}/inbox/${inbox}`, format: 'standard' });
  await call('POST', '/v1/webhooks', { name: 'Gone', url: 'http://127.0.0.1:9/', format: 'standard' });
  await call('PUT', '/v1/event-types/vip.upgraded', {
    description: 'A member reached a new level.',
    schema: { type: 'object' },
    example: {},
  });
  await call('POST', '/v1/communities', { name: 'North' });
  const reward = await season.reward();
  const task = await season.task({ points: 100, reward: { id: reward, amount: '1' } });
  const trigger = await season.trigger('bought', { task_id: task });
  await season.join('ada');
  await season.join('bob', { referrer: { external_id: 'ada' } });
  await season.complete(task, 'bob');
  await season.fire(trigger, 'ada', { value: 2, key: 'order-1' });
  await season.play('ada', { score: 5, fields: { city: 'Graz' } });
  await season.claim('bob');
  await of.call('POST', '/v1/participants', {
    body: { external_id: 'carol', accounts: [{ platform: 'discord', name: 'carol' }] },
  });
  await of.call('POST', '/v1/participant-tokens', { body: { participant: { external_id: 'ada' } } });
  await of.call('PUT', '/v1/organization/allowed-origins', {
    body: { origins: ['https://play.example.com'] },
  });
  await of.call('POST', '/v1/imports/participants', {
    raw: 'external_id\r\ndan\r\n\r\n"',
    headers: { 'content-type': 'text/csv' },
  });
  const erased = await call('POST', '/v1/participants', { external_id: 'erin' });
  await of.call('POST', `/v1/participants/${erased}/erasure`);
  const merged = await call('POST', '/v1/participants', { external_id: 'finn' });
  await of.call('POST', `/v1/participants/${merged}/merge`, {
    body: { from: await call('POST', '/v1/participants', { external_id: 'finn-2' }) },
  });
  await of.publish(
    {
      type: 'trigger.fired',
      campaign_id: season.campaign,
      participant: { external_id: 'ada' },
      data: { trigger: { id: 'x' } },
    },
    { headers: { 'idempotency-key': 'once' } },
  );
  await waitFor(async () => (await of.database.pool.query('select from closed_deliveries')).rowCount !== 0, {
    what: 'something to be delivered',
  });
}

/** People who belong to this organization alone, and one who belongs to another as well. */
async function fillPeople(other: string): Promise<void> {
  await PersonBrowser.owner(api);
  const both = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
  const session = (await both.call('GET', '/v1/session')).body as { person: { id: string } };
  await api.database.pool.query(
    "insert into members (id, organization_id, person_id, role) values ($2, $2, $1, 'viewer')",
    [uuidIn(session.person.id), uuidIn(other)],
  );
  await api.database.pool.query(
    `insert into invitations (id, organization_id, email, role, inviter_id, expires_at)
     select $1, $2, 'new@example.com', 'viewer', person_id, now() from members where role = 'owner'`,
    [uuidIn(newId('inv')), uuidIn(api.organization.id)],
  );
}

/** What takes a receiver that pays, one that answers, or an operator. */
async function fillByHand(): Promise<void> {
  await api.database.pool.query(
    `with made as (
       insert into payouts (id, organization_id, campaign_id, participant_id, reward_id, amount, origin, state, attempt,
                            requested_by, created_at)
       select $1, r.organization_id, r.campaign_id, p.id, r.id, 1, 'claim', 'failed', 1, 'claim', now()
         from rewards r, participants p where p.external_id = 'ada' and p.organization_id = $2 limit 1 returning id)
     insert into payout_attempts (payout_id, number, event_id, webhook_uid, requested_by, requested_at)
     select id, 1, id, id, 'claim', now() from made`,
    [uuidIn(newId('pay')), uuidIn(api.organization.id)],
  );
  await api.database.pool.query(
    `insert into response_bodies (id, organization_id, body) select id, organization_id, 'ok' from attempts
     on conflict do nothing`,
  );
  await api.database.pool.query(
    `with quota as (insert into organization_quotas values ($1, 'webhooks', 50)),
          used as (insert into organization_usage values ($1, '2026-01-01', 1, 1)),
          attempted as (insert into attempt_statistics values ($1, $1, 1, '2026-01-01', 1, 1, 0, now(), '{1}', '{1}')),
          published as (insert into event_statistics values ($1, 1, '2026-01-01', 'task.completed', 1, 1))
     insert into request_permits values ($1, now(), 1)`,
    [uuidIn(api.organization.id)],
  );
}

/** Whatever names an organization, whichever tables there are. */
async function rowsOf(organization: string): Promise<ReadonlyMap<string, number>> {
  const { rows: tables } = await api.database.pool.query<{ name: string }>(
    `select c.table_name as name from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
      where c.column_name = 'organization_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE'
        and c.table_name !~ '_p[0-9]{8}$'`,
  );
  const counts = new Map<string, number>();
  for (const { name } of tables) {
    const { rows } = await api.database.pool.query<{ n: number }>(
      `select count(*)::int as n from ${name} where organization_id = $1`,
      [uuidIn(organization)],
    );
    counts.set(name, rows[0]?.n ?? 0);
  }
  return counts;
}

/** Rows of tables that name no organization themselves. */
async function rowsBelow(): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const { rows: tables } = await api.database.pool.query<{ name: string }>(
    `select t.table_name as name from information_schema.tables t
      where t.table_schema = 'public' and t.table_type = 'BASE TABLE' and t.table_name !~ '_p[0-9]{8}$'
        and t.table_name not like 'fanfare_%'
        and not exists (select from information_schema.columns c
                         where c.table_schema = t.table_schema and c.table_name = t.table_name
                           and c.column_name = 'organization_id')`,
  );
  for (const { name } of tables) {
    const { rows } = await api.database.pool.query<{ n: number }>(`select count(*)::int as n from ${name}`);
    counts[name] = rows[0]?.n ?? 0;
  }
  return counts;
}

const isGone = async () =>
  (await api.database.pool.query('select from organizations where id = $1', [uuidIn(api.organization.id)]))
    .rowCount === 0;

describe('the deletion of an organization', () => {
  it('leaves nothing of it in any table, and everything of others', async () => {
    const { organization: other, token } = await api.otherOrganization();
    await api.call('POST', '/v1/campaigns', { token, body: { name: 'Theirs' } });
    await api.call('POST', '/v1/participants', { token, body: { external_id: 'ada' } });
    const belowBefore = await rowsBelow();
    await fillPeople(other.id);
    const theirsBefore = await rowsOf(other.id);
    await fill(api);
    await fillByHand();
    const before = await rowsOf(api.organization.id);
    const unfilled = [...before].filter(([, count]) => count === 0).map(([table]) => table);
    // Their rows come with failing receivers and answers; else there would be nothing to delete.
    expect(unfilled.filter((table) => !/health/.test(table))).toEqual([]);

    const answer = await api.call('POST', '/v1/organization/deletion', { body: { confirm: 'Aurora Games' } });
    expect(answer.status, answer.text).toBe(202);
    expect(answer.body).toMatchObject({ kind: 'delete_organization', state: 'queued' });
    await waitFor(isGone, { what: 'the organization to be deleted', timeoutMs: 30_000 });

    const left = [...(await rowsOf(api.organization.id))].filter(([, count]) => count > 0);
    expect(left).toEqual([]);
    expect(await rowsOf(other.id)).toEqual(theirsBefore);
    // Of its people only the one who belongs to another stays, and is signed out.
    expect(await rowsBelow()).toEqual({
      ...belowBefore,
      organizations: 1,
      persons: 1,
      person_credentials: 1,
      // Of the address they came from, and of nobody.
      sign_in_attempts: 1,
    });
    expect((await api.call('GET', '/v1/campaigns', { token })).status).toBe(200);
  });

  it('needs its name', async () => {
    for (const body of [
      { confirm: 'aurora games' },
      { confirm: '' },
      {},
      { confirm: 'Aurora Games', now: true },
    ]) {
      const refused = await refusal(api.call('POST', '/v1/organization/deletion', { body }));
      expect(refused).toMatchObject({ status: 400, code: 'invalid_request' });
    }
    expect((await api.call('GET', '/v1/organization')).status).toBe(200);
  });

  it('walks through partitions of any size in batches', async () => {
    const webhook = uuidOf(newId('whk'));
    await api.database.pool.query(
      `insert into attempts (id, organization_id, delivery_id, webhook_uid, number, resend, started_at, outcome,
                             acknowledged, method, url, signature, response_cut, total_ms)
       select (left($3, 14) || '7' || substr(gen_random_uuid()::text, 16))::uuid,
              case when n % 3 = 0 then gen_random_uuid() else $1 end, gen_random_uuid(), $2, 1, false, now(), 'answered',
              true, 'POST', 'https://example.com', '', false, 1
         from generate_series(1, 3000) n`,
      [uuidIn(api.organization.id), webhook, uuidOf(newId('att'))],
    );
    const asked = await api.call('POST', '/v1/organization/deletion', { body: { confirm: 'Aurora Games' } });
    expect(asked.status, asked.text).toBe(202);
    await waitFor(isGone, { what: 'the organization to be deleted', timeoutMs: 30_000 });
    const { rows } = await api.database.pool.query<{ n: number }>('select count(*)::int as n from attempts');
    expect(rows[0]?.n).toBe(1_000);
  });
});

describe('an organization that is being deleted', () => {
  it('is at an end at once: its tokens are refused and its webhooks sent nothing, on every node', async () => {
    const calm = await ApiHarness.open({
      test: { database: api.database, drop: async () => {} },
      webhooks: { dispatch: true, keyring: api.webhookParts.keyring },
      jobs: { run: false },
    });
    const token = api.token;
    const inbox = (await api.call('POST', '/v1/inboxes', { body: { name: 'Echo' } })).body as { id: string };
    await api.call('POST', '/v1/webhooks', {
      body: { name: 'CRM', url: `${api.url}/inbox/${inbox.id}`, format: 'standard' },
    });
    const participant = (
      await api.call('POST', '/v1/participant-tokens', { body: { participant: { external_id: 'ada' } } })
    ).body as { token: string };
    // Both nodes know the tokens by now.
    expect((await calm.call('GET', '/v1/organization', { token })).status).toBe(200);
    await waitFor(async () => calm.webhookParts.routing.webhooksOf(api.organization.id).length === 1, {
      what: 'the other node to know the webhook',
    });

    const answer = await calm.call('POST', '/v1/organization/deletion', {
      token,
      body: { confirm: 'Aurora Games' },
    });
    expect(answer.status, answer.text).toBe(202);
    expect((await calm.call('GET', '/v1/organization', { token })).status).toBe(401);
    for (const node of [api, calm]) {
      await waitFor(async () => (await node.call('GET', '/v1/organization', { token })).status === 401, {
        what: 'the token to be refused',
      });
      const asParticipant = () => node.call('GET', '/v1/payouts', { token: participant.token });
      await waitFor(async () => (await asParticipant()).status === 401, {
        what: 'the participant token to be refused',
      });
      await waitFor(async () => node.webhookParts.routing.webhooksOf(api.organization.id).length === 0, {
        what: 'the webhooks to be gone',
      });
    }
    await calm.close();
  });

  it('is deleted to the end although the node that began it died and its job was lost', async () => {
    await api.close();
    api = await ApiHarness.open({ jobs: { run: false }, deletionQuietMs: 0 });
    await fillQuietly();
    const asked = await api.call('POST', '/v1/organization/deletion', { body: { confirm: 'Aurora Games' } });
    expect(asked.status, asked.text).toBe(202);
    // Half of it was done, and the job is nowhere.
    await api.database.pool.query(
      `update jobs set state = 'failed', finished_at = now() where kind = 'delete_organization'`,
    );
    await api.database.pool.query('delete from events where organization_id = $1', [
      uuidIn(api.organization.id),
    ]);
    const { organizationDeletion, jobs } = api;
    expect(await organizationDeletion.resume()).toBe(0);
    await api.database.pool.query(`update organizations set deleting_at = now() - interval '2 minutes'`);
    expect(await organizationDeletion.resume()).toBe(1);
    expect(await organizationDeletion.resume()).toBe(0);
    await jobs.start();
    await waitFor(isGone, { what: 'the organization to be deleted', timeoutMs: 30_000 });
  });
});

async function fillQuietly(): Promise<void> {
  const season = await Season.open(api);
  await season.join('ada');
}
