import { test as base, inject } from 'vitest';
import { launchBrowser } from './browser.ts';
import { startEmpty, startSeason } from './fanfares.ts';
import type { Template } from './template.ts';
import { createVisits } from './visits.ts';

export { accounts, password, type Role } from './people.ts';
export type { Visit } from './visits.ts';

/** A test may ask for these; what no test in a file asks for is not started. */
export const test = base
  /** One Fanfare for the file, with the demo's season and an account for each role. */
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('season', { scope: 'file' }, async ({}, { onCleanup }) => {
    const season = await startSeason(ownTemplate());
    onCleanup(() => season.end());
    return season;
  })
  /** Another for each test, empty and without any account. */
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('empty', async ({}, { onCleanup }) => {
    const empty = await startEmpty();
    onCleanup(() => empty.end());
    return empty;
  })
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture needs
  .extend('browser', { scope: 'file' }, async ({}, { onCleanup }) => {
    const browser = await launchBrowser();
    onCleanup(() => browser.close());
    return browser;
  })
  /**
   * Opens a window on one of them: `await visit(season, { as: 'owner', viewport: 'phone' })`. At the end of the test all
   * are closed, and what a browser complained of fails the test.
   */
  .extend('visit', async ({ browser, task }, { onCleanup }) => {
    const visits = createVisits(browser);
    onCleanup(() => visits.end(task.result?.state === 'fail' ? task.name : null));
    return visits.start;
  });

/** The one of this worker: no other has a copy of it running meanwhile. */
function ownTemplate(): Template {
  const templates = inject('templates');
  const worker = process.env['VITEST_POOL_ID'];
  const template = templates[Number(worker) - 1];
  if (template !== undefined) return template;
  throw new Error(`Found worker ${worker}, expected one of 1 to ${templates.length}`);
}
