import { expect } from 'vitest';
import { test } from './harness/index.ts';

/** It makes many webhooks first. */
const slow = { timeout: 180_000 };
const patient = { timeout: 30_000 };

test(
  'the list reads on as one scrolls, and asks for the statistics of what is near',
  slow,
  async ({ season, visit }) => {
    const campaign = await season.api.post('/v1/campaigns', { body: { name: 'Crowded' } });
    for (let n = 1; n <= 130; n++) {
      await season.api.post('/v1/webhooks', {
        body: {
          id: `crowd-${n}`,
          name: `Crowd ${n}`,
          format: 'claimr',
          url: `${season.origin}/crowd`,
          campaigns: [campaign.id],
          events: ['referral'],
        },
      });
    }
    const { page, open, axe } = await visit(season, { as: 'viewer' });
    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname === '/v1/statistics/webhooks') asked.push(...(searchParams.get('ids') ?? '').split(','));
    });
    await open(`/webhooks?campaign=${campaign.id}&event=referral`);
    const table = page.getByRole('table', { name: 'Webhooks' });
    await table.getByRole('link', { name: 'Crowd 130', exact: true }).waitFor();
    await table.getByRole('img', { name: 'No attempts in the last 24 hours' }).first().waitFor();
    expect(asked).toContain('crowd-130');
    expect(asked).not.toContain('crowd-1');
    await axe();

    const last = table.getByRole('link', { name: 'Crowd 1', exact: true });
    await expect
      .poll(async () => {
        await page.keyboard.press('End');
        return last.isVisible();
      }, patient)
      .toBe(true);
    await expect.poll(() => asked, patient).toContain('crowd-1');
    // What is far away is not drawn, and there again when one comes back.
    await table.getByRole('link', { name: 'Crowd 130', exact: true }).waitFor({ state: 'detached' });
    asked.length = 0;
    await page.keyboard.press('Home');
    await table.getByRole('link', { name: 'Crowd 130', exact: true }).waitFor();
    await axe();

    // The predefined hook finds its own, a few at a time, and a picker any of them.
    await open('/api');
    const hook = page.getByRole('region', { name: 'Referral hook', exact: true });
    await hook.getByRole('link', { name: 'Crowd 130', exact: true }).waitFor();
    expect(await hook.getByRole('listitem').count()).toBe(10);
    await hook.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => hook.getByRole('listitem').count(), patient).toBe(20);
    await page
      .getByRole('region', { name: 'User login hook', exact: true })
      .getByText('Assigned', { exact: true })
      .waitFor();
    await open('/history');
    await page.getByRole('button', { name: 'More filters' }).click();
    await page.getByRole('combobox', { name: 'Webhook' }).fill('crowd-17');
    await page.getByRole('option', { name: /^Crowd 17/ }).click();
    await page.waitForURL(/webhook=crowd-17(&|$)/);
    await open(`/campaigns/${campaign.id}/integration`);
    await page.getByRole('link', { name: 'Crowd 130', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Webhooks that get its events, too' }).waitFor();
  },
);
