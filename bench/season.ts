/**
 * How much of a season can Fanfare take? A seeded crowd joins, is referred, completes tasks, plays, fires triggers and
 * claims, through the API alone, as fast as it is answered, with webhooks of every format that deliver to built-in
 * inboxes of the same process; or without any.
 *
 * Load generator, Fanfare, its inboxes and PostgreSQL (fsync on) share the machine.
 *
 *   npm run bench:season -- [--participants 2000] [--seconds 30] [--lanes 64]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { program, spawnFanfare } from './fanfare-process.ts';
import { machine } from './machine.ts';

const { values: flags } = parseArgs({
  options: {
    participants: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '30' },
    lanes: { type: 'string', default: '64' },
  },
});

console.log(machine());
for (const webhooks of [true, false]) {
  const fanfare = await spawnFanfare();
  const before = fanfare.processorMs();
  const season = spawn(
    process.execPath,
    [
      program,
      'demo',
      ...['--origin', fanfare.origin, '--token', fanfare.token],
      ...['--participants', flags.participants, '--duration', flags.seconds, '--lanes', flags.lanes],
      '--as-fast-as-possible',
      ...(webhooks ? [] : ['--without-webhooks']),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  season.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = (await once(season, 'close')) as [number | null];
  const after = fanfare.processorMs();
  const summary = /^([\d,]+) actions in .*$/m.exec(output);
  if (code !== 0 || summary === null) throw new Error(`The season ended with ${code}:\n${output}`);
  const actions = Number(summary[1]?.replaceAll(',', ''));
  const each = (ms: number) => `${((ms * 1_000) / actions).toFixed(0)} µs`;
  console.log(
    `${webhooks ? 'webhooks of every format' : 'no webhooks            '}  ${summary[0]}; ` +
      `processor time ${each(after.all - before.all)} each, PostgreSQL ${each(after.all - before.all - (after.own - before.own))}`,
  );
  await fanfare.stop();
}
