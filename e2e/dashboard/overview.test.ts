import { expect } from 'vitest';
import { test } from './harness/index.ts';

const event = {
  type: 'user.signed_in',
  participant: { external_id: 'overview-ada' },
  data: { session: { id: 'ses_overview' }, method: 'email' },
};

test('tells how deliveries are doing, and of each attempt as it is made', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/');
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.getByText(/attempts failed/).waitFor();
  await page.getByRole('img', { name: /^Attempts\. Failed: between/ }).waitFor();
  await page.getByRole('img', { name: /^Response time\. Median: between/ }).waitFor();
  await axe();

  const feed = page.getByRole('region', { name: 'Attempts, newest first' });
  await feed.getByRole('link').first().waitFor();
  expect(await feed.getByText(/user\.signed_in.* in /).count()).toBe(0);
  await season.api.post('/v1/events', { body: event });
  await feed
    .getByText(/user\.signed_in.*→.* in /)
    .first()
    .waitFor();
});

test('keeps the time range in the address', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'viewer' });
  await open('/?range=7d');
  await expect.poll(() => page.getByRole('radio', { name: '7d' }).isChecked()).toBe(true);
  await page.getByText('30d', { exact: true }).click();
  await page.waitForURL('**/?range=30d');
  await page
    .getByText(/in this range/)
    .first()
    .waitFor();
});

test('says which webhooks need attention, and why', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'owner' });
  await open('/');
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await attention.getByText('Shop under repair').waitFor();
  await attention.getByText(/attempts in the last two hours were not acknowledged/).waitFor();
});

test('tells a new organization what to do first', async ({ empty, visit }) => {
  const { page, open, axe } = await visit(empty);
  await open(`/welcome#${empty.ownerToken}`);
  await page.getByLabel('Your name').fill('Nora New');
  await page.getByLabel('E-mail address').fill('nora@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByText('No webhook receives events yet').waitFor();
  await page.getByText('All webhooks are doing well').waitFor();
  await axe();
  await page.getByRole('link', { name: 'Create a webhook' }).click();
  await page.waitForURL('**/webhooks/new');
});

for (const colours of ['light', 'dark'] as const) {
  test(`fits a phone and is readable, ${colours}`, async ({ season, visit }) => {
    const { page, open, axe, fits } = await visit(season, { as: 'owner', viewport: 'phone', colours });
    await open('/');
    await page.getByText(/attempts failed/).waitFor();
    await fits();
    await axe();
    await page.getByRole('button', { name: 'Open the navigation' }).click();
    await page.getByRole('link', { name: 'Webhooks' }).waitFor();
    await axe();
  });
}
