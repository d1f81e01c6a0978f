import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { help, type Options, parseOptions } from './options.ts';
import { report } from './report.ts';
import { runTorture } from './run.ts';
import { tryEverythingElse } from './trials.ts';
import { statements } from './verdicts.ts';

/** `npm run torture`: kills everything again and again, and checks that nothing was lost. */
const say = (line: string) => process.stdout.write(`${line}\n`);

let parsed: Options | 'help';
try {
  parsed = parseOptions(process.argv.slice(2), randomInt(1, 1_000_000), join(tmpdir(), 'torture.md'));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  process.exit(2);
}
if (parsed === 'help') say(help);
else process.exitCode = await torture(parsed);

async function torture(options: Options): Promise<0 | 1> {
  const { seed, minutes, kills } = options;
  say(`Seed ${seed}, about ${minutes} minutes, ${kills} kills`);
  const result = await runTorture({
    seed,
    minutes,
    kills,
    killsPerRound: 5,
    importLines: 20_000,
    withDeletion: true,
    say,
  });
  const tried = result.verdicts.failed ? [] : await tryEverythingElse({ seed, say });
  for (const { statement, checked, evidence } of result.verdicts.all) {
    say(
      `${evidence.length === 0 ? 'true ' : 'FALSE'}  ${statements[statement]} (${checked.toLocaleString('en')})`,
    );
    for (const one of evidence) say(`         ${one}`);
  }
  for (const { what, detail, evidence, obstacle } of tried) {
    say(`${obstacle ? 'NOT TRIED' : evidence.length === 0 ? 'true ' : 'FALSE'}  ${what} (${detail})`);
    for (const one of evidence) say(`         ${one}`);
  }
  await writeFile(options.report, report(options, result, tried));
  say(`The report is in ${options.report}`);
  if (result.verdicts.failed) say(`Failed in round ${result.rounds.length} of seed ${seed}.`);
  else if (tried.every(({ evidence }) => evidence.length === 0)) return 0;
  return 1;
}
