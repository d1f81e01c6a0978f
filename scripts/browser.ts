import { spawnSync } from 'node:child_process';
import {
  chromiumVariable,
  findChromium,
  howToGetChromium,
  isProgram,
} from '../e2e/dashboard/harness/chromium.ts';

// Before the tests that need it: finds a Chromium, and installs Debian's where this process may do so.

const found = findChromium() ?? install();
if (found === null) stop(howToGetChromium);
if (!isProgram(found))
  stop(`${chromiumVariable}: found "${found}", expected the path of a Chromium that can be started.`);
process.stdout.write(`${found}\n`);

function install(): string | null {
  if (process.getuid?.() !== 0 || !isProgram('/usr/bin/apt-get')) return null;
  process.stdout.write('No Chromium was found; installing the one of this system …\n');
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
  ]) {
    const { status } = spawnSync('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) return null;
  }
  return findChromium();
}

function stop(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
