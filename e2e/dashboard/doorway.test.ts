import { describe, expect } from 'vitest';
import { accounts, test, type Visit } from './harness/index.ts';

const password = 'correct horse battery';

async function signIn({ page }: Visit, email: string, secret: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('signing in', () => {
  test('in one window brings the others along, each to where it wanted to go', async ({ season, visit }) => {
    const one = await visit(season);
    one.tolerate(/401/);
    await one.open('/team');
    await one.page.waitForURL('**/sign-in?to=*');
    const other = await one.context.newPage();
    await other.goto('/settings');
    await other.waitForURL('**/sign-in?to=*');
    await signIn(one, accounts.admin.email, password);
    await one.page.getByRole('heading', { name: 'Team', level: 1 }).waitFor();
    await other.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  });

  test('too often says until when nobody gets in', async ({ season, visit }) => {
    const visitor = await visit(season, { viewport: 'phone', colours: 'dark' });
    const { page } = visitor;
    visitor.tolerate(/40[13]|429/);
    await visitor.open('/sign-in');
    const email = 'nobody@example.com';
    for (let tries = 0; tries < 10; tries++) {
      await visitor.context.request.post('/v1/session', {
        data: { email, password: 'not the password' },
        headers: { origin: season.origin },
      });
    }
    await signIn(visitor, email, 'not the password');
    await page
      .getByRole('alert')
      .getByText(/Try again in 1?\d minutes/)
      .waitFor();
    await page.getByText(/^Until .* further tries are refused/).waitFor();
    await visitor.axe();
    await visitor.fits();
  });
});

test('what cannot be is said at its field, and a password can be looked at by keyboard', async ({
  season,
  visit,
}) => {
  const visitor = await visit(season, { colours: 'dark' });
  const { page } = visitor;
  visitor.tolerate(/40[013]/);
  await visitor.open('/sign-in');
  const email = page.getByLabel('E-mail address');
  const secret = page.getByRole('textbox', { name: 'Password' });
  // The browser takes this for an address.
  await signIn(visitor, 'olive@example', 'not the password');
  await page.getByText('expected an e-mail address').waitFor();
  expect(await email.getAttribute('aria-invalid')).toBe('true');
  await visitor.axe();
  await secret.focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => secret.getAttribute('type')).toBe('text');
  await visitor.axe();
  await signIn(visitor, 'olive@example.com', 'not the password');
  await page.getByRole('alert').getByText('E-mail address and password do not belong together').waitFor();
});

test('a browser that says it is offline is not waited for', async ({ season, visit }) => {
  const visitor = await visit(season);
  visitor.tolerate(/ERR_INTERNET_DISCONNECTED/);
  await visitor.open('/sign-in');
  await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await visitor.context.setOffline(true);
  await signIn(visitor, accounts.admin.email, password);
  await visitor.page.getByRole('alert').getByText('Fanfare did not answer').waitFor();
});

describe('a forgotten password', () => {
  test('is asked for, and what happens without a mail server is said', async ({ season, visit }) => {
    const visitor = await visit(season);
    const { page } = visitor;
    await visitor.open('/sign-in');
    await page.getByRole('link', { name: 'Forgotten password?' }).click();
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    await page.getByLabel('E-mail address').fill(accounts.developer.email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('status').getByText(`fanfare people reset ${accounts.developer.email}`).waitFor();
    await visitor.axe();
  });

  test('is set anew with the link, once', async ({ season, visit }) => {
    const link = new URL(await season.run('people', 'reset', accounts.developer.email));
    const visitor = await visit(season, { viewport: 'phone' });
    const { page } = visitor;
    await visitor.open(link.pathname + link.hash);
    await page.getByRole('textbox', { name: 'New password' }).fill('short');
    await visitor.axe();
    await visitor.fits();
    await page.getByRole('textbox', { name: 'New password' }).fill('another horse battery');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Your new password is set').waitFor();
    await signIn(visitor, accounts.developer.email, 'another horse battery');
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

    const late = await visit(season, { colours: 'dark' });
    late.tolerate(/403/);
    await late.open(link.pathname + link.hash);
    await late.page.getByRole('textbox', { name: 'New password' }).fill('a third horse battery');
    await late.page.getByRole('button', { name: 'Set the password' }).click();
    await late.page.getByRole('alert').getByText('used already').first().waitFor();
    await late.axe();
    await late.page.getByRole('link', { name: 'Ask for another link' }).click();
    await late.page.getByRole('button', { name: 'Send the link' }).waitFor();
  });
});

test('links without their token say what is missing', async ({ season, visit }) => {
  const { page, open, axe, fits } = await visit(season, { viewport: 'phone' });
  await open('/welcome');
  await page.getByText('fanfare people owner').waitFor();
  expect(await page.getByRole('textbox').count()).toBe(0);
  await axe();
  await fits();
  for (const path of ['/new-password', '/invitation']) {
    await open(path);
    await page.getByText('This address is not the whole link').waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    await axe();
  }
});

test('an invitation of somebody with an account asks for its password alone', async ({ empty, visit }) => {
  const owner = await visit(empty);
  const { page } = owner;
  await owner.open(`/welcome#${empty.ownerToken}`);
  await page.getByLabel('Your name').fill('Olive Owner');
  await page.getByLabel('E-mail address').fill('olive@example.com');
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Create the account' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  const send = async (path: string, data: object): Promise<unknown> => {
    const answer = await owner.context.request.post(path, { data, headers: { origin: empty.origin } });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.json();
  };
  const invited = await send('/v1/invitations', { email: 'noa@example.com', role: 'admin' });
  const noa = await visit(empty);
  await noa.open(`/invitation${new URL((invited as { link: string }).link).hash}`);
  await noa.page.getByLabel('Your name').fill('Noa');
  await noa.page.getByRole('textbox', { name: 'Password' }).fill(password);
  await noa.page.getByRole('button', { name: 'Create the account and accept' }).click();
  await noa.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

  const made = await send('/v1/organizations', { name: 'Second House' });
  const switched = await owner.context.request.patch('/v1/session', {
    data: { organization_id: (made as { id: string }).id },
    headers: { origin: empty.origin },
  });
  expect(switched.ok()).toBe(true);
  const again = await send('/v1/invitations', { email: 'noa@example.com', role: 'viewer' });
  const link = new URL((again as { link: string }).link);
  noa.tolerate(/401/);
  await noa.open(link.pathname + link.hash);
  await noa.page.getByRole('heading', { name: 'You are invited to Second House' }).waitFor();
  expect(await noa.page.getByLabel('Your name').count()).toBe(0);
  await noa.axe();
  await noa.page.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await noa.page.getByRole('button', { name: 'Accept the invitation' }).click();
  await noa.page.getByRole('alert').waitFor();
  await noa.page.getByRole('textbox', { name: 'Password' }).fill(password);
  await noa.page.getByRole('button', { name: 'Accept the invitation' }).click();
  await noa.page.getByRole('banner').getByText('Second House').waitFor();
});
