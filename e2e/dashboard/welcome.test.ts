import { describe, expect } from 'vitest';
import { test } from './harness/index.ts';

describe('the link of the first start', () => {
  test('makes the account of the first owner, once', async ({ empty, visit }) => {
    const { page, open, axe, fits } = await visit(empty, { viewport: 'phone' });
    await open(`/welcome#${empty.ownerToken}`);
    await page.getByLabel('Your name').fill('Olive Owner');
    await page.getByLabel('E-mail address').fill('olive@example.com');
    await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await axe();
    await fits();
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(page.url()).toBe(`${empty.origin}/`);
    await fits();

    const other = await visit(empty);
    other.tolerate(/status of 40[13]/);
    await other.open(`/welcome#${empty.ownerToken}`);
    await other.page.getByLabel('Your name').fill('Eve');
    await other.page.getByLabel('E-mail address').fill('eve@example.com');
    await other.page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await other.page.getByRole('button', { name: 'Create the account' }).click();
    await other.page.getByRole('alert').getByText('used already').first().waitFor();
    await other.open('/sign-in');
    await other.page.getByLabel('E-mail address').fill('olive@example.com');
    await other.page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });

  test('asks nothing where the demo runs', async ({ empty, visit }) => {
    const { page, context, open, axe } = await visit(empty, { colours: 'dark' });
    await open(`/welcome?demo#${empty.ownerToken}`);
    await axe();
    await page.getByRole('button', { name: 'Look around with the demo' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    const session: unknown = await (await context.request.get('/v1/session')).json();
    expect(session).toMatchObject({ role: 'owner', organization: { name: 'My organization' } });
  });
});

test('a window that was signed out elsewhere goes to the sign-in page by itself', async ({
  season,
  visit,
}) => {
  const { page, open, tolerate } = await visit(season, { as: 'admin' });
  tolerate(/401/);
  await open('/');
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  const elsewhere = await visit(season, { as: 'admin' });
  const ended = await elsewhere.context.request.delete('/v1/sessions', {
    headers: { origin: season.origin },
  });
  expect(ended.status()).toBe(204);
  await page.waitForURL('**/sign-in?*', { timeout: 10_000 });
  await page.getByText('Your session has ended').waitFor();
});
