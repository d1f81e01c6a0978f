import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, readConfig, settingNotes, settings } from '../../src/config.ts';

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration', () => {
  it('needs no variable at all', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 7070,
      publicUrl: null,
      databaseUrl: null,
      dataDir: resolve('.fanfare'),
      demo: true,
      encryptionKey: null,
      allowPrivateTargets: true,
      requireHttps: false,
      roles: new Set(['api', 'dispatch', 'upkeep']),
      logLevel: 'info',
      logFormat: 'pretty',
      retention: { eventDays: 30, attemptDays: 30, bodyDays: 7 },
      disableAfterDays: 5,
      mail: null,
      quotas: {
        requests_per_second: null,
        events_per_day: null,
        events_per_month: null,
        backlog: 1_000_000,
        webhooks: 1_000,
        inboxes: 1_000,
        campaigns: 10_000,
        communities: 1_000,
        tokens: 1_000,
      },
      requestsUnderWay: 2_000,
      memoryLimitMib: 1_024,
      laneConcurrency: 32,
      globalConcurrency: 512,
    });
  });

  it('closes the doors in production', () => {
    expect(readConfig({ NODE_ENV: 'production' })).toMatchObject({
      production: true,
      demo: false,
      allowPrivateTargets: false,
      requireHttps: true,
      logFormat: 'json',
    });
  });

  it('lets a variable open a door in production', () => {
    const config = readConfig({ NODE_ENV: 'production', FANFARE_ALLOW_PRIVATE_TARGETS: 'on' });
    expect(config).toMatchObject({ allowPrivateTargets: true, requireHttps: true });
  });

  it.each([
    { FANFARE_ALLOW_PRIVATE_TARGETS: 'off' },
    { FANFARE_ROLES: 'api,upkeep' },
    { NODE_ENV: 'production' },
  ])('has no demo where it cannot deliver (%o), and says so when it is asked for', (environment) => {
    expect(readConfig(environment).demo).toBe(false);
    expect(faultsOf({ ...environment, FANFARE_DEMO: 'on' })).toEqual([
      expect.stringMatching(/^FANFARE_DEMO: found "on", but .* or set it to off\.$/),
    ]);
  });

  it('takes an empty variable as unset', () => {
    expect(readConfig({ PORT: '', FANFARE_ROLES: '' })).toMatchObject({ port: 7070 });
  });

  it('reports every fault at once, each with what was found, what is expected and what to do', () => {
    const faults = faultsOf({
      PORT: '70700',
      NODE_ENV: 'prod',
      FANFARE_DEMO: 'maybe',
      FANFARE_ROLES: 'api,sender',
      FANFARE_RETENTION_DAYS: '0',
      FANFARE_PUBLIC_URL: 'ftp://example.com',
    });
    expect(faults).toHaveLength(6);
    expect(faults.find((fault) => fault.startsWith('PORT: '))).toBe(
      'PORT: found "70700", expected a port number from 0 to 65535 (0: any free port). Set it, for example, to 7071, or unset it (then: 7070).',
    );
    for (const name of [
      'NODE_ENV',
      'FANFARE_DEMO',
      'FANFARE_ROLES',
      'FANFARE_RETENTION_DAYS',
      'FANFARE_PUBLIC_URL',
    ]) {
      expect(faults.some((fault) => fault.startsWith(`${name}: found`))).toBe(true);
    }
  });

  it.each([
    ['PORT', '-1'],
    ['PORT', '7070.5'],
    ['PORT', '0x1f90'],
    ['PORT', ' 7070'],
    ['HOST', 'http://localhost'],
    ['HOST', 'two words'],
    ['DATABASE_URL', 'mysql://localhost/fanfare'],
    ['DATABASE_URL', 'localhost:5432'],
    ['FANFARE_ENCRYPTION_KEY', 'short'],
    ['FANFARE_LANE_CONCURRENCY', '1e3'],
    ['FANFARE_LANE_CONCURRENCY', '99999999999'],
    ['FANFARE_ALLOW_PRIVATE_TARGETS', 'TRUE'],
    ['FANFARE_ROLES', 'api,,dispatch'],
    ['FANFARE_LOG_LEVEL', 'loud'],
  ])('refuses %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name}: found .* expected `)),
    ]);
  });

  it('never shows a secret value', () => {
    const faults = faultsOf({
      DATABASE_URL: 'mysql://fanfare:hunter2@db/fanfare',
      FANFARE_ENCRYPTION_KEY: 'a-secret-of-the-wrong-length',
    });
    expect(faults.join()).not.toMatch(/hunter2|a-secret/);
    expect(faults.join()).toContain('a value of 34 characters (not shown)');
  });

  it('refuses a misspelt setting and names the one that was meant', () => {
    expect(faultsOf({ FANFARE_RETENTION_DAY: '7' })).toEqual([
      'FANFARE_RETENTION_DAY: there is no such setting. Did you mean FANFARE_RETENTION_DAYS? Rename it or unset it.',
    ]);
  });

  it('refuses an unknown setting that resembles none', () => {
    expect(faultsOf({ FANFARE_QZXWVK: '1' })).toEqual([
      'FANFARE_QZXWVK: there is no such setting. Unset it.',
    ]);
  });

  it('keeps attempts as long as events and bodies for a week, but nothing longer than what it belongs to', () => {
    expect(readConfig({ FANFARE_RETENTION_DAYS: '90' }).retention).toEqual({
      eventDays: 90,
      attemptDays: 90,
      bodyDays: 7,
    });
    expect(readConfig({ FANFARE_ATTEMPT_RETENTION_DAYS: '3' }).retention).toEqual({
      eventDays: 30,
      attemptDays: 3,
      bodyDays: 3,
    });
  });

  it('refuses to keep attempts without events or bodies without attempts, beside every other fault', () => {
    const faults = faultsOf({
      PORT: 'many',
      FANFARE_RETENTION_DAYS: '10',
      FANFARE_ATTEMPT_RETENTION_DAYS: '20',
      FANFARE_BODY_RETENTION_DAYS: '30',
    });
    expect(faults).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^FANFARE_ATTEMPT_RETENTION_DAYS: found 20, but .* kept for 10 days/),
      expect.stringMatching(/^FANFARE_BODY_RETENTION_DAYS: found 30, but .* kept for 20 days/),
    ]);
    expect(faultsOf({ FANFARE_RETENTION_DAYS: '0', FANFARE_BODY_RETENTION_DAYS: '40' })).toEqual([
      expect.stringMatching(/^FANFARE_RETENTION_DAYS: found "0"/),
    ]);
  });

  it('leaves the variables of other programs alone', () => {
    expect(readConfig({ PATH: '/bin', npm_config_cache: '/tmp', PORTS: '1' }).port).toBe(7070);
  });

  it('takes keys in hex and in base64, one or several', () => {
    const hex = 'ab'.repeat(32);
    const base64 = Buffer.alloc(32, 7).toString('base64');
    expect(readConfig({ FANFARE_ENCRYPTION_KEY: `${hex}, ${base64}` }).encryptionKey).toBe(
      `${hex}, ${base64}`,
    );
  });

  it('drops the slash at the end of the public address', () => {
    expect(readConfig({ FANFARE_PUBLIC_URL: 'https://hooks.example.com/fanfare/' }).publicUrl).toBe(
      'https://hooks.example.com/fanfare',
    );
  });

  it('has notes for every setting', () => {
    for (const [name, schema] of Object.entries(settings.shape)) {
      expect(settingNotes.get(schema), name).toBeDefined();
    }
  });
});
