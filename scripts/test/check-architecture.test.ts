import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findViolations } from '../check-architecture.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** The rules that these files break, as `path:line rule`. */
async function violationsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'fanfare-architecture-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, 'packages', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const found = await findViolations(root);
  return found.map(({ file, line, rule }) => `${file.replace('packages/', '')}:${line} ${rule}`);
}

describe('the architecture check', () => {
  it('accepts this repository', async () => {
    const found = await findViolations(fileURLToPath(new URL('../..', import.meta.url)));
    expect(found).toEqual([]);
  });

  it('accepts an import in the planned direction through the door', async () => {
    expect(
      await violationsOf({
        'server/src/http/routes/events.ts': "import { x } from '../../catalog/index.ts';\n",
      }),
    ).toEqual([]);
  });

  it.each([
    [
      'an import against the direction',
      'storage/pool.ts',
      "import '../http/index.ts';",
      'storage/ must not import http/',
    ],
    [
      'a type import against the direction',
      'formats/a.ts',
      "import type { A } from '../webhooks/index.ts';",
      'formats/ must not import webhooks/',
    ],
    [
      'a re-export against the direction',
      'catalog/a.ts',
      "export { a } from '../formats/index.ts';",
      'catalog/ must not import formats/',
    ],
    [
      'a dynamic import against the direction',
      'catalog/a.ts',
      "const a = await import('../formats/index.ts');",
      'catalog/ must not import formats/',
    ],
    [
      'a way around the door',
      'http/a.ts',
      "import { a } from '../catalog/event-types.ts';",
      'through catalog/index.ts',
    ],
    [
      'a reach into the composition root',
      'http/a.ts',
      "import { readConfig } from '../config.ts';",
      'belongs to the composition root',
    ],
    ['a folder the table does not know', 'extras/a.ts', 'export {};', 'is not in the table'],
    ['the driver outside storage', 'webhooks/a.ts', "import pg from 'pg';", 'only storage/ holds SQL'],
    [
      'a part of the query builder outside storage',
      'webhooks/a.ts',
      "import { x } from 'kysely/helpers';",
      'only storage/ holds SQL',
    ],
    [
      'a connection outside delivery/send',
      'delivery/attempt.ts',
      "import { Pool } from 'undici';",
      'only delivery/send',
    ],
    [
      'the environment read outside config.ts',
      'http/a.ts',
      'export const a = process.env.HOME;',
      'only config.ts reads the environment',
    ],
    [
      'the environment read by key',
      'http/a.ts',
      "export const a = process['env'];",
      'only config.ts reads the environment',
    ],
    [
      'a clock in a format',
      'formats/a.ts',
      'export const a = () => Date.now();',
      'Date.now may not be used here',
    ],
    [
      'another clock in a format',
      'formats/a.ts',
      'export const a = () => new Date();',
      'the current time may not be used here',
    ],
    [
      'randomness in a format',
      'formats/a.ts',
      'export const a = Math.random();',
      'Math.random may not be used here',
    ],
    ['I/O in a format', 'formats/a.ts', "import { readFile } from 'node:fs/promises';", 'this code is pure'],
    ['a drawer', 'http/utils/a.ts', 'export {};', 'a folder called "utils"'],
    ['a word to the console', 'http/a.ts', "console.log('here');", 'not to the console'],
  ])('refuses %s', async (_what, path, text, rule) => {
    const found = await violationsOf({ [`server/src/${path}`]: `// first line\n${text}\n` });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(rule);
    expect(found[0]).toContain(`server/src/${path}:`);
  });

  it('lets a folder without a door be used by its parent, and one with a door only through it', async () => {
    const files = {
      'server/src/delivery/attempt.ts': "import { send } from './send/sender.ts';\n",
      'server/src/delivery/send/sender.ts': 'export const send = 1;\n',
    };
    expect(await violationsOf(files)).toEqual([]);
    expect(
      await violationsOf({
        ...files,
        'server/src/delivery/send/index.ts': "export { send } from './sender.ts';\n",
      }),
    ).toEqual([
      'server/src/delivery/attempt.ts:1 import delivery/send/ through delivery/send/index.ts, not "./send/sender.ts"',
    ]);
  });

  it('lets anybody use the types of Node', async () => {
    expect(
      await violationsOf({
        'server/src/http/server.ts': "import type { IncomingMessage } from 'node:http';\n",
      }),
    ).toEqual([]);
  });

  it('refuses dependencies of the client, Node, and use of it by the server beyond the demo', async () => {
    expect(
      await violationsOf({
        'client/src/index.ts':
          "import { z } from 'zod';\nimport 'node:fs';\nimport './a.ts';\nconsole.log(process.env);\n",
        'server/src/demo/api.ts': "import { createClient } from '@fanfare/client';\n",
        'server/src/http/a.ts': "import { createClient } from '@fanfare/client';\n",
      }),
    ).toEqual([
      'client/src/index.ts:1 the client package has no dependencies, but this imports "zod"',
      'client/src/index.ts:2 the client package has no dependencies, but this imports "node:fs"',
      "client/src/index.ts:4 console is not the client package's; whoever uses it decides",
      "client/src/index.ts:4 process.env is not the client package's; whoever uses it decides",
      'server/src/http/a.ts:1 "@fanfare/client" may not be imported here: the server answers the API and does not call it',
    ]);
  });

  it('refuses a dependency of the signature package', async () => {
    expect(await violationsOf({ 'signature/src/index.ts': "import { z } from 'zod';\n" })).toEqual([
      'signature/src/index.ts:1 the signature package has no dependencies, but this imports "zod"',
    ]);
  });
});
