import { readFile } from 'node:fs/promises';
import { ApiProblem, NoAnswer, UnexpectedAnswer } from '@fanfare/client';
import { createDemoApi } from './api.ts';
import { keepBooks } from './books.ts';
import { readCast } from './cast.ts';
import { parseSeasonOptions, type SeasonOptions, seasonHelp } from './options.ts';
import { keepPace } from './pace.ts';
import { payWhatFailed } from './payouts.ts';
import { createCrowd } from './people.ts';
import { createPerformer } from './perform.ts';
import { progressLine, startLine, summary } from './progress.ts';
import { type Report, runSeason } from './run.ts';
import { createSeason } from './season.ts';
import { setStage } from './stage.ts';
import { Tally } from './statistics.ts';
import { verifySeason } from './verify.ts';

const progressEveryMs = 2_000;
/** Of the same kind of surprise one sees enough after a few. */
const surprisesShown = 10;

/**
 * `fanfare demo`: plays a season against a running Fanfare and tells what came of it. Gives the exit code. The signal
 * ends the season early; what came of it until then is told all the same.
 */
export async function runSeasonCommand(parts: {
  readonly args: readonly string[];
  readonly write: (text: string) => void;
  /** For what keeps it from going on. */
  readonly complain: (text: string) => void;
  readonly signal: AbortSignal;
}): Promise<0 | 1 | 2> {
  const { args, write, complain, signal } = parts;
  const parsed = parseSeasonOptions(args);
  switch (parsed.kind) {
    case 'help':
      write(seasonHelp);
      return 0;
    case 'faults':
      complain(
        `fanfare demo cannot start.\n\n${parsed.faults.map((fault) => `  ${fault}\n`).join('')}\nfanfare demo --help tells the options.\n`,
      );
      return 2;
    case 'options':
      try {
        return (await play(parsed.options, write, signal)) ? 0 : 1;
      } catch (error) {
        if (signal.aborted) write('Ended before it had begun.\n');
        else complain(`${explained(error, parsed.options)}\n`);
        return 1;
      }
  }
}

/** Whether everything went as planned. */
async function play(
  options: SeasonOptions,
  write: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const { origin, participants: size, campaigns, seed, withWebhooks, durationMs } = options;
  const token =
    'text' in options.token ? options.token.text : (await readFile(options.token.file, 'utf8')).trim();
  const api = createDemoApi({ origin, token, connections: options.lanes, signal });
  const cast = await readCast();
  const crowd = createCrowd({ cast, seed, size, campaigns });
  const stage = await setStage({ api, origin, cast, campaigns, alone: false, withWebhooks, signal });
  write(startLine(options, stage));

  const books = keepBooks({
    campaigns,
    initialPoints: cast.initial_points,
    bonusPercent: cast.referral.bonus_percent,
  });
  const whole = new Tally();
  let lately = new Tally();
  let surprises = 0;
  const report = ({ action, verdict, expected, detail, ms }: Report) => {
    for (const tally of [whole, lately]) tally.add(action.step.act.kind, verdict, expected, ms);
    if (detail === null) return;
    surprises += 1;
    if (surprises <= surprisesShown) write(`  !  ${detail}\n`);
  };
  const begun = performance.now();
  let stretchBegun = begun;
  const timer = setInterval(() => {
    const now = performance.now();
    write(progressLine(lately, now - begun, now - stretchBegun));
    lately = new Tally();
    stretchBegun = now;
  }, progressEveryMs);
  let ended: unknown = null;
  try {
    await runSeason({
      season: createSeason({ crowd, cast, endless: durationMs !== null }),
      perform: createPerformer({ api, stage, crowd }),
      books,
      pace: keepPace({ perSecond: options.perSecond, durationMs, signal }),
      lanes: options.lanes,
      report,
    });
  } catch (error) {
    ended = error;
  } finally {
    clearInterval(timer);
  }
  write(summary(whole, performance.now() - begun));
  if (signal.aborted) {
    write('Ended early: asked to.\n');
    return false;
  }
  if (ended !== null) throw ended;

  await stage.repair();
  const retried = await payWhatFailed({ api, stage, signal });
  if (retried > 0) write(`asked again for ${retried.toLocaleString('en')} payments that had failed\n`);
  let sound = whole.unexpected.size === 0;
  if (options.verify) {
    for await (const { ok, text, differences } of verifySeason({ api, stage, books, signal })) {
      sound &&= ok;
      write(`${ok ? 'true  ' : 'FALSE '} ${text}\n${differences.map((one) => `       ${one}\n`).join('')}`);
    }
  }
  return sound;
}

/** For what the caller can mend, what to do; for a fault of ours, where it came from. */
function explained(error: unknown, { origin, token }: SeasonOptions): string {
  if (error instanceof ApiProblem || error instanceof UnexpectedAnswer)
    return `The season cannot go on: ${error.message}`;
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'file' in token) {
    return `There is no file ${token.file} with an API token. Give --token, or --token-file: Fanfare prints where it is when it starts.`;
  }
  if (error instanceof NoAnswer) {
    return `${error.message}. Start Fanfare with npm start, or give its address with --origin (now ${origin}).`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
