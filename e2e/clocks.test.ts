import { describe, expect, it } from 'vitest';
import { jumpUnderLoad } from '../torture/clocks.ts';
import { findFaketime } from '../torture/faketime.ts';
import { statements } from '../torture/verdicts.ts';

const seed = 1_121;

describe('a clock that jumps by a day, ahead and back, under load', () => {
  for (const clock of ['both', 'Fanfare', 'PostgreSQL'] as const) {
    const whose = clock === 'both' ? 'of Fanfare and of its PostgreSQL' : `of ${clock} alone`;
    it(`leaves every statement true: ${whose}`, { timeout: 400_000 }, async ({ skip }) => {
      const faketime = findFaketime();
      if ('obstacle' in faketime) {
        process.stderr.write(`\nNOT TESTED: jumps of the clock ${whose}. ${faketime.obstacle}.\n\n`);
        return skip(faketime.obstacle);
      }
      const said: string[] = [];
      const { result, verdicts } = await jumpUnderLoad({
        clock,
        faketime: faketime.path,
        seed,
        say: (line) => said.push(line),
      });
      const found = verdicts.all.filter(({ evidence }) => evidence.length > 0);
      const told = found.map(({ statement, evidence }) => [statements[statement], ...evidence].join('\n  '));
      expect(told, `seed ${seed}\n${said.join('\n')}`).toEqual([]);
      expect(result?.kills).toHaveLength(4);
    });
  }
});
