import { expect, it } from 'vitest';
import { newerMigratesBeside } from '../torture/upgrades.ts';
import { statements } from '../torture/verdicts.ts';

const seed = 21;

it('nodes go on when a newer version has migrated their database, and none of them starts anew on it', {
  timeout: 400_000,
}, async () => {
  const said: string[] = [];
  const { result, verdicts } = await newerMigratesBeside({ seed, say: (line) => said.push(line) });
  const found = verdicts.all.filter(({ evidence }) => evidence.length > 0);
  const told = found.map(({ statement, evidence }) => [statements[statement], ...evidence].join('\n  '));
  expect(told, `seed ${seed}\n${said.join('\n')}`).toEqual([]);
  expect(result?.kills).toHaveLength(1);
  expect(result?.duplicates.explained.size, 'requests that came again').toBe(0);
});
