import { expect } from 'vitest';
import { test } from './harness/index.ts';

test('are created with the answer they give, and show what arrives as it arrives', async ({
  season,
  visit,
}) => {
  const { page, open, axe } = await visit(season, { as: 'developer' });
  await open('/inboxes');
  await page.getByRole('table', { name: 'Inboxes' }).waitFor();
  await axe();
  await page.getByRole('button', { name: 'Create an inbox' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create an inbox' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Slow shop');
  await dialog.getByRole('textbox', { name: 'Status' }).fill('418');
  await dialog.getByRole('textbox', { name: 'Wait before' }).fill('0.05');
  await dialog.getByRole('textbox', { name: 'Headers' }).fill('no header');
  await dialog.getByRole('textbox', { name: 'Body' }).fill('{"short":"and stout"}');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByText('Found “no header”').waitFor();
  await axe();
  await dialog.getByRole('textbox', { name: 'Headers' }).fill('X-Teapot: yes');
  await dialog.getByRole('button', { name: 'Create' }).click();

  await page.getByRole('heading', { name: 'Slow shop', level: 1 }).waitFor();
  await page.getByText('418 after 50 ms').waitFor();
  await page.getByText('Nothing has arrived yet').waitFor();
  await axe();
  const url = `${season.origin}/inbox/${new URL(page.url()).pathname.split('/').at(-1)}`;
  await page.getByText(url, { exact: true }).waitFor();
  const answer = await fetch(`${url}/orders?id=7&note=<b>bold</b>`, {
    method: 'PUT',
    headers: { 'content-type': 'text/html' },
    body: '<script>document.title = "run"</script>',
  });
  expect([answer.status, answer.headers.get('x-teapot'), await answer.text()]).toEqual([
    418,
    'yes',
    '{"short":"and stout"}',
  ]);

  await page.getByRole('link', { name: /PUT \/orders/ }).click();
  const request = page.getByRole('article');
  await request.getByRole('row', { name: 'note <b>bold</b>' }).waitFor();
  await request.getByText('<script>document.title = "run"</script>', { exact: true }).waitFor();
  await request.getByRole('row', { name: 'content-type text/html' }).waitFor();
  await request.getByText('Not verified').waitFor();
  await request.getByText(/No webhook of the organization points at this inbox/).waitFor();
  await request.getByText(/Answered 418 after 50 ms/).waitFor();
  expect(await page.title()).toBe('Slow shop · Fanfare');
  await axe();
});

test('say whose signature it was', async ({ season, visit }) => {
  const { data } = await season.api.get('/v1/inboxes');
  const warehouse = data.find(({ name }) => name === 'Data warehouse');
  const { page, open, axe, fits } = await visit(season, { as: 'viewer', viewport: 'phone', colours: 'dark' });
  await open(`/inboxes/${warehouse?.id}`);
  await page.getByRole('list', { name: 'Requests, newest first' }).getByRole('link').first().click();
  await page.waitForURL('**?request=req_*');
  await page.getByText('Made with the secret of the webhook').waitFor();
  await page.getByRole('link', { name: 'Data warehouse' }).waitFor();
  await fits();
  await axe();
  await page.getByRole('link', { name: 'Back to the requests' }).click();
  const list = page.getByRole('list', { name: 'Requests, newest first' });
  await list.getByRole('link').nth(1).click();
  await page.getByRole('article').waitFor();
  await page.goBack();
  await list.waitFor();
  for (const name of ['Name and answer', 'More', 'Create a webhook that sends here']) {
    expect(await page.getByRole('button', { name }).count(), name).toBe(0);
  }
  await open('/inboxes');
  await page.getByRole('list', { name: 'Inboxes' }).getByText('Data warehouse').waitFor();
  await fits();
  expect(await page.getByRole('button', { name: 'Create an inbox' }).count()).toBe(0);
});

test('let a request be chosen far down the list without leaving the place', async ({ season, visit }) => {
  const { data } = await season.api.get('/v1/inboxes');
  const warehouse = data.find(({ name }) => name === 'Data warehouse');
  const { page, open } = await visit(season, { as: 'viewer' });
  await open(`/inboxes/${warehouse?.id}`);
  const entry = page.getByRole('list', { name: 'Requests, newest first' }).getByRole('link').nth(40);
  await entry.scrollIntoViewIfNeeded();
  const before = await entry.boundingBox();
  await entry.click();
  await page.getByRole('article').getByText('Made with the secret').waitFor();
  expect((await entry.boundingBox())?.y).toBe(before?.y);
});

test('are told to answer otherwise, emptied and deleted, and lead to a webhook that sends there', async ({
  season,
  visit,
}) => {
  const inbox = await season.api.post('/v1/inboxes', { body: { name: 'Short-lived' } });
  await fetch(`${season.origin}${inbox.path}`, { method: 'POST', body: 'one' });
  const { page, open } = await visit(season, { as: 'owner' });
  await open(`/inboxes/${inbox.id}`);
  await page.getByRole('link', { name: /POST/ }).waitFor();

  await page.getByRole('button', { name: 'Name and answer' }).click();
  const dialog = page.getByRole('dialog', { name: 'Name and answer' });
  await dialog.getByText('Cut the connection').click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('cuts the connection', { exact: true }).waitFor();
  await expect(fetch(`${season.origin}${inbox.path}`)).rejects.toThrow();
  await page.getByRole('link', { name: /GET .*connection cut/ }).waitFor();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete the requests' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the requests' }).click();
  await page.getByText('Nothing has arrived yet').waitFor();

  await page.getByRole('button', { name: 'Create a webhook that sends here' }).click();
  await page.waitForURL(`**/webhooks/new?url=*${inbox.id}*`);
  await expect
    .poll(() => page.getByRole('textbox', { name: 'URL' }).inputValue())
    .toBe(`${season.origin}${inbox.path}`);
  await page.goBack();

  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Delete the inbox' }).click();
  await page
    .getByRole('dialog', { name: 'Delete the inbox Short-lived' })
    .getByText(/gone for good/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('The inbox Short-lived is deleted.').waitFor();
  await page.waitForURL('**/inboxes');
  expect(await page.getByRole('link', { name: 'Short-lived' }).count()).toBe(0);
});
