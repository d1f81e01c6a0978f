import { cleanUp } from '../e2e/fanfare-process.ts';
import { seededRandom } from '../packages/server/src/demo/random.ts';
import { Caller } from './caller.ts';
import type { Installation } from './installation.ts';
import { Receivers } from './receivers.ts';
import { playRound, type RoundResult } from './round.ts';
import { Verdicts } from './verdicts.ts';

export interface TrialOptions {
  readonly seed: number;
  /** For how long a receiver is out of order at a time, ms. */
  readonly ailsMs: number;
  readonly withReplay: boolean;
  readonly say: (line: string) => void;
}

export interface Trial {
  /** Null when it broke off. */
  readonly result: RoundResult | null;
  readonly verdicts: Verdicts;
}

/** Nobody sets a clock, or upgrades a node, twice in a second. */
const calmMs = 2_000;
const importLines = 3_000;
const streams = { caller: 41, receivers: 42 } as const;

/** One round in which each of the installation's targets is struck once, in their order. Stops the installation. */
export async function tryOut<I extends Installation>(
  installation: I,
  { seed, ailsMs, withReplay, say }: TrialOptions,
  /** What is looked at while it still runs. */
  inTheEnd?: (installation: I) => Promise<void>,
): Promise<Trial> {
  const verdicts = new Verdicts();
  const caller = new Caller(installation, seededRandom(seed, streams.caller));
  const receivers = await Receivers.open(seededRandom(seed, streams.receivers), installation.clocks);
  const kills = installation.targets.length;
  try {
    say(installation.name);
    const result = await playRound({
      installation,
      caller,
      receivers,
      verdicts,
      // So that the first target comes first.
      round: kills,
      seed,
      kills,
      loadMs: 0,
      importLines,
      withReplay,
      ailsMs,
      calmMs,
      say,
    });
    await inTheEnd?.(installation);
    return { result, verdicts };
  } catch (error) {
    verdicts.add('faults', 0, [
      `${installation.name}: ${error instanceof Error ? error.stack : String(error)}`,
    ]);
    return { result: null, verdicts };
  } finally {
    receivers.close();
    await caller.close();
    await installation.stop();
    await cleanUp();
  }
}
