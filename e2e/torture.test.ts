import { describe, expect, it } from 'vitest';
import { runTorture } from '../torture/run.ts';
import { statements } from '../torture/verdicts.ts';

/** The short form of `npm run torture`, whose long form takes half an hour. */
const seed = 20_261_121;

describe('kill -9 of Fanfare and of its PostgreSQL, under load', () => {
  it('leaves every statement true', { timeout: 600_000 }, async () => {
    const said: string[] = [];
    const { rounds, verdicts } = await runTorture({
      seed,
      minutes: 0.5,
      kills: 6,
      killsPerRound: 3,
      importLines: 3_000,
      withDeletion: false,
      say: (line) => said.push(line),
    });
    const found = verdicts.all.filter(({ evidence }) => evidence.length > 0);
    const told = found.map(({ statement, evidence }) => [statements[statement], ...evidence].join('\n  '));
    expect(told, `seed ${seed}\n${said.join('\n')}`).toEqual([]);
    // Otherwise it was too tame to say anything.
    expect(rounds.flatMap(({ kills }) => kills)).toHaveLength(6);
    for (const { published, actions, paid } of rounds) {
      expect(published).toBeGreaterThan(100);
      expect(actions).toBeGreaterThan(50);
      expect(paid.payouts).toBeGreaterThan(0);
    }
    expect(verdicts.all.map(({ statement }) => statement)).toEqual(
      Object.keys(statements).filter((statement) => statement !== 'deletion'),
    );
  });
});
