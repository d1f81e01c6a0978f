import { describe, expect } from 'vitest';
import { accounts, test, type Visit } from './harness/index.ts';

const password = 'correct horse battery';

/** By e-mail, with what the page shows once because there is no mail server. */
async function invite({ page }: Visit, email: string, role: string): Promise<string> {
  await page.getByRole('button', { name: 'Invite somebody' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' });
  await dialog.getByLabel('E-mail address').fill(email);
  await dialog.getByRole('radio', { name: role }).check();
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await dialog.getByLabel('the link', { exact: true }).textContent();
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  if (link === null) throw new Error('No link is shown');
  return new URL(link).pathname + new URL(link).hash;
}

describe('the team', () => {
  test('grows by an invitation, changes a role, and loses a member', async ({ season, visit }) => {
    const owner = await visit(season, { as: 'owner' });
    await owner.open('/team');
    await owner.page.getByRole('row', { name: /Olive Owner you/ }).waitFor();
    const link = await invite(owner, 'mia@example.com', 'Viewer');
    const invitations = owner.page.getByRole('table', { name: 'Invitations' });
    await invitations.getByRole('row', { name: /mia@example.com Viewer Olive Owner/ }).waitFor();
    await owner.axe();

    const mia = await visit(season, { viewport: 'phone', colours: 'dark' });
    await mia.open(link);
    await mia.page.getByRole('heading', { name: /^You are invited to / }).waitFor();
    await mia.page.getByText('Olive Owner invites you as viewer.').waitFor();
    await mia.axe();
    await mia.fits();
    await mia.page.getByLabel('Your name').fill('Mia');
    await mia.page.getByRole('textbox', { name: 'Password' }).fill(password);
    await mia.page.getByRole('button', { name: 'Create the account and accept' }).click();
    await mia.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();

    await owner.page.reload();
    await owner.page.getByRole('button', { name: 'What can be done with Mia' }).click();
    await owner.page.getByRole('menuitem', { name: 'Change the role' }).click();
    const dialog = owner.page.getByRole('dialog', { name: 'Change the role of Mia' });
    await dialog.getByRole('radio', { name: 'Developer' }).check();
    await owner.axe();
    await dialog.getByRole('button', { name: 'Change the role' }).click();
    await owner.page.getByText('Mia is Developer from now on.').waitFor();
    await owner.page.getByRole('row', { name: /Mia mia@example.com Developer/ }).waitFor();

    mia.tolerate(/401/);
    await owner.page.getByRole('button', { name: 'What can be done with Mia' }).click();
    await owner.page.getByRole('menuitem', { name: 'Remove Mia' }).click();
    await owner.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await owner.page.getByText('Mia no longer belongs to the organization.').waitFor();
    await owner.page.getByRole('row', { name: /mia@example.com/ }).waitFor({ state: 'detached' });
    await mia.page.waitForURL('**/sign-in?*');

    await mia.open(link);
    mia.tolerate(/403/);
    await mia.page.getByRole('alert').getByText('used already').first().waitFor();
    await mia.page.getByText(/An invitation works once/).waitFor();
  });

  test('keeps its last owner, in the words of the API, and withdraws invitations', async ({
    season,
    visit,
  }) => {
    const owner = await visit(season, { as: 'owner' });
    const { page } = owner;
    owner.tolerate(/409/);
    await owner.open('/team');
    await page.getByRole('button', { name: 'What can be done with Olive Owner' }).click();
    await page.getByRole('menuitem', { name: 'Change the role' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change the role of Olive Owner' });
    await dialog.getByRole('radio', { name: 'Admin' }).check();
    await dialog.getByRole('button', { name: 'Change the role' }).click();
    await dialog.getByRole('alert').getByText('This is the last owner.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await invite(owner, 'noa@example.com', 'Manager');
    await page.getByRole('button', { name: 'Withdraw the invitation of noa@example.com' }).click();
    await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
    await page.getByText('The invitation of noa@example.com is withdrawn.').waitFor();
    await page.getByText('Nobody is invited').waitFor();
    await owner.axe();
  });

  test('is changed by an admin, who decides nothing about owners', async ({ season, visit }) => {
    const { page, open } = await visit(season, { as: 'admin', colours: 'dark' });
    await open('/team');
    await page.getByRole('row', { name: /Vera Viewer/ }).waitFor();
    expect(await page.getByRole('button', { name: 'What can be done with Olive Owner' }).count()).toBe(0);
    await page.getByRole('button', { name: 'What can be done with Vera Viewer' }).click();
    await page.getByRole('menuitem', { name: 'Change the role' }).click();
    await page.getByRole('radio', { name: 'Admin' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Owner' }).count()).toBe(0);
  });
});

describe('an account', () => {
  test('changes its name and password, and ends its other sessions', async ({ season, visit }) => {
    const here = await visit(season, { as: 'manager' });
    const elsewhere = await visit(season, { as: 'manager' });
    elsewhere.tolerate(/401/);
    await elsewhere.open('/account');
    await elsewhere.page.getByRole('heading', { name: 'Your account' }).waitFor();
    const { page } = here;
    here.tolerate(/status of 400/);
    await here.open('/account');
    await here.axe();

    await page.getByLabel('Your name').fill('Maxine Manager');
    await page.getByRole('button', { name: 'Save your name' }).click();
    await page.getByRole('button', { name: 'Menu of Maxine Manager' }).waitFor();

    const sessions = page.getByRole('table', { name: 'Where you are signed in' });
    await sessions.getByRole('row', { name: /Chrome on Linux this one/ }).waitFor();
    await page.getByRole('button', { name: 'End all others' }).click();
    await page.getByRole('button', { name: 'End', exact: true }).last().click();
    await page.getByText('All sessions but this one have ended.').waitFor();
    await elsewhere.page.waitForURL('**/sign-in?*');
    await page.getByRole('button', { name: 'End all others' }).waitFor({ state: 'detached' });

    await page.getByRole('textbox', { name: 'Present password' }).fill('not my password');
    await page.getByRole('textbox', { name: 'New password' }).fill('another horse battery');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page
      .getByText(/This is not your present password/)
      .first()
      .waitFor();
    await page.getByRole('textbox', { name: 'Present password' }).fill(password);
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed').waitFor();
    expect(await page.getByRole('button', { name: 'Make another organization' }).count()).toBe(0);
  });

  test('takes another address by a link that only its person can use', async ({ season, visit }) => {
    const { page, open, axe, tolerate } = await visit(season, { as: 'admin' });
    tolerate(/status of 403/);
    await open('/account');
    await page.getByRole('textbox', { name: 'New e-mail address' }).fill('ada@new.example.com');
    await page.getByRole('textbox', { name: 'Your password' }).fill(password);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText(/This Fanfare has no mail server to send the link with/).waitFor();
    await axe();

    const link = await season.run('people', 'address', 'ada@example.com', 'ada@new.example.com');
    const stranger = await visit(season);
    stranger.tolerate(/401/);
    await stranger.open(new URL(link).pathname + new URL(link).hash);
    await stranger.page.getByRole('button', { name: 'Confirm the address' }).click();
    await stranger.page.getByText('Sign in first').waitFor();
    await stranger.axe();

    await open(new URL(link).pathname + new URL(link).hash);
    await page.getByRole('heading', { name: 'Confirm your new address' }).waitFor();
    await axe();
    await page.getByRole('button', { name: 'Confirm the address' }).click();
    await page.getByText('You sign in with ada@new.example.com from now on').waitFor();
    await axe();
    await page.getByRole('link', { name: 'To your account' }).click();
    await page.getByText('ada@new.example.com').waitFor();

    const owner = await visit(season, { as: 'owner' });
    await owner.open('/team');
    const row = owner.page.getByRole('row', { name: /ada@new\.example\.com/ });
    await row
      .getByText(/now|ago/)
      .first()
      .waitFor();
    await owner.open('/audit-log');
    await owner.page.getByText('E-mail address changed').first().waitFor();
  });

  test('makes another organization, works in it, and goes back', async ({ season, visit }) => {
    const owner = await visit(season, { as: 'owner' });
    const { page } = owner;
    await owner.open('/account');
    const first = await page
      .getByRole('row', { name: /you work here/ })
      .getByText(/./)
      .first()
      .textContent();
    await page.getByRole('button', { name: 'Make another organization' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Second House');
    await owner.axe();
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByText('You work in Second House now.').waitFor();
    await page.getByRole('banner').getByText('Second House').waitFor();
    await owner.open('/account');
    await page.getByRole('button', { name: `Work in ${first}` }).click();
    await page
      .getByRole('banner')
      .getByText(first ?? '')
      .waitFor();

    // Switched once more, from the overview, and every window goes along; its end is named and typed.
    const other = await owner.context.newPage();
    await other.goto('/campaigns');
    await other.getByRole('link', { name: 'Summer Regatta' }).waitFor();
    await owner.open('/');
    await page.getByRole('button', { name: /^Menu of / }).click();
    await page.getByRole('menuitem', { name: 'Second House' }).click();
    await page.getByRole('banner').getByText('Second House').waitFor();
    await other.getByRole('banner').getByText('Second House').waitFor();
    await other.getByText('No campaigns yet').waitFor();
    await other.close();
    await owner.open('/settings');
    await page.getByRole('button', { name: 'Delete the organization …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Second House' });
    const action = dialog.getByRole('button', { name: 'Delete it for good' });
    expect(await action.isDisabled()).toBe(true);
    await owner.axe();
    await dialog.getByLabel('Type Second House to confirm').fill('Second House');
    owner.tolerate(/401/);
    await action.click();
    await page.getByText('The organization is being deleted.').waitFor();
  });
});

describe('whoever may only look', () => {
  test('is offered nothing that changes settings, tokens or people', async ({ season, visit }) => {
    const { page, open, axe } = await visit(season, { as: 'viewer' });
    await open('/settings');
    await page.getByText('Nobody is told by e-mail.').waitFor();
    await page.getByRole('progressbar', { name: 'Webhooks' }).waitFor();
    await axe();
    expect(await page.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Team' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await open('/api?tab=browsers');
    await page.getByText('From no page.').waitFor();
    expect(await page.getByRole('tab', { name: 'Tokens' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /End|Save/ }).count()).toBe(0);
    for (const path of ['/team', '/audit-log']) {
      await open(path);
      await page.getByText('Not for your role').waitFor();
    }
    await open('/account');
    await page.getByRole('heading', { name: 'Your account' }).waitFor();
    await page.getByText(accounts.viewer.email).waitFor();
  });
});
