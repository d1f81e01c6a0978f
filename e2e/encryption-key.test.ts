import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@fanfare/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, type FanfareProcess, makeDataDirectory, startFanfare } from './fanfare-process.ts';

afterEach(cleanUp);

describe('the encryption key', () => {
  it('is changed by putting a new one in front, and the old one can go once upkeep has run', async () => {
    const dataDir = await makeDataDirectory();
    // Inboxes are addressed by path, so the port may differ from start to start.
    const start = async (key: string | null) => {
      const fanfare = startFanfare({
        FANFARE_DATA_DIR: dataDir,
        FANFARE_DEMO: 'off',
        PORT: port,
        ...(key !== null && { FANFARE_ENCRYPTION_KEY: key }),
      });
      await fanfare.ready();
      return fanfare;
    };
    let port = '0';

    // The key file's key is as good as any.
    const first = await start(null);
    port = new URL(first.origin).port;
    const inbox = await first.api.post('/v1/inboxes', {
      body: { name: 'Mine', secret: 'of the inbox itself' },
    });
    await first.api.post('/v1/webhooks', {
      body: { name: 'CRM', url: `${first.origin}/inbox/${inbox.id}`, format: 'standard' },
    });
    await delivers(first, inbox.id, 1);
    await first.end('SIGTERM');

    const oldKey = (await readFile(join(dataDir, 'encryption.key'), 'utf8')).trim();
    const newKey = randomBytes(32).toString('hex');
    const second = await start(`${newKey},${oldKey}`);
    await delivers(second, inbox.id, 2);
    await waitFor(() => /Re-encrypted 2 secrets under the key [0-9a-f]{12}/.test(second.output), {
      timeoutMs: 30_000,
      what: 'upkeep to re-encrypt',
    });
    await delivers(second, inbox.id, 3);
    await second.end('SIGTERM');

    await rm(join(dataDir, 'encryption.key'));
    const third = await start(newKey);
    await delivers(third, inbox.id, 4);
    expect(await third.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});

/** Publishes an event and waits until the inbox has this many requests, every one of them verified. */
async function delivers(fanfare: FanfareProcess, inboxId: string, count: number): Promise<void> {
  await fanfare.api.post('/v1/events', {
    body: {
      type: 'user.signed_in',
      participant: { external_id: 'ada' },
      data: { session: { id: 'ses_1' }, method: 'email' },
    },
  });
  const requests = () => fanfare.api.get('/v1/inboxes/{id}/requests', { path: { id: inboxId } });
  await waitFor(async () => (await requests()).data.length === count, {
    timeoutMs: 10_000,
    what: `request ${count} in the inbox`,
  });
  expect((await requests()).data.every(({ verification }) => verification.verified)).toBe(true);
}
