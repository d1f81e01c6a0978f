import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { accounts, test } from './harness/index.ts';

const dist = fileURLToPath(new URL('../../packages/dashboard/dist/', import.meta.url));
/** What the first page may cost whoever opens it, compressed with gzip. */
const mostFirstBytes = 250_000;

test('loads less than 250 kB of JavaScript for the first page', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'viewer' });
  await open('/');
  await page.getByText(/attempts failed/).waitFor();
  const scripts = await page.evaluate<string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.js'))",
  );
  const compressed = scripts
    .filter((path) => path.startsWith('/assets/'))
    .map(async (path) => (await readFile(`${dist}${path}.gz`)).byteLength);
  const bytes = (await Promise.all(compressed)).reduce((sum, size) => sum + size, 0);
  expect(scripts.length).toBeGreaterThan(2);
  expect(bytes).toBeLessThan(mostFirstBytes);
});

test('leads whoever is not signed in to the sign-in page, and back to where they wanted to go', async ({
  season,
  visit,
}) => {
  const { page, open, axe, tolerate } = await visit(season);
  tolerate(/401/);
  await open('/webhooks');
  await page.waitForURL('**/sign-in?to=*');
  await axe();
  await page.getByLabel('E-mail address').fill(accounts.viewer.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('a wrong password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/webhooks');
  await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor();
});

test('never leads to another site after signing in', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'viewer' });
  await open('/sign-in?to=//example.com/');
  await page.getByLabel('E-mail address').fill(accounts.viewer.email);
  await page.getByRole('textbox', { name: 'Password' }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  expect(new URL(page.url()).origin).toBe(season.origin);
});

test('signing out in one window signs out all of them', async ({ season, visit }) => {
  const { page, context, open, tolerate } = await visit(season, { as: 'manager' });
  tolerate(/401/);
  await open('/');
  const other = await context.newPage();
  await other.goto('/history');
  await other.getByRole('heading', { name: 'History', level: 1 }).waitFor();

  await page.getByRole('button', { name: `Menu of ${accounts.manager.name}` }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('You have signed out.').waitFor();
  await other.waitForURL('**/sign-in*');
});

test('says that Fanfare is away, and goes on when it is back', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'viewer' });
  tolerate(
    /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|503/,
  );
  await open('/');
  await page.getByText(/attempts failed/).waitFor();
  const stopped = await season.stop();
  await page.getByText(/The connection to Fanfare is lost/).waitFor();
  await stopped.start();
  await page.getByText(/The connection to Fanfare is lost/).waitFor({ state: 'detached' });
  await page.getByText('Connected again.').waitFor();
});

test('shows what is nowhere as that', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/no/such/page');
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor();
  await axe();
});

test('is used without a pointer', async ({ season, visit }) => {
  const { page, open } = await visit(season, { as: 'owner' });
  await open('/');
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
  const menu = page.getByRole('button', { name: `Menu of ${accounts.owner.name}` });
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Dark', exact: true }).press('Enter');
  await expect.poll(() => page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
  await page.keyboard.press('Escape');
  await page.reload();
  await expect.poll(() => page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
});

test('lets no other page frame it, and runs no script but its own', async ({ season }) => {
  const { headers } = await fetch(`${season.origin}/`, { headers: { accept: 'text/html' } });
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  const again = await fetch(`${season.origin}/`);
  expect(again.headers.get('content-security-policy')).not.toBe(policy);
});
