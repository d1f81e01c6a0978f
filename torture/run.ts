import { openDatabase } from '@fanfare/server/storage';
import { cleanUp } from '../e2e/fanfare-process.ts';
import { seededRandom } from '../packages/server/src/demo/random.ts';
import { Caller } from './caller.ts';
import { prepareDeparture } from './departure.ts';
import { type Installation, startEmbedded, startTwoNodes } from './installation.ts';
import { Receivers } from './receivers.ts';
import { playRound, type RoundResult } from './round.ts';
import { Verdicts } from './verdicts.ts';

export interface RunOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly kills: number;
  /** Kills of one round; then everything comes to rest and is checked. */
  readonly killsPerRound: number;
  readonly importLines: number;
  /** Whether an organization is deleted too, which takes more than two minutes. */
  readonly withDeletion: boolean;
  readonly say: (line: string) => void;
}

export interface RunResult {
  readonly rounds: readonly (RoundResult & { readonly installation: string })[];
  readonly verdicts: Verdicts;
  readonly unanswered: number;
  readonly turnedAway: number;
  readonly tookMs: number;
}

/** What of a round is not load: setting up, coming to rest, checking. */
const restShare = 0.5;
/** Shorter than what makes a receiver count as down. */
const ailsMs = 4_000;
const calmMs = 800;
const streams = { caller: 31, receivers: 32 } as const;

/** Half of the kills meet one process with its own PostgreSQL, the other half two nodes on one. Ends at the first failure. */
export async function runTorture(options: RunOptions): Promise<RunResult> {
  const begunAt = performance.now();
  const rounds: (RoundResult & { installation: string })[] = [];
  const verdicts = new Verdicts();
  let unanswered = 0;
  let turnedAway = 0;
  const embeddedKills = Math.ceil(options.kills / 2);
  const stages = [
    { start: startEmbedded, kills: embeddedKills },
    { start: startTwoNodes, kills: options.kills - embeddedKills },
  ];
  try {
    let round = 0;
    for (const { start, kills } of stages) {
      if (verdicts.failed || kills === 0) continue;
      const installation = await start();
      options.say(installation.name);
      const caller = new Caller(installation, seededRandom(options.seed, streams.caller, round));
      try {
        const played = await playStage({ ...options, kills }, installation, caller, verdicts, round);
        rounds.push(...played.map((one) => ({ ...one, installation: installation.name })));
        round += played.length;
      } finally {
        unanswered += caller.unanswered;
        turnedAway += caller.turnedAway;
        await caller.close();
        await installation.stop();
        verdicts.add('faults', 0, installation.faults());
      }
    }
  } finally {
    await cleanUp();
  }
  return { rounds, verdicts, unanswered, turnedAway, tookMs: performance.now() - begunAt };
}

async function playStage(
  options: RunOptions,
  installation: Installation,
  caller: Caller,
  verdicts: Verdicts,
  before: number,
): Promise<readonly RoundResult[]> {
  const { seed, kills, killsPerRound, minutes, say } = options;
  const receivers = await Receivers.open(seededRandom(seed, streams.receivers, before));
  const connect = () => openDatabase({ connectionString: installation.databaseUrl });
  const results: RoundResult[] = [];
  const count = Math.ceil(kills / killsPerRound);
  const loadMs = ((minutes * 60_000) / 2 / count) * (1 - restShare);
  let round = before;
  try {
    const departure = options.withDeletion ? await prepareDeparture(caller, connect) : null;
    // Its answer may come after a few kills.
    const departing = departure?.begin();
    departing?.catch(() => {});
    for (let n = 0; n < count && !verdicts.failed; n++) {
      round = before + n + 1;
      const result = await playRound({
        installation,
        caller,
        receivers,
        verdicts,
        round,
        seed,
        kills: Math.min(killsPerRound, kills - n * killsPerRound),
        loadMs,
        importLines: options.importLines,
        withReplay: true,
        ailsMs,
        calmMs,
        say,
      });
      say(`  quiet after ${(result.quietAfterMs / 1_000).toFixed(1)} s`);
      results.push(result);
    }
    await departing;
    await departure?.check(verdicts);
    return results;
  } catch (error) {
    // What was waited for in vain is a finding like any other.
    verdicts.add('faults', 0, [`round ${round}: ${error instanceof Error ? error.stack : String(error)}`]);
    return results;
  } finally {
    receivers.close();
  }
}
