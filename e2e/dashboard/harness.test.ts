import { expect } from 'vitest';
import { accounts, test } from './harness/index.ts';

test('everybody of the team can be signed in, in the organization of the season', async ({
  season,
  visit,
}) => {
  for (const { name, role, email } of Object.values(accounts)) {
    const { context } = await visit(season, { as: role });
    const session: unknown = await (await context.request.get('/v1/session')).json();
    expect(session).toMatchObject({
      person: { name, email },
      role,
      organization: { name: expect.stringMatching(/./) },
    });
  }
  const webhooks = await season.api.get('/v1/webhooks');
  expect(webhooks.data.length).toBeGreaterThan(10);
});

test('what a page may not do, and what goes wrong in it, is complained of', async ({ season, visit }) => {
  const { page, open, complaints, tolerate } = await visit(season);
  await open('/docs/api');
  expect(complaints()).toEqual([]);
  tolerate(/Content Security Policy/);
  await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: '1' }))");
  expect(complaints()).toEqual([]);
  // Later ones are complained of.
  const other = await visit(season);
  await other.open('/docs/api');
  await other.page.evaluate(
    "document.body.append(Object.assign(document.createElement('script'), { text: '1' }))",
  );
  await other.page.evaluate(
    "setTimeout(() => { throw new Error('It broke') }, 0); new Promise((resolve) => setTimeout(resolve, 50))",
  );
  expect(other.complaints()).toEqual([
    expect.stringContaining('Content Security Policy'),
    expect.stringContaining('It broke'),
  ]);
  other.forgetComplaints();
});

test('an empty Fanfare has nobody, and is there again after a restart', async ({ empty, visit }) => {
  expect(empty.ownerToken).toMatch(/^[\w-]{40,}$/);
  const { page, open, tolerate } = await visit(empty);
  await open('/docs/api');
  tolerate(/ERR_CONNECTION_REFUSED/);
  const stopped = await empty.stop();
  await expect(page.reload()).rejects.toThrow('ERR_CONNECTION_REFUSED');
  await stopped.start();
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
