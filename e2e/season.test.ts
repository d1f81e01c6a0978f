import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, makeDataDirectory, startFanfare } from './fanfare-process.ts';

afterEach(cleanUp);

const run = promisify(execFile);

interface Ran {
  readonly code: number;
  readonly output: string;
}

/** `npm run demo` with these arguments, as a person types it. */
async function npmRunDemo(args: readonly string[]): Promise<Ran> {
  return ran(run('npm', ['run', '--silent', 'demo', '--', ...args]));
}

async function ran(running: Promise<{ stdout: string; stderr: string }>): Promise<Ran> {
  try {
    const { stdout, stderr } = await running;
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

describe('npm run demo', () => {
  it('plays a season against a running Fanfare, and checks it', async () => {
    const dataDir = await makeDataDirectory();
    const fanfare = startFanfare({ FANFARE_DEMO: 'off', FANFARE_DATA_DIR: dataDir });
    await fanfare.ready();
    const { code, output } = await npmRunDemo([
      ...['--origin', fanfare.origin, '--token-file', join(dataDir, 'api-token')],
      ...['--participants', '30', '--as-fast-as-possible', '--verify'],
    ]);
    expect(code, output).toBe(0);
    expect(output).toContain('Season 7 of 30 people');
    expect(output).toContain('true   Every delivery to the 13 webhooks was acknowledged');
    expect(await fanfare.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('says what is wrong with its options, and where there is no Fanfare', async () => {
    const wrong = await npmRunDemo(['--participants', 'many', '--sed', '1']);
    expect(wrong.code).toBe(2);
    expect(wrong.output).toContain('--participants: found "many"');
    expect(wrong.output).toContain('--sed: there is no such option');
    expect(await npmRunDemo(['--origin', 'http://127.0.0.1:1', '--token', 'fan_x'])).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /http:\/\/127.0.0.1:1\S*: no answer came: .*Start Fanfare with npm start/,
      ),
    });
  });
});

describe('the program', () => {
  const program = join('packages', 'server', 'dist', 'main.js');

  it('tells its commands, and that there is no other', async () => {
    expect(await ran(run(process.execPath, [program, '--help']))).toMatchObject({
      code: 0,
      output: expect.stringContaining('fanfare demo'),
    });
    expect(await ran(run(process.execPath, [program, 'dmeo']))).toMatchObject({
      code: 2,
      output: expect.stringContaining('There is no command "dmeo"'),
    });
  });
});
