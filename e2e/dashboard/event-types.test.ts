import { expect } from 'vitest';
import { test } from './harness/index.ts';

test('tell what they say and what each format calls them', async ({ season, visit }) => {
  const { page, open, axe } = await visit(season, { as: 'viewer' });
  await open('/event-types');
  const catalogue = page.getByRole('table', { name: 'Event types of the catalogue' });
  await catalogue.getByRole('link', { name: 'points.issued' }).waitFor();
  await page.getByText('No event types of your own yet').waitFor();
  expect(await page.getByRole('link', { name: 'Register an event type' }).count()).toBe(0);
  await axe();

  await page.getByRole('searchbox', { name: 'Search' }).fill('EARNING_CREATED');
  await page.waitForURL('**/event-types?search=EARNING_CREATED');
  await expect.poll(() => catalogue.getByRole('link').count()).toBe(1);
  await catalogue.getByRole('link', { name: 'earning.created' }).click();
  await page.getByRole('heading', { name: 'earning.created', level: 1 }).waitFor();
  const formats = page.getByRole('table', { name: 'Formats that carry this event type' });
  await formats.getByRole('row', { name: 'claimr reward_allocated user_reward' }).waitFor();
  await formats.getByRole('row', { name: 'Gamify Route prize_won' }).waitFor();
  await page.getByRole('row', { name: /earning_id required string/ }).waitFor();
  await axe();
  await page.getByText('JSON Schema', { exact: true }).click();
  await page.waitForURL('**?schema=json');
  await page
    .getByRole('region', { name: 'the schema' })
    .getByText('"additionalProperties"')
    .first()
    .waitFor();
  await axe();
});

test('are registered with a schema that is checked while it is written, changed, and deleted', async ({
  season,
  visit,
}) => {
  const { page, open, axe } = await visit(season, { as: 'developer', colours: 'dark' });
  await open('/event-types');
  await page.getByRole('link', { name: 'Register an event type' }).click();
  await page.getByText('The schema is valid, and the example satisfies it.').waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('points.mine');
  await page.getByRole('textbox', { name: 'Name' }).and(page.locator('[aria-invalid=true]')).waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill('vip.upgraded');
  await page.getByRole('textbox', { name: 'Description' }).fill('Somebody became a VIP.');
  const schema = page.getByRole('textbox', { name: 'JSON Schema' });
  const example = page.getByRole('textbox', { name: 'Example of the data' });
  await schema.fill('{ "type": ');
  await page.getByText(/This is not JSON/).waitFor();
  await schema.fill('{ "type": "object", "properties": { "level": { "type": "sting" } } }');
  await page.getByText(/properties\/level\/type must be/).waitFor();
  await schema.fill('{ "type": "object", "properties": { "level": { "type": "integer" } } }');
  await page.getByText(/At \/level: .*integer/).waitFor();
  await axe();
  await example.fill('{ "level": 3 }');
  await page.getByText('The schema is valid, and the example satisfies it.').waitFor();
  await page.getByRole('button', { name: 'Register' }).click();
  await page.getByRole('heading', { name: 'vip.upgraded', level: 1 }).waitFor();
  await page.getByRole('row', { name: 'CloudEvents vip.upgraded' }).waitFor();
  await axe();
  expect(
    (await season.api.get('/v1/event-types/{type}', { path: { type: 'vip.upgraded' } })).example,
  ).toEqual({
    level: 3,
  });

  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('Somebody rose.');
  await page.getByRole('link', { name: 'Inboxes' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Stay|Keep/i })
    .click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody rose.').waitFor();

  await page.getByRole('button', { name: 'Delete' }).click();
  await page
    .getByRole('dialog', { name: 'Delete the event type vip.upgraded' })
    .getByRole('button', { name: 'Delete' })
    .click();
  await page.getByText('The event type vip.upgraded is deleted.').waitFor();
  await page.getByText('No event types of your own yet').waitFor();
});

test('fit a phone', async ({ season, visit }) => {
  const { page, open, axe, fits } = await visit(season, { as: 'owner', viewport: 'phone' });
  await open('/event-types/user.joined_campaign');
  await page.getByText('USER_JOINED_CAMPAIGN').waitFor();
  await fits();
  await axe();
  await open('/event-types/new-type');
  await page.getByText('The schema is valid, and the example satisfies it.').waitFor();
  await fits();
  await axe();
});

test('of the catalogue are nobody’s to change, and unknown ones say so', async ({ season, visit }) => {
  const { page, open, tolerate } = await visit(season, { as: 'owner' });
  tolerate(/404/);
  await open('/event-types/points.issued/edit');
  await page.getByText(/cannot be changed/).waitFor();
  await open('/event-types/no.such.type');
  await page.getByRole('alert').waitFor();
});
