import type { Session } from '@fanfare/client';
import { describe, expect } from 'vitest';
import { test, type Visit } from './harness/index.ts';

/** Lets somebody do in a window of theirs what others are to see in their windows. */
async function does(
  { context }: Visit,
  origin: string,
  method: 'post' | 'patch' | 'delete',
  path: string,
  data: object = {},
): Promise<void> {
  const answer = await context.request[method](path, { data, headers: { origin } });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
}

describe('another window shows at once', () => {
  test('who got another role, and offers them what they may do now', async ({ season, visit }) => {
    const owner = await visit(season, { as: 'owner' });
    const admin = await visit(season, { as: 'admin' });
    const viewer = await visit(season, { as: 'viewer' });
    await admin.open('/team');
    await viewer.open('/webhooks');
    await admin.page.getByRole('row', { name: /Vera Viewer vera@example.com Viewer/ }).waitFor();
    await viewer.page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
    const create = viewer.page.getByRole('link', { name: 'Create Webhook' }).first();
    expect(await create.count()).toBe(0);

    const { person } = (await (await viewer.context.request.get('/v1/session')).json()) as Session;
    await does(owner, season.origin, 'patch', `/v1/members/${person.id}`, { role: 'developer' });
    await admin.page.getByRole('row', { name: /Vera Viewer vera@example.com Developer/ }).waitFor();
    await create.waitFor();
  });

  test('a token that is revoked, and the entry of the audit log about it', async ({ season, visit }) => {
    const made = await season.api.post('/v1/tokens', { body: { name: 'Short-lived', scopes: ['read'] } });
    const owner = await visit(season, { as: 'owner' });
    const developer = await visit(season, { as: 'developer' });
    await owner.open('/audit-log');
    await developer.open('/api?tab=tokens');
    const token = developer.page.getByRole('row', { name: /Short-lived/ });
    await token.waitFor();
    await owner.page.getByRole('row', { name: /API token created Short-lived/ }).waitFor();

    await does(owner, season.origin, 'delete', `/v1/tokens/${made.id}`);
    await token.waitFor({ state: 'detached' });
    await owner.page.getByRole('row', { name: /API token revoked Short-lived Olive Owner/ }).waitFor();
  });

  test('a campaign that is renamed, in lists, on its page and in its settings', async ({ season, visit }) => {
    const campaign = await season.api.post('/v1/campaigns', { body: { name: 'Winter Regatta' } });
    const manager = await visit(season, { as: 'manager' });
    const viewer = await visit(season, { as: 'developer' });
    await manager.open(`/campaigns/${campaign.id}/settings`);
    await viewer.open('/campaigns');
    const second = await viewer.context.newPage();
    await second.goto(`/campaigns/${campaign.id}/settings`);
    await second.getByRole('heading', { name: 'Winter Regatta', level: 1 }).waitFor();
    await viewer.page.getByRole('row', { name: /Winter Regatta/ }).waitFor();

    await manager.page.getByRole('textbox', { name: 'Name', exact: true }).fill('Ice Regatta');
    await manager.page.getByRole('button', { name: 'Save' }).click();
    await viewer.page.getByRole('row', { name: /Ice Regatta/ }).waitFor();
    await second.getByRole('heading', { name: 'Ice Regatta', level: 1 }).waitFor();
    await expect
      .poll(() => second.getByRole('textbox', { name: 'Name', exact: true }).inputValue())
      .toBe('Ice Regatta');
  });

  test('an inbox that is made, the requests that arrive there, and that all of it is deleted', async ({
    season,
    visit,
  }) => {
    const owner = await visit(season, { as: 'owner' });
    const viewer = await visit(season, { as: 'manager', viewport: 'phone' });
    await viewer.open('/inboxes');
    await viewer.page.getByRole('list', { name: 'Inboxes' }).getByText('Data warehouse').waitFor();
    const inbox = await season.api.post('/v1/inboxes', { body: { name: 'Just made' } });
    await viewer.page.getByRole('link', { name: 'Just made' }).click();
    await viewer.page.getByText('Nothing has arrived yet').waitFor();

    await fetch(`${season.origin}${inbox.path}/first`, { method: 'POST', body: 'one' });
    await viewer.page.getByRole('link', { name: /POST \/first/ }).waitFor();
    await fetch(`${season.origin}${inbox.path}/second`, { method: 'PUT', body: 'two' });
    await viewer.page.getByRole('link', { name: /PUT \/second/ }).waitFor();

    await does(owner, season.origin, 'delete', `/v1/inboxes/${inbox.id}/requests`);
    await viewer.page.getByText('Nothing has arrived yet').waitFor();

    viewer.tolerate(/404/);
    await does(owner, season.origin, 'delete', `/v1/inboxes/${inbox.id}`);
    await viewer.page.getByRole('alert').getByText('No such thing in this organization').waitFor();
  });

  test('what whoever operates Fanfare sets on the command line', async ({ season, visit }) => {
    const organization = await season.api.get('/v1/organization');
    const { page, open } = await visit(season, { as: 'admin' });
    await open('/settings');
    const webhooks = page.getByRole('listitem').filter({ hasText: 'Webhooks' });
    await webhooks.waitFor();
    expect(await webhooks.getByText('Set for this organization').count()).toBe(0);
    await season.run('quotas', organization.id, 'webhooks=77');
    await webhooks.getByText(/of 77$/).waitFor();
    await webhooks.getByText('Set for this organization').waitFor();
  });

  test('who is new, among the participants and on the leaderboard', async ({ season, visit }) => {
    const [campaign] = (await season.api.get('/v1/campaigns', { query: { limit: 100 } })).data.filter(
      ({ name }) => name === 'Summer Regatta',
    );
    if (campaign === undefined) throw new Error('The season has no campaign');
    const people = await visit(season, { as: 'manager' });
    const standings = await visit(season, { as: 'admin' });
    await people.open('/participants');
    await standings.open(`/campaigns/${campaign.id}/leaderboard`);
    await people.page.getByRole('table', { name: 'Participants' }).getByRole('row').nth(1).waitFor();
    await standings.page.getByRole('table').first().getByRole('row').nth(1).waitFor();
    await season.api.post('/v1/campaigns/{id}/points', {
      path: { id: campaign.id },
      body: {
        participant: { external_id: 'late-lena' },
        amount: 1_000_000,
        cause: 'custom',
        reference: 'late',
      },
    });
    await people.page.getByRole('row', { name: /late-lena/ }).waitFor();
    await standings.page.getByRole('row', { name: /late-lena/ }).waitFor();
  });
});
