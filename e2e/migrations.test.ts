import { expect, it } from 'vitest';
import { killWhileMigrating } from '../torture/migrations.ts';

const seed = 40;

it('a start that is killed while it migrates is finished by the next one, and two that start at once do it once', {
  timeout: 300_000,
}, async () => {
  const { killed, migrating, evidence } = await killWhileMigrating({ seed, kills: 4, say: () => {} });
  expect(evidence).toEqual([]);
  expect(killed).toBe(8);
  expect(migrating, 'kills that came before it had migrated').toBeGreaterThan(2);
});
