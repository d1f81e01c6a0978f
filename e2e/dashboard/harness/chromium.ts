import { accessSync, constants } from 'node:fs';

/** Names the browser when it is elsewhere. No FANFARE_ name: those are settings of the server, which refuses others. */
export const chromiumVariable = 'CHROMIUM_PATH';

const usualPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/snap/bin/chromium',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
};

/** The Chromium that CHROMIUM_PATH names, which need not exist, or else the one that is installed; null for none. */
export function findChromium(): string | null {
  const named = process.env[chromiumVariable];
  if (named !== undefined && named !== '') return named;
  return (usualPlaces[process.platform] ?? []).find(isProgram) ?? null;
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What to do where there is none. */
export const howToGetChromium = `The dashboard is tested in Chromium, and none was found. On Debian and Ubuntu: apt-get install chromium. Elsewhere install Chromium or Chrome. If it is in an unusual place, name it: ${chromiumVariable}=/path/to/chromium npm test`;
