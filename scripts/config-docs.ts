import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { settingNotes, settings } from '../packages/server/src/config.ts';

/**
 * Writes docs/configuration.md from the schema in config.ts. With --check it writes nothing and fails when
 * the file is stale.
 */

const file = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));

export function configurationReference(): string {
  const sections = Object.entries(settings.shape).map(([name, schema]) => {
    const notes = settingNotes.get(schema);
    if (notes === undefined) throw new Error(`${name} has no notes in config.ts`);
    return [
      `## ${name}`,
      '',
      notes.about,
      '',
      `- Expected: ${notes.expected}${notes.secret ? ' (never shown in messages and logs)' : ''}.`,
      `- Without it: ${notes.otherwise}.`,
      `- Example: \`${notes.example}\``,
      '',
    ].join('\n');
  });
  return [
    '<!-- Generated from packages/server/src/config.ts by `npm run docs:config`. Do not edit. -->',
    '',
    '# Configuration',
    '',
    'Fanfare is configured by environment variables alone. Without any it runs, on this machine only.',
    'An empty variable counts as unset. Wrong values are all reported at once before anything starts, and a',
    'variable that begins with `FANFARE_` and is not in this list is refused.',
    '',
    ...sections,
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const current = configurationReference();
  if (process.argv.includes('--check')) {
    if ((await readFile(file, 'utf8')) !== current) {
      process.stderr.write(
        'docs/configuration.md is stale. Run `npm run docs:config` and commit the result.\n',
      );
      process.exitCode = 1;
    }
  } else {
    await writeFile(file, current);
  }
}
