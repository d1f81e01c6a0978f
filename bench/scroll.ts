import { launchBrowser } from '../e2e/dashboard/harness/browser.ts';
import { endFanfares, startEmpty } from '../e2e/dashboard/harness/fanfares.ts';
import { startReceiver } from '../packages/testkit/src/index.ts';
import { machine } from './machine.ts';
import { percentile } from './percentile.ts';
import { until } from './until.ts';

/**
 * Whether the history scrolls smoothly however much of it there is: `npm run bench:scroll` (`-- --rows 20000` for fewer).
 * As many deliveries are made, and a browser goes down through all of them as fast as they come. Then it scrolls at the
 * beginning, in the middle and at the end, 60 pixels each frame as a quick hand does, and notes how long frames took.
 */
const rows = Number(process.argv[process.argv.indexOf('--rows') + 1] ?? 0) || 100_000;
const atOnce = 500;
const password = 'correct horse battery';
const slowFrameMs = 50;

interface Scrolled {
  readonly loadedMs: number;
  readonly mostRows: number;
  readonly loaded: number;
  readonly heapMiB: number;
  readonly places: readonly { readonly name: string; readonly frames: readonly number[] }[];
}

try {
  const receiver = await startReceiver();
  const fanfare = await startEmpty();
  const { api, origin, ownerToken } = fanfare;
  const { person } = await api.post('/v1/owner', {
    body: { token: ownerToken, name: 'Bench', email: 'bench@example.com', password },
  });
  await api.post('/v1/webhooks', { body: { name: 'Bench', format: 'standard', url: receiver.url } });
  for (let made = 0; made < rows; made += atOnce) {
    await api.post('/v1/events', {
      body: Array.from({ length: Math.min(atOnce, rows - made) }, (_, index) => ({
        type: 'user.signed_in',
        participant: { external_id: `bench-${(made + index) % 1_000}` },
        data: { session: { id: `ses_${made + index}` }, method: 'email' },
      })),
    });
  }
  await until(async () => {
    const { now } = await api.get('/v1/statistics');
    return now.waiting.pending + now.waiting.retrying === 0;
  });

  const browser = await launchBrowser();
  const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 } });
  await context.request.post('/v1/session', { data: { email: person.email, password }, headers: { origin } });
  const page = await context.newPage();
  await page.goto('/history');
  await page.getByRole('row').nth(5).waitFor();
  const seen = await page.evaluate<Scrolled>(scrollThrough(rows));
  await browser.close();
  await receiver.close();

  process.stdout.write(
    `${machine()}\n${rows} deliveries, ${seen.loaded} rows loaded in ${(seen.loadedMs / 1_000).toFixed(1)} s, at most ${seen.mostRows} of them in the page at a time, ${seen.heapMiB} MiB of memory\n`,
  );
  for (const { name, frames } of seen.places) {
    const slow = frames.filter((ms) => ms > slowFrameMs).length;
    const at = (share: number) => (percentile(frames, share) ?? Number.NaN).toFixed(1);
    process.stdout.write(
      `${name}: ${frames.length} frames, median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; over ${slowFrameMs} ms: ${slow}\n`,
    );
  }
} finally {
  await endFanfares();
}

/** Runs in the page. Goes on once as many rows are there, or nothing more has come for ten seconds. */
function scrollThrough(wanted: number): string {
  return `(async () => {
    const grid = document.querySelector('[role=grid]');
    const scroll = grid.parentElement;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const begun = performance.now();
    let mostRows = 0, stuckSince = begun, before = 0;
    for (;;) {
      const now = await frame();
      mostRows = Math.max(mostRows, grid.querySelectorAll('tbody tr').length);
      if (scroll.scrollHeight !== before) { before = scroll.scrollHeight; stuckSince = now; }
      if (Number(grid.getAttribute('aria-rowcount')) > ${wanted} || now - stuckSince > 10_000) break;
      scroll.scrollTop = scroll.scrollHeight;
    }
    const loadedMs = performance.now() - begun;
    const places = [];
    for (const [name, share] of [['at the beginning', 0], ['in the middle', 0.5], ['at the end', 0.98]]) {
      scroll.scrollTop = scroll.scrollHeight * share;
      for (let settling = 0; settling < 30; settling++) await frame();
      const frames = [];
      let last = await frame();
      for (let n = 0; n < 300; n++) {
        scroll.scrollTop += 60;
        const now = await frame();
        frames.push(now - last);
        last = now;
      }
      places.push({ name, frames });
    }
    return {
      loadedMs,
      mostRows,
      loaded: Number(grid.getAttribute('aria-rowcount')) - 1,
      heapMiB: Math.round(performance.memory.usedJSHeapSize / 1048576),
      places,
    };
  })()`;
}
