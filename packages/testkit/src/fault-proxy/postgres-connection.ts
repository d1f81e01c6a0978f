import type { NetConnectOpts } from 'node:net';
import { join } from 'node:path';

const usualPort = 5432;
/** ReadyForQuery without its last byte, the state of the transaction (PostgreSQL, "Message Formats"). */
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5]);

/** Where a PostgreSQL listens, from its connection string. */
export function socketOf(connectionString: string): NetConnectOpts {
  const url = new URL(connectionString);
  const port = url.port === '' ? usualPort : Number(url.port);
  const directory = url.searchParams.get('host');
  return directory === null ? { host: url.hostname, port } : { path: join(directory, `.s.PGSQL.${port}`) };
}

/** Whether these bytes end with the server's word that it has answered everything and committed what it had to. */
export function serverIsDone(chunk: Buffer): boolean {
  return chunk.subarray(-6, -1).equals(readyForQuery);
}
