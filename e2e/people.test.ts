import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { cleanUp, makeDataDirectory, startFanfare } from './fanfare-process.ts';

afterEach(cleanUp);

const run = promisify(execFile);
const program = fileURLToPath(new URL('../packages/server/dist/main.js', import.meta.url));

it('the operator makes the first account and a link for a new password, by commands', async () => {
  const settings = { FANFARE_DEMO: 'off', FANFARE_DATA_DIR: await makeDataDirectory() };
  const fanfare = startFanfare(settings);
  await fanfare.ready();
  const people = async (...args: string[]) =>
    (await run(process.execPath, [program, 'people', ...args], { env: settings })).stdout.trim();
  const send = (method: string, path: string, body: object) =>
    fetch(fanfare.origin + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const { ownerToken: token, origin } = fanfare;
  expect(fanfare.output).toContain(`  ${origin}/welcome#${token} `);
  expect(await people('owner')).toMatch(new RegExp(`^http://127.0.0.1:7070/welcome#${token}$`));
  const account = { email: 'olive@example.com', password: 'correct horse battery' };
  expect((await send('POST', '/v1/owner', { ...account, token, name: 'Olive' })).status).toBe(201);
  await expect(people('owner')).rejects.toMatchObject({ code: 1 });

  await expect(people('reset', 'nobody@example.com')).rejects.toMatchObject({ code: 1 });
  const link = await people('reset', 'olive@example.com');
  const reset = { token: link.split('#')[1], password: 'another horse battery' };
  expect((await send('PUT', '/v1/password', reset)).status).toBe(204);
  expect((await send('POST', '/v1/session', account)).status).toBe(401);
  expect((await send('POST', '/v1/session', { ...account, password: reset.password })).status).toBe(201);
  await expect(people('help')).rejects.toMatchObject({ code: 2 });
  await fanfare.end('SIGTERM');
});
