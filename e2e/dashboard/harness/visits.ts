import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { requireAccessible } from './accessibility.ts';
import { accounts, password, type Role } from './people.ts';

export const viewports = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 375, height: 812 },
} as const;

export interface VisitSettings {
  /** Who is signed in; nobody unless given. */
  readonly as?: Role | { readonly email: string; readonly password: string };
  readonly viewport?: keyof typeof viewports;
  readonly colours?: 'light' | 'dark';
}

/** A browser window of its own, with its own cookies. */
export interface Visit {
  readonly page: Page;
  /** For a second window of the same person, and for what sessions hold. */
  readonly context: BrowserContext;
  /** Goes to a path of this Fanfare. */
  open(path: string): Promise<void>;
  /** Throws what axe finds on the page as it is now. */
  axe(): Promise<void>;
  /** Throws when the page is wider than the window. */
  fits(): Promise<void>;
  /** What the browser may complain of from now on, as a wrong password that is answered with 401. */
  tolerate(complaint: RegExp): void;
  /** What it complained of and was not tolerated: errors in the console (violations of the policy among them) and of the page. */
  complaints(): readonly string[];
  /** Forgets them, for tests that wanted them. */
  forgetComplaints(): void;
}

export interface Visits {
  readonly start: (fanfare: { readonly origin: string }, settings?: VisitSettings) => Promise<Visit>;
  /** Closes all of them; with a name, each leaves a picture. Throws what pages complained of. */
  end(pictureName: string | null): Promise<void>;
}

const pictures = join(tmpdir(), 'fanfare-dashboard');

export function createVisits(browser: Browser): Visits {
  const visits: Visit[] = [];
  return {
    async start({ origin }, { as, viewport = 'desktop', colours = 'light' } = {}) {
      const context = await browser.newContext({
        baseURL: origin,
        viewport: viewports[viewport],
        hasTouch: viewport === 'phone',
        colorScheme: colours,
        reducedMotion: 'reduce',
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
      });
      if (as !== undefined)
        await signIn(context, origin, typeof as === 'string' ? { email: accounts[as].email, password } : as);
      const visit = watched(context, await context.newPage());
      visits.push(visit);
      return visit;
    },

    async end(pictureName) {
      const complaints: string[] = [];
      for (const [index, { context, page, complaints: found }] of visits.splice(0).entries()) {
        complaints.push(...found());
        if (pictureName !== null && !page.isClosed()) {
          await mkdir(pictures, { recursive: true });
          const path = join(pictures, `${pictureName.replaceAll(/[^\w-]+/g, '-')}-${index + 1}.png`);
          await page.screenshot({ path });
          process.stdout.write(`What the page looked like: ${path}\n`);
        }
        await context.close();
      }
      if (complaints.length > 0) throw new Error(`The browser complained:\n  ${complaints.join('\n  ')}`);
    },
  };
}

function watched(context: BrowserContext, page: Page): Visit {
  const complaints: string[] = [];
  const tolerated: RegExp[] = [];
  const complain = (text: string) => {
    if (!tolerated.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  // Also of windows that are opened later.
  context.on('console', (message) => {
    if (message.type() === 'error') complain(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complain(error.error().stack ?? error.error().message));
  return {
    page,
    context,
    complaints: () => complaints,
    forgetComplaints: () => void complaints.splice(0),
    tolerate: (pattern) => void tolerated.push(pattern),
    async open(path) {
      await page.goto(path, { waitUntil: 'load' });
    },
    axe: () => requireAccessible(page),
    async fits() {
      const [wide = 0, window = 0] = await page.evaluate<number[]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      if (wide > window) throw new Error(`${page.url()} is ${wide} px wide, in a window of ${window} px`);
    },
  };
}

async function signIn(
  context: BrowserContext,
  origin: string,
  data: { readonly email: string; readonly password: string },
): Promise<void> {
  const answer = await context.request.post('/v1/session', { data, headers: { origin } });
  if (answer.status() !== 201) {
    throw new Error(`${data.email} could not sign in: ${answer.status()} ${await answer.text()}`);
  }
}
