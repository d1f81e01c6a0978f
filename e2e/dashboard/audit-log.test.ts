import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { test } from './harness/index.ts';

test('tells who changed what, before and after, and that nobody tampered with it', async ({
  season,
  visit,
}) => {
  const [webhook] = (await season.api.get('/v1/webhooks')).data;
  if (webhook === undefined) throw new Error('The season has no webhook');
  const owner = await visit(season, { as: 'owner' });
  const { page } = owner;
  const changed = await owner.context.request.patch(`/v1/webhooks/${webhook.id}`, {
    data: { name: 'Renamed', timeout_ms: 4321, headers: { 'x-key': 'very-secret' } },
    headers: { origin: season.origin },
  });
  expect(changed.status()).toBe(200);

  await owner.open('/audit-log');
  await page
    .getByRole('row', { name: /Webhook changed Renamed Olive Owner/ })
    .getByRole('link')
    .click();
  const entry = page.getByRole('dialog', { name: /^Entry \d+$/ });
  await entry.getByRole('row', { name: /timeout_ms \d+ 4321/ }).waitFor();
  await entry.getByText('(redacted) stands for a secret').waitFor();
  expect(await page.getByText('very-secret').count()).toBe(0);
  await owner.axe();
  const address = page.url();

  await entry.getByRole('button', { name: 'Everything done to it' }).click();
  await page.waitForURL(`**/audit-log?target=${webhook.id}`);
  await page.getByRole('row', { name: /Webhook changed/ }).waitFor();
  expect(await page.getByRole('row', { name: /Signed in/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Take the filters away' }).click();

  await page.getByRole('combobox', { name: 'What', exact: true }).click();
  await page.getByRole('option', { name: 'Signed in', exact: true }).click();
  await page.waitForURL('**/audit-log?action=session.created');
  await page
    .getByRole('row', { name: /Signed in/ })
    .first()
    .waitFor();
  await page.getByRole('row', { name: /Webhook changed/ }).waitFor({ state: 'detached' });
  await page.getByLabel('On what (id)').fill('whk_nothing');
  await page.getByLabel('On what (id)').press('Enter');
  await page.getByText('Nothing matches').waitFor();
  await owner.axe();
  await page.getByRole('button', { name: 'Take the filters away' }).first().click();

  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('The log is whole').waitFor();
  await owner.axe();

  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: /lines of JSON/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('audit-log.jsonl');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ action: 'webhook.updated' });

  // The address of an entry leads to it, however it is opened.
  const phone = await visit(season, { as: 'admin', viewport: 'phone', colours: 'dark' });
  await phone.open(address.slice(season.origin.length));
  await phone.page
    .getByRole('dialog')
    .getByRole('row', { name: /timeout_ms/ })
    .waitFor();
  await phone.axe();
  await phone.fits();
  await phone.page.keyboard.press('Escape');
  await phone.page.getByRole('button', { name: 'Filters' }).click();
  await phone.page.getByRole('combobox', { name: 'Who', exact: true }).waitFor();
  await phone.axe();
  await phone.fits();
});

test('says where somebody with the database in their hands changed an entry', async ({ season, visit }) => {
  const { id } = await season.api.post('/v1/tokens', { body: { name: 'Hidden', scopes: ['money'] } });
  await season.api.post('/v1/inboxes', { body: { name: 'Made afterwards' } });
  const entries = (await season.api.get('/v1/audit-log', { query: { target: id } })).data;
  const number = entries[0]?.number ?? 0;
  const auditor = await visit(season, { as: 'admin' });
  const { page } = auditor;
  await auditor.open('/audit-log');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('The log is whole').waitFor();

  const database = season.openDatabase();
  try {
    await database.pool.query(`
      begin;
      alter table audit_entries disable trigger keep_audit_entries;
      update audit_entries set actor = jsonb_set(actor, '{name}', '"Somebody else"') where number = ${number};
      alter table audit_entries enable trigger keep_audit_entries;
      commit`);
  } finally {
    await database.close();
  }
  await page.getByRole('button', { name: 'Verify' }).click();
  const words = (count: number) => new Intl.NumberFormat('en-GB').format(count);
  const result = page.getByRole('alert').filter({ hasText: 'The log was tampered with at entry' });
  await result.getByText(`The log was tampered with at entry ${words(number)}`, { exact: true }).waitFor();
  await result.getByText(/The content was changed: it does not have this hash/).waitFor();
  await result.getByText(new RegExp(`The ${words(number - 1)} entries before it fit together`)).waitFor();
  await auditor.axe();
});

test('says when more of it could not be read, and keeps what was', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'owner' });
  tolerate(/ERR_FAILED/);
  await open('/audit-log');
  const rows = page.getByRole('table').getByRole('row');
  const more = page.getByRole('button', { name: 'Show more' });
  await more.waitFor();
  const before = await rows.count();
  await page.route('**/v1/audit-log?*cursor=*', (route) => route.abort());
  await more.click();
  const problem = page.getByRole('alert').filter({ hasText: 'No answer' });
  await problem.waitFor();
  expect(await rows.count()).toBe(before);
  await page.unroute('**/v1/audit-log?*cursor=*');
  await more.click();
  await problem.waitFor({ state: 'detached' });
  await expect.poll(() => rows.count()).toBeGreaterThan(before);
});
