import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { InboxRequest } from '@fanfare/client';
import { expect, test } from 'vitest';
import { requestCurl } from '../src/inboxes/request-curl.ts';

const request: InboxRequest = {
  id: 'req_1',
  received_at: '2026-03-14T09:26:53.589Z',
  method: 'POST',
  target: "/inbox/inb_1?q=it's",
  headers: [
    ['host', 'example.com'],
    ['content-length', '9'],
    ['x-name', "O'Neill; $(exit 1) `id`"],
  ],
  body: "it's $HOME",
  body_encoding: 'utf-8',
  body_cut: false,
  verification: { verified: false, by: null, reason: 'missing_headers', message: null },
  answered: { status: 204, delay_ms: 0 },
};

/** What a shell makes of the command: its words, with standard input last. */
async function words(command: string): Promise<readonly string[]> {
  const printing = `exec </dev/null; curl() { printf '%s\\0' "$@"; cat; }; ${command}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', printing]);
  return stdout.split('\0');
}

test('a shell reads nothing in a request as a command', async () => {
  expect(await words(requestCurl(request, 'http://127.0.0.1:7070'))).toEqual([
    '-sS',
    '-X',
    'POST',
    "http://127.0.0.1:7070/inbox/inb_1?q=it's",
    '-H',
    "x-name: O'Neill; $(exit 1) `id`",
    '--data-binary',
    "it's $HOME",
    '',
  ]);
});

test('a body that is not text is decoded on its way', async () => {
  const body = Buffer.from('bytes').toString('base64');
  const binary = { ...request, headers: [], body, body_encoding: 'base64' as const };
  expect((await words(requestCurl(binary, 'http://a'))).slice(-3)).toEqual(['--data-binary', '@-', 'bytes']);
});
