import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const specFolder = fileURLToPath(new URL('../../../../spec', import.meta.url));

/** Compares with a file under spec/; with UPDATE_GOLDEN=1 in the environment it writes the file instead. */
export function expectGolden(path: string, value: unknown): void {
  const file = join(specFolder, path);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  expect(text, `${path} is stale; UPDATE_GOLDEN=1 writes it anew`).toBe(readFileSync(file, 'utf8'));
}
