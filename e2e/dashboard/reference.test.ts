import { describe } from 'vitest';
import { test } from './harness/index.ts';

const looks = [
  { viewport: 'desktop', colours: 'light' },
  { viewport: 'desktop', colours: 'dark' },
  { viewport: 'phone', colours: 'light' },
  { viewport: 'phone', colours: 'dark' },
] as const;

describe.each(looks)('on a $viewport in $colours', (look) => {
  test('the reference of the API reads well', async ({ season, visit }) => {
    const { page, open, axe, fits } = await visit(season, look);
    await open('/docs/api');
    await page.getByRole('heading', { name: 'Publish', exact: false }).first().waitFor();
    await fits();
    await axe();
  });

  test('the list of problems reads well', async ({ season, visit }) => {
    const { page, open, axe, fits } = await visit(season, look);
    await open('/docs/problems');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await fits();
    await axe();
  });
});
