import { describe, expect } from 'vitest';
import { test } from './harness/index.ts';

describe('settings', () => {
  test('rename the organization, say whom alerts are mailed to, and tell what is kept and used', async ({
    season,
    visit,
  }) => {
    const { page, open, axe, tolerate } = await visit(season, { as: 'admin' });
    tolerate(/status of 400/);
    await open('/settings');
    const name = page.getByLabel('Name');
    const before = await name.inputValue();
    await name.fill('Aurora Games');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByRole('banner').getByText('Aurora Games').waitFor();
    await name.fill(before);
    await page.getByRole('button', { name: 'Save the name' }).click();
    await page.getByRole('banner').getByText(before).waitFor();

    const addresses = page.getByRole('combobox', { name: 'E-mail addresses' });
    await addresses.fill('no address');
    await addresses.press('Enter');
    await page.getByRole('button', { name: 'Save the addresses' }).click();
    await page
      .getByText(/expected an e-mail address/)
      .first()
      .waitFor();
    await addresses.press('Backspace');
    await addresses.fill('ops@example.com');
    await addresses.press('Enter');
    await page.getByRole('button', { name: 'Save the addresses' }).click();
    await page.getByText('They are told from now on.').waitFor();

    await page.getByText('30 days').first().waitFor();
    await page.getByRole('progressbar', { name: 'Webhooks' }).waitFor();
    expect(await page.getByRole('button', { name: /Delete the organization/ }).count()).toBe(0);
    await axe();
  });

  test('fit a phone in the dark', async ({ season, visit }) => {
    const { page, open, axe, fits } = await visit(season, {
      as: 'owner',
      viewport: 'phone',
      colours: 'dark',
    });
    await open('/settings');
    await page.getByRole('progressbar', { name: 'Webhooks' }).waitFor();
    await page.getByRole('button', { name: /Delete the organization/ }).waitFor();
    await axe();
    await fits();
    await open('/account');
    await page.getByText('Chrome on Linux').first().waitFor();
    await axe();
    await fits();
  });
});

describe('API tokens', () => {
  test('are made with scopes, shown once, used, and revoked', async ({ season, visit }) => {
    const { page, open, axe } = await visit(season, { as: 'developer' });
    await open('/api?tab=tokens');
    await page.getByRole('row', { name: /Start-up/ }).waitFor();
    await axe();
    await page.getByRole('button', { name: 'Create a token' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Shop');
    await dialog.getByRole('button', { name: 'Create the token' }).click();
    await dialog.getByText('Choose at least one scope.').waitFor();
    await dialog.getByRole('checkbox', { name: 'read' }).check();
    await axe();
    expect(await dialog.getByRole('checkbox', { name: 'money' }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Create the token' }).click();
    const token = (await dialog.getByLabel('the token', { exact: true }).textContent()) ?? '';
    expect(token).toMatch(/^fan_/);
    await axe();
    await dialog.getByRole('button', { name: 'Done' }).click();

    const row = page.getByRole('row', { name: /Shop/ });
    await row.getByText('read', { exact: true }).waitFor();
    await row.getByText('never').waitFor();
    expect(await page.getByText(token).count()).toBe(0);
    const call = () =>
      fetch(`${season.origin}/v1/organization`, { headers: { authorization: `Bearer ${token}` } });
    expect((await call()).status).toBe(200);
    await page.reload();
    await row.getByText('now').first().waitFor();

    await page.getByRole('button', { name: 'Revoke the token Shop' }).click();
    await page.getByRole('button', { name: 'Revoke', exact: true }).last().click();
    await page.getByText('The token Shop is refused from now on.').waitFor();
    await row.waitFor({ state: 'detached' });
    expect((await call()).status).toBe(401);
  });

  test('of participants end, and their pages are allowed', async ({ season, visit }) => {
    const { page, open, axe, fits, tolerate } = await visit(season, {
      as: 'developer',
      viewport: 'phone',
      colours: 'dark',
    });
    tolerate(/status of 400/);
    await open('/api?tab=browsers');
    const origins = page.getByRole('combobox', { name: 'Allowed origins' });
    await origins.fill('https://play.example.com/shop');
    await origins.press('Enter');
    await page.getByRole('button', { name: 'Save the origins' }).click();
    await page
      .getByText(/which is https:\/\/play\.example\.com/)
      .first()
      .waitFor();
    await origins.press('Backspace');
    await origins.fill('https://play.example.com');
    await origins.press('Enter');
    await page.getByRole('button', { name: 'Save the origins' }).click();
    await page.getByText('Browsers may call from these pages from now on.').waitFor();
    await axe();
    await fits();

    const participant = page.getByRole('combobox', { name: 'Of one participant' });
    await participant.click();
    await page.getByRole('option').first().click();
    await page.getByRole('button', { name: "End this participant's tokens" }).click();
    await page.getByRole('button', { name: 'End them' }).click();
    await page.getByText('The tokens of this participant are refused from now on.').waitFor();
    await page.getByRole('button', { name: 'End the tokens of all participants' }).click();
    await page.getByRole('button', { name: 'End them' }).click();
    await page.getByText('All participant tokens are refused from now on.').waitFor();
  });
});
