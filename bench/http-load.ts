/**
 * The load generator of a run, in a process of its own, one request per body, in turn: wrk where it is installed
 * (Debian has a package; it takes a fifth of the processor time), else autocannon. Reads what to do from standard
 * input and writes how many were accepted to standard output.
 */
import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

interface Order {
  readonly port: number;
  readonly token: string;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly seconds: number;
}

const connections = 128;
const order = JSON.parse(await text(process.stdin)) as Order;
const startedAfterMs = performance.now();
const accepted = hasWrk() ? await withWrk(order) : await withAutocannon(order);
process.stdout.write(JSON.stringify({ accepted, startedAfterMs, tool: hasWrk() ? 'wrk' : 'autocannon' }));

function hasWrk(): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v wrk']);
    return true;
  } catch {
    return false;
  }
}

async function withWrk({ port, token, path, bodies, seconds }: Order): Promise<number> {
  const file = join(tmpdir(), `fanfare-bodies-${process.pid}`);
  writeFileSync(file, bodies.join('\n'));
  const script = fileURLToPath(new URL('./http-load.lua', import.meta.url));
  const { stdout } = await promisify(execFile)(
    'wrk',
    [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--timeout',
      '20s',
      '-s',
      script,
      `http://127.0.0.1:${port}`,
    ],
    { env: { PATH: process.env['PATH'], BODIES: file, TARGET: path, TOKEN: token } },
  );
  const [, requests, errors] = /RESULT (\d+) (\d+)/.exec(stdout) ?? [];
  if (requests === undefined || Number(errors) > 0) throw new Error(`wrk met refusals or errors:\n${stdout}`);
  return Number(requests);
}

async function withAutocannon({ port, token, path, bodies, seconds }: Order): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}${path}`,
    connections,
    duration: seconds,
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    requests: bodies.map((body) => ({ body })),
  });
  if (result.non2xx + result.errors > 0) {
    throw new Error(`${result.non2xx} refusals and ${result.errors} errors`);
  }
  return result['2xx'];
}
