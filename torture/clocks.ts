import { randomBytes } from 'node:crypto';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, startEmbeddedServer } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { makeDataDirectory } from '../e2e/fanfare-process.ts';
import { type Installation, Nodes, quietly, timed } from './installation.ts';
import { type Trial, tryOut } from './trial.ts';

/** Whose clock jumps. */
export type Clock = 'Fanfare' | 'PostgreSQL' | 'both';

const dayMs = 86_400_000;
/** Answers carry a date that Node makes once a second. */
const oldTimeForMs = 5_000;
const jumpsWithinMs = 15_000;

/** Long enough that the receiver counts as down when a clock jumps. */
const ailsMs = 14_000;

/**
 * One round in which a clock jumps by a day: ahead, back, back, and ahead again. Without a replay: that walks the log in
 * the order of its ids, up to now, and what was published before a clock was set back lies behind that for as long.
 */
export async function jumpUnderLoad(parts: {
  readonly clock: Clock;
  readonly faketime: string;
  readonly seed: number;
  readonly say: (line: string) => void;
}): Promise<Trial> {
  const { clock, faketime, seed, say } = parts;
  return tryOut(await startWithClock(clock, faketime), { seed, ailsMs, withReplay: false, say });
}

/** One node on a PostgreSQL, whose clocks can be moved, and whose monotonic clocks go on as ever. */
async function startWithClock(clock: Clock, faketime: string): Promise<Installation> {
  // The database has a user of its own, who must be able to read it.
  const folder = await mkdtemp(join(tmpdir(), 'fanfare-clock-'));
  chmodSync(folder, 0o755);
  const offsetFile = join(folder, 'offset');
  writeFileSync(offsetFile, '+0');
  const faked = {
    LD_PRELOAD: faketime,
    FAKETIME_TIMESTAMP_FILE: offsetFile,
    // Otherwise each process of PostgreSQL would go on with the old time for a while, which no clock of a machine does.
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  const server = await startEmbeddedServer({
    dataDir: await makeDataDirectory(),
    log: () => {},
    ...(clock !== 'Fanfare' && { environment: faked }),
  });
  const nodes = new Nodes([
    {
      ...quietly,
      FANFARE_LOG_LEVEL: 'info',
      DATABASE_URL: server.connectionString,
      FANFARE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      FANFARE_DATA_DIR: await makeDataDirectory(),
      ...(clock !== 'PostgreSQL' && faked),
    },
  ]);
  await nodes.start(0);
  let offsetMs = 0;
  let before = { offsetMs: 0, untilMs: 0 };

  async function jump(byMs: number): Promise<void> {
    before = { offsetMs, untilMs: performance.now() + oldTimeForMs };
    offsetMs += byMs;
    writeFileSync(`${offsetFile}.new`, `${offsetMs < 0 ? '-' : '+'}${Math.abs(offsetMs) / 1_000}`);
    renameSync(`${offsetFile}.new`, offsetFile);
    const about = (time: number) => Math.abs(time - (Date.now() + offsetMs)) < dayMs / 2;
    if (clock !== 'PostgreSQL') {
      await waitFor(
        async () => {
          const { headers } = await fetch(`${nodes.origins[0]}/healthz`);
          return about(Date.parse(headers.get('date') ?? ''));
        },
        { timeoutMs: jumpsWithinMs, what: "Fanfare's clock to jump" },
      );
    }
    if (clock !== 'Fanfare') {
      const database = openDatabase({ connectionString: server.connectionString });
      try {
        await waitFor(
          async () => {
            const { rows } = await database.pool.query<{ now: Date }>('select clock_timestamp() as now');
            return rows[0] !== undefined && about(rows[0].now.getTime());
          },
          { timeoutMs: jumpsWithinMs, what: "PostgreSQL's clock to jump" },
        );
      } finally {
        await database.close();
      }
    }
  }

  return {
    name: clock === 'both' ? 'the clocks of Fanfare and PostgreSQL' : `the clock of ${clock}`,
    targets: [
      'a clock, by a day ahead',
      'a clock, by a day back',
      'a clock, by a day back',
      'a clock, by a day ahead',
    ],
    get origins() {
      return nodes.origins;
    },
    get token() {
      return nodes.token;
    },
    databaseUrl: server.connectionString,
    clocks() {
      const shown = clock === 'PostgreSQL' ? [0] : [offsetMs];
      if (clock !== 'PostgreSQL' && performance.now() < before.untilMs) shown.push(before.offsetMs);
      return shown.map((ms) => new Date(Date.now() + ms));
    },
    kill: (target) =>
      timed(target, async (struck) => {
        struck();
        if (target === 'a clock, by a day ahead') await jump(dayMs);
        else if (target === 'a clock, by a day back') await jump(-dayMs);
        else throw new Error(`There is no ${target} here`);
      }),
    faults: () => nodes.faults(),
    async stop() {
      await nodes.stop();
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
