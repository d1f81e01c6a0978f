import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's package puts its library: a folder for each architecture. */
const libraries = '/usr/lib';
const library = join('faketime', 'libfaketime.so.1');

/**
 * The library that shows a program another time (libfaketime), installed by Debian's package manager where that is
 * possible. A string of words says why it cannot be had.
 */
export function findFaketime(): { readonly path: string } | { readonly obstacle: string } {
  const found = find();
  if (found !== null) return { path: found };
  if (process.getuid?.() !== 0) {
    return {
      obstacle: 'libfaketime is not installed, and only root may install it (apt-get install faketime)',
    };
  }
  const install = () =>
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'faketime'], { encoding: 'utf8' });
  let installed = install();
  if (installed.status !== 0) {
    spawnSync('apt-get', ['update'], { encoding: 'utf8' });
    installed = install();
  }
  const path = find();
  if (path !== null) return { path };
  const why = installed.error?.message ?? installed.stderr.trim();
  return { obstacle: `libfaketime cannot be installed (apt-get install faketime): ${why}` };
}

function find(): string | null {
  try {
    for (const folder of readdirSync(libraries)) {
      try {
        if (readdirSync(join(libraries, folder, 'faketime')).includes('libfaketime.so.1')) {
          return join(libraries, folder, library);
        }
      } catch {
        // Another folder.
      }
    }
  } catch {
    // Not a system of this kind.
  }
  return null;
}
