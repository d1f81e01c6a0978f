import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedServer } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, makeDataDirectory, postgresPid, startFanfare } from './fanfare-process.ts';

afterEach(cleanUp);

const shell = promisify(execFile);
const quiet = { FANFARE_DEMO: 'off' };
const signIn = {
  type: 'user.signed_in',
  participant: { external_id: 'ada' },
  data: { session: { id: 'ses_1' }, method: 'email' },
};

describe('the first start', () => {
  it('prints a banner whose commands work when pasted', async () => {
    const fanfare = startFanfare({ ...quiet, FANFARE_DATA_DIR: await makeDataDirectory() });
    await fanfare.ready();
    const commands = fanfare.output.split('\n').filter((line) => line.trim().startsWith('curl '));
    expect(commands).toHaveLength(3);
    const answers: string[] = [];
    for (const command of commands.slice(0, 2)) answers.push((await shell('sh', ['-c', command])).stdout);
    expect(JSON.parse(answers[0] ?? '')).toMatchObject({ name: 'Mine', format: 'standard' });
    expect(JSON.parse(answers[1] ?? '')).toMatchObject({ status: 'accepted' });
    await waitFor(
      async () => {
        const { stdout } = await shell('sh', ['-c', commands[2] ?? '']);
        return JSON.parse(stdout).data[0]?.state === 'delivered';
      },
      { timeoutMs: 10_000, what: 'the delivery in the list' },
    );
    expect(fanfare.output).toContain(`  Dashboard  ${fanfare.origin}\n`);
    expect(fanfare.output).toContain(`  Sign up    ${fanfare.origin}/welcome#${fanfare.ownerToken} `);
    expect(await fanfare.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('keeps the token and the encryption key to its owner', async () => {
    const dataDir = await makeDataDirectory();
    const fanfare = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    await fanfare.ready();
    for (const name of ['api-token', 'encryption.key']) {
      expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
    }
    expect((await readFile(join(dataDir, 'api-token'), 'utf8')).trim()).toBe(fanfare.token);
  });

  it('plays the demo season through the real path: every inbox gets signed requests, and all of them verify', async () => {
    const fanfare = startFanfare({ FANFARE_DATA_DIR: await makeDataDirectory() });
    await fanfare.ready();
    expect(fanfare.output).toContain(`/welcome?demo#${fanfare.ownerToken} `);
    await waitFor(() => fanfare.output.includes('The demo season is over'), {
      timeoutMs: 90_000,
      what: 'the end of the demo',
    });
    await waitFor(
      async () => {
        const open = await Promise.all(
          (['pending', 'retrying'] as const).map((state) =>
            fanfare.api.get('/v1/deliveries', { query: { limit: 1, state } }),
          ),
        );
        return open.every(({ data }) => data.length === 0);
      },
      { timeoutMs: 60_000, what: 'every delivery to end' },
    );
    const exhausted = await fanfare.api.get('/v1/deliveries', { query: { state: 'exhausted' } });
    // Payments that failed, and were asked for again by other deliveries.
    expect(exhausted.data.filter(({ webhook }) => webhook.name !== 'Token treasury')).toEqual([]);
    const payouts = await fanfare.api.get('/v1/payouts');
    expect(payouts.data.every(({ state }) => state === 'paid')).toBe(true);
    expect(payouts.data.some(({ attempt }) => attempt > 1)).toBe(true);

    const inboxes = await fanfare.api.get('/v1/inboxes');
    expect(inboxes.data.length).toBeGreaterThanOrEqual(12);
    for (const { id, name } of inboxes.data) {
      const { data } = await fanfare.api.get('/v1/inboxes/{id}/requests', {
        path: { id },
        query: { limit: 250 },
      });
      expect(data.length, name).toBeGreaterThan(0);
      expect(
        data.filter(({ verification }) => !verification.verified),
        name,
      ).toEqual([]);
    }

    const { data: types } = await fanfare.api.get('/v1/event-types');
    for (const { type } of types) {
      const { data } = await fanfare.api.get('/v1/events', { query: { limit: 1, type } });
      expect(data, type).toHaveLength(1);
    }
    expect(fanfare.output).toMatch(/Shop under repair +500 .* next try/);
    expect(fanfare.output).toMatch(/Shop under repair +204 .* attempt [2-5]/);
  });
});

describe('a later start', () => {
  it('finds everything as it was', async () => {
    const dataDir = await makeDataDirectory();
    const first = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    await first.ready();
    await first.api.post('/v1/events', { body: signIn });
    const inbox = await first.api.post('/v1/inboxes', { body: { name: 'Mine' } });
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(postgresPid(dataDir)).toBeNull();

    const second = startFanfare({ FANFARE_DATA_DIR: dataDir });
    await second.ready();
    expect(second.token).toBe(first.token);
    expect((await second.api.get('/v1/events')).data).toMatchObject([{ type: 'user.signed_in' }]);
    expect((await second.api.get('/v1/inboxes')).data).toMatchObject([{ id: inbox.id }]);
    expect(await second.end('SIGINT')).toEqual({ code: 0, signal: null });
    expect(second.output).not.toMatch(/warn|error|recover/i);
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toContain('was not properly shut down');
  });

  it('recovers from kill -9: the orphaned PostgreSQL, the stale lock, an accepted event', async () => {
    const dataDir = await makeDataDirectory();
    const first = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    await first.ready();
    await first.api.post('/v1/events', { body: signIn });
    await first.end('SIGKILL');
    expect(postgresPid(dataDir)).not.toBeNull();

    const second = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    await second.ready();
    expect((await second.api.get('/v1/events')).data).toHaveLength(1);
    expect(await second.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(postgresPid(dataDir)).toBeNull();
  });

  it('without the encryption key of its secrets says which is missing, and leaves nothing running', async () => {
    const dataDir = await makeDataDirectory();
    const first = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    await first.ready();
    await first.api.post('/v1/webhooks', {
      body: { name: 'CRM', url: `${first.origin}/inbox/none`, format: 'standard' },
    });
    await first.end('SIGTERM');
    await rm(join(dataDir, 'encryption.key'));

    const second = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.output).toMatch(
      /Secrets in the database are encrypted with the key [0-9a-f]{12}, but .*encryption\.key holds/,
    );
    expect(second.output).not.toMatch(/^\s+at /m);
    expect(postgresPid(dataDir)).toBeNull();
  });
});

describe('npm start', () => {
  it('passes SIGTERM on and waits for a clean end', async () => {
    const dataDir = await makeDataDirectory();
    const fanfare = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir }, 'npm');
    await fanfare.ready();
    await fanfare.end('SIGTERM');
    expect(fanfare.output).toContain('Stopped after');
    expect(postgresPid(dataDir)).toBeNull();
  });

  it('takes the Ctrl-C that npm and the terminal both send as one', async () => {
    const dataDir = await makeDataDirectory();
    const fanfare = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir }, 'npm');
    await fanfare.ready();
    process.kill(-fanfare.pid, 'SIGINT');
    await fanfare.ended;
    expect(fanfare.output).toContain('Stopped after');
    expect(fanfare.output).not.toContain('ending at once.');
    expect(postgresPid(dataDir)).toBeNull();
  });
});

describe('a start that cannot be', () => {
  it('lists every wrong setting at once', async () => {
    const fanfare = startFanfare({ PORT: 'seventy', FANFARE_DEMO: 'maybe', FANFARE_RETENTION_DAY: '7' });
    expect(await fanfare.ended).toEqual({ code: 1, signal: null });
    expect(fanfare.output).toContain('3 settings are wrong');
    expect(fanfare.output).toContain('PORT: found "seventy", expected a port number');
    expect(fanfare.output).toContain('FANFARE_DEMO: found "maybe", expected "on" or "off"');
    expect(fanfare.output).toContain('Did you mean FANFARE_RETENTION_DAYS?');
    expect(fanfare.output).not.toMatch(/^\s+at /m);
  });

  it('is refused on a data directory that another Fanfare has', async () => {
    const dataDir = await makeDataDirectory();
    const first = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    await first.ready();
    const second = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.output).toContain(`Another Fanfare (pid ${first.pid}`);
    expect(second.output).not.toMatch(/^\s+at /m);
    await first.api.post('/v1/events', { body: signIn });
    expect(await first.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('says so when the port is taken, and leaves nothing running', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await waitFor(() => server.listening, { what: 'a taken port' });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const dataDir = await makeDataDirectory();
    const fanfare = startFanfare({ ...quiet, FANFARE_DATA_DIR: dataDir, PORT: String(port) });
    expect(await fanfare.ended).toEqual({ code: 1, signal: null });
    expect(fanfare.output).toContain(`Something else listens on 127.0.0.1:${port} already`);
    expect(fanfare.output).not.toMatch(/^\s+at /m);
    expect(postgresPid(dataDir)).toBeNull();
    server.close();
  });

  it('says so, once, when the data directory cannot be one, also where it would hold only the token', async () => {
    const file = join(await makeDataDirectory(), 'a-file');
    await writeFile(file, 'not a directory');
    const elsewhere = { DATABASE_URL: 'postgres://fanfare@127.0.0.1:1/fanfare' };
    for (const [path, settings] of [
      [file, {}],
      [join(file, 'below'), elsewhere],
      ['/proc/fanfare/data', {}],
      ['/proc/fanfare/data', elsewhere],
    ] as const) {
      const fanfare = startFanfare({ ...quiet, ...settings, FANFARE_DATA_DIR: path });
      expect(await fanfare.ended).toEqual({ code: 1, signal: null });
      expect(fanfare.output.split(`The data directory "${path}"`), fanfare.output).toHaveLength(2);
      expect(fanfare.output).not.toMatch(/^\s+at /m);
    }
  });

  it('says so when the database of DATABASE_URL does not answer', async () => {
    const fanfare = startFanfare({
      ...quiet,
      FANFARE_DATA_DIR: await makeDataDirectory(),
      DATABASE_URL: 'postgres://fanfare:hunter2@127.0.0.1:1/fanfare',
    });
    expect(await fanfare.ended).toEqual({ code: 1, signal: null });
    expect(fanfare.output).toContain('DATABASE_URL');
    expect(fanfare.output).not.toContain('hunter2');
  });
});

describe('another PostgreSQL', () => {
  it('is used instead of the embedded one, by several nodes with divided roles', async () => {
    const server = await startEmbeddedServer({ dataDir: await makeDataDirectory(), log: () => {} });
    const shared = {
      ...quiet,
      DATABASE_URL: server.connectionString,
      FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
    const dataDir = await makeDataDirectory();
    const answering = startFanfare({ ...shared, FANFARE_DATA_DIR: dataDir, FANFARE_ROLES: 'api' });
    await answering.ready();
    expect(postgresPid(dataDir)).toBeNull();
    const inbox = await answering.api.post('/v1/inboxes', { body: { name: 'Mine' } });
    await answering.api.post('/v1/webhooks', {
      body: { name: 'CRM', url: `${answering.origin}/inbox/${inbox.id}`, format: 'standard' },
    });
    await answering.api.post('/v1/events', { body: signIn });

    const dispatcher = startFanfare({
      ...shared,
      FANFARE_DATA_DIR: await makeDataDirectory(),
      FANFARE_ROLES: 'dispatch,upkeep',
    });
    await waitFor(
      async () =>
        (await answering.api.get('/v1/inboxes/{id}/requests', { path: { id: inbox.id } })).data.length === 1,
      { timeoutMs: 30_000, what: 'the delivery made by the other node' },
    );
    expect(await dispatcher.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await answering.end('SIGTERM')).toEqual({ code: 0, signal: null });
    await server.stop();
  });
});
