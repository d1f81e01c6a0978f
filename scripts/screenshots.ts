import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../e2e/dashboard/harness/browser.ts';
import {
  endFanfares,
  startEmpty,
  startSeason,
  type TestedFanfare,
} from '../e2e/dashboard/harness/fanfares.ts';
import { makeSeason } from '../e2e/dashboard/harness/template.ts';
import { createVisits, type Visits } from '../e2e/dashboard/harness/visits.ts';

/**
 * `npm run screenshots`: every screen of the dashboard with the demo's season, on a desktop and on a phone, in light and in
 * dark, into docs/screens. `npm run screenshots -- webhooks history` makes those whose names begin with one of the words.
 */

const folder = fileURLToPath(new URL('../docs/screens/', import.meta.url));
/** Of WebP, in per cent: text stays sharp. */
const quality = 82;
/** Charts draw, and the stream brings what is new. */
const settleMs = 900;

interface Screen {
  readonly name: string;
  /** Of the Fanfare with the season, unless it is `empty`. */
  readonly path: (season: TestedFanfare) => Promise<string> | string;
  readonly on?: 'empty';
  /** Nobody is signed in. */
  readonly outside?: true;
  /** What somebody does there first. */
  readonly act?: (page: Page) => Promise<void>;
}

const at = (path: string) => () => path;
const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

/** The page of something, and its tabs by the last part of their address. */
const pages = (
  name: string,
  of: (season: TestedFanfare) => Promise<string>,
  tabs: readonly string[],
): Screen[] => [
  { name, path: of },
  ...tabs.map((tab) => ({
    name: `${name}-${tab}`,
    path: async (season: TestedFanfare) => `${await of(season)}/${tab}`,
  })),
];

const screens: readonly Screen[] = [
  { name: 'welcome', path: ({ ownerToken }) => `/welcome?demo#${ownerToken}`, on: 'empty', outside: true },
  { name: 'sign-in', path: at('/sign-in'), outside: true },
  { name: 'forgotten-password', path: at('/forgotten-password'), outside: true },
  { name: 'new-password', path: at('/new-password#token'), outside: true },
  { name: 'overview', path: at('/?range=15m') },
  { name: 'webhooks', path: at('/webhooks') },
  { name: 'webhook-new', path: at('/webhooks/new') },
  ...pages('webhook', webhookPage, ['settings', 'example', 'history']),
  {
    name: 'webhook-test',
    path: async (season) => `${await webhookPage(season)}/test`,
    act: press(/^Test$/),
  },
  { name: 'history', path: at('/history') },
  { name: 'history-events', path: at('/history?tab=events') },
  { name: 'delivery', path: retriedDeliveryPage },
  { name: 'recovery', path: at('/recovery') },
  { name: 'recovery-replay', path: at('/recovery'), act: press('Replay events') },
  { name: 'event-types', path: at('/event-types') },
  { name: 'event-type', path: at('/event-types/task.completed') },
  { name: 'event-type-new', path: at('/event-types/new-type') },
  { name: 'inboxes', path: at('/inboxes') },
  { name: 'inbox', path: async ({ api }) => `/inboxes/${(await first(api.items('/v1/inboxes'))).id}` },
  { name: 'campaigns', path: at('/campaigns') },
  { name: 'campaign-new', path: at('/campaigns/new') },
  ...pages('campaign', campaignPage, [
    'design',
    'participants',
    'leaderboard',
    'referrals',
    'activity',
    'corrections',
    'integration',
    'settings',
  ]),
  { name: 'triggers', path: at('/triggers') },
  { name: 'participants', path: at('/participants') },
  ...pages('participant', participantPage, ['activity', 'rewards', 'referrals', 'events', 'deliveries']),
  { name: 'payouts', path: at('/payouts') },
  { name: 'payout', path: async ({ api }) => `/payouts/${(await first(api.items('/v1/payouts'))).id}` },
  { name: 'api', path: at('/api') },
  { name: 'api-assign', path: at('/api'), act: press('Assign User activity hook') },
  { name: 'api-tokens', path: at('/api?tab=tokens') },
  { name: 'api-browsers', path: at('/api?tab=browsers') },
  { name: 'team', path: at('/team') },
  { name: 'settings', path: at('/settings') },
  { name: 'audit-log', path: at('/audit-log') },
  { name: 'account', path: at('/account') },
];

const looks = [
  { viewport: 'desktop', colours: 'light' },
  { viewport: 'desktop', colours: 'dark' },
  { viewport: 'phone', colours: 'light' },
  { viewport: 'phone', colours: 'dark' },
] as const;

const asked = process.argv.slice(2);
const chosen = screens.filter(
  ({ name }) => asked.length === 0 || asked.some((word) => name.startsWith(word)),
);
const complaints: string[] = [];
if (asked.length === 0) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
try {
  const season = await startSeason(await makeSeason());
  const empty = await startEmpty();
  const browser = await launchBrowser();
  const visits = createVisits(browser);
  for (const screen of chosen) {
    for (const look of looks) await picture(screen, look, screen.on === 'empty' ? empty : season, visits);
    process.stdout.write(`${screen.name}\n`);
  }
  await browser.close();
} finally {
  await endFanfares();
}
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.exitCode = complaints.length > 0 ? 1 : 0;

async function picture(
  { name, path, outside, act }: Screen,
  look: (typeof looks)[number],
  fanfare: TestedFanfare,
  visits: Visits,
): Promise<void> {
  const title = `${name}-${look.viewport}-${look.colours}`;
  try {
    const { page, open } = await visits.start(fanfare, { ...look, ...(outside !== true && { as: 'owner' }) });
    await open(await path(fanfare));
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForTimeout(settleMs);
    await act?.(page);
    if (act !== undefined) await page.waitForTimeout(settleMs);
    const cdp = await page.context().newCDPSession(page);
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality });
    await writeFile(join(folder, `${title}.webp`), Buffer.from(data, 'base64'));
  } catch (error) {
    complaints.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    await visits.end(null);
  } catch (error) {
    complaints.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function first<Item>(items: AsyncIterable<Item>): Promise<Item> {
  for await (const item of items) return item;
  throw new Error('The season has left nothing to show here');
}

async function campaignPage({ api }: TestedFanfare): Promise<string> {
  return `/campaigns/${(await first(api.items('/v1/campaigns'))).id}`;
}

async function participantPage({ api }: TestedFanfare): Promise<string> {
  const { id } = await first(api.items('/v1/campaigns'));
  const leader = await first(api.items('/v1/campaigns/{id}/leaderboard', { path: { id } }));
  return `/participants/${leader.participant_id}`;
}

async function webhookId({ api }: TestedFanfare): Promise<string> {
  for await (const { id, name } of api.items('/v1/webhooks')) if (name === 'Shop under repair') return id;
  throw new Error('The season has no webhook "Shop under repair"');
}

async function webhookPage(season: TestedFanfare): Promise<string> {
  return `/webhooks/${await webhookId(season)}`;
}

/** Of a delivery that took several attempts, so that there is something to see. */
async function retriedDeliveryPage(season: TestedFanfare): Promise<string> {
  const of = await webhookId(season);
  for await (const { id, attempts } of season.api.items('/v1/webhooks/{id}/deliveries', {
    path: { id: of },
  })) {
    if (attempts > 1) return `/history/${id}`;
  }
  throw new Error('No delivery of "Shop under repair" took more than one attempt');
}
