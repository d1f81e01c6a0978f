import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Kernels cut the path of a Unix socket at 108 bytes (Linux) or 104 (macOS), its terminating zero included. The longest
 * name put into a directory takes 32, with its slash.
 */
const longestDirectory = 69;

/**
 * A private directory for sockets of a data directory, made when it is missing: `<dataDir>/<name>`, or, when that path
 * is too long for a socket, one in the system's temporary directory named by a hash of the real path, so that every
 * process on the same data directory finds the same one. Returns its path. It belongs to the owner, or else to us.
 * Mode 0700: being able to enter it is what lets a process talk to the sockets inside.
 */
export function openSocketDirectory(
  dataDir: string,
  name: string,
  owner: { readonly uid: number; readonly gid: number } | null,
): string {
  const real = realpathSync(dataDir);
  const inside = join(real, name);
  const path =
    Buffer.byteLength(inside) <= longestDirectory
      ? inside
      : join(tmpdir(), `fanfare-${name}-${createHash('sha256').update(real).digest('hex').slice(0, 16)}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const self = process.getuid?.();
  // In a shared temporary directory somebody else may have made it first, to listen in.
  const ours = self === undefined || found.uid === self || found.uid === owner?.uid;
  if (!found.isDirectory() || !ours || (found.mode & 0o077) !== 0) {
    throw new Error(
      `"${path}" should be a private directory of this user for sockets of "${real}", but it is not (owner ${found.uid}, mode ${(found.mode & 0o7777).toString(8)}). Remove it, or use a data directory with a path of at most ${longestDirectory - name.length - 1} bytes.`,
    );
  }
  if (owner !== null && found.uid !== owner.uid) chownSync(path, owner.uid, owner.gid);
  return path;
}
