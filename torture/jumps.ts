import { cleanUp } from '../e2e/fanfare-process.ts';
import { seededRandom } from '../packages/server/src/demo/random.ts';
import { Caller } from './caller.ts';
import { type Clock, startWithClock } from './clocks.ts';
import { Receivers } from './receivers.ts';
import { playRound, type RoundResult } from './round.ts';
import { Verdicts } from './verdicts.ts';

/** Long enough that the receiver counts as down when a clock jumps. */
const ailsMs = 14_000;
/** Nobody sets a clock twice in a second. */
const calmMs = 2_000;
const streams = { caller: 41, receivers: 42 } as const;

/** One round in which a clock jumps by a day: ahead, back, back, and ahead again. */
export async function jumpUnderLoad(parts: {
  readonly clock: Clock;
  readonly faketime: string;
  readonly seed: number;
  readonly say: (line: string) => void;
}): Promise<{ readonly result: RoundResult; readonly verdicts: Verdicts }> {
  const { clock, faketime, seed, say } = parts;
  const verdicts = new Verdicts();
  const installation = await startWithClock(clock, faketime);
  const caller = new Caller(installation, seededRandom(seed, streams.caller));
  const receivers = await Receivers.open(seededRandom(seed, streams.receivers), installation.now);
  try {
    say(installation.name);
    const result = await playRound({
      installation,
      caller,
      receivers,
      verdicts,
      // So that the first jump is the first of the four.
      round: installation.targets.length,
      seed,
      kills: installation.targets.length,
      loadMs: 0,
      importLines: 3_000,
      // A replay walks the log in the order of its ids, up to now: what was published before a clock was set back lies
      // behind that for as long.
      withReplay: false,
      ailsMs,
      calmMs,
      say,
    });
    return { result, verdicts };
  } finally {
    receivers.close();
    await caller.close();
    await installation.stop();
    await cleanUp();
  }
}
