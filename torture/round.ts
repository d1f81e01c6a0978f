import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '@fanfare/server/storage';
import { waitFor } from '@fanfare/testkit';
import { PayingSystem } from '../e2e/paying-system.ts';
import { oneOf, type Random, seededRandom } from '../packages/server/src/demo/random.ts';
import type { Caller } from './caller.ts';
import {
  type DeliveryParts,
  type Duplicates,
  duplicatesAreExplained,
  everythingArrived,
  everythingWasAcknowledged,
  nothingInFlight,
  recoveries,
} from './deliveries.ts';
import { beginErrands, type Errands, makeLeaver } from './errands.ts';
import type { Installation, Kill, Target } from './installation.ts';
import { Load } from './load.ts';
import { inboxes } from './messages.ts';
import { type Paid, payEverything, paymentsHold } from './payments.ts';
import type { Receivers } from './receivers.ts';
import { rowsMatchEvents } from './rows.ts';
import {
  conversionsFollowJoining,
  earningsAddUp,
  pointsAddUp,
  storedEventsGiveTheSameBytes,
  testsCountNowhere,
  triggersAreWorthOneNumber,
} from './truths.ts';
import type { Verdicts } from './verdicts.ts';
import { closeWorld, openWorld } from './world.ts';

export interface RoundResult {
  readonly kills: readonly Kill[];
  readonly published: number;
  readonly actions: number;
  readonly requests: number;
  readonly duplicates: Duplicates;
  readonly paid: Paid;
  readonly recoveriesMs: readonly number[];
  /** From the end of the load until nothing was open any more. */
  readonly quietAfterMs: number;
}

export interface RoundParts {
  readonly installation: Installation;
  readonly caller: Caller;
  readonly receivers: Receivers;
  readonly verdicts: Verdicts;
  readonly round: number;
  readonly seed: number;
  readonly kills: number;
  /** For how long there is load, at least. */
  readonly loadMs: number;
  readonly importLines: number;
  /** Whether a webhook is sent by a replay what it missed. */
  readonly withReplay: boolean;
  /** For how long a receiver is out of order at a time. */
  readonly ailsMs: number;
  /** From when everything is up again until the next kill: so long at least, and twice as long at most. */
  readonly calmMs: number;
  readonly say: (line: string) => void;
}

/** Until an event that a quick receiver wants is there, mostly. */
const hearsWithinMs = 300;
/** Between a recovery and the next kill, at least so many more events are acknowledged. */
const eventsBetween = 30;
/** A lease, whose holder is dead: the webhook's timeout and half a minute, and what comes after it. */
const quietWithinMs = 120_000;
const streams = { kills: 21, paying: 22 } as const;
/** Some kills wait for long work to be under way. */
const errandKinds = ['replay', 'import', 'erasure', null] as const;
const errandWithinMs = 3_000;

/** Load, kills in the middle of it, quiet, and every statement checked. */
export async function playRound(parts: RoundParts): Promise<RoundResult> {
  const { installation, caller, receivers, verdicts, round, seed, say } = parts;
  const random = seededRandom(seed, streams.kills, round);
  const paying = await PayingSystem.start(seededRandom(seed, streams.paying, round));
  const connect = () => openDatabase({ connectionString: installation.databaseUrl });
  const receivedBefore = receivers.received;
  let load: Load | null = null;
  try {
    const world = await openWorld({ caller, receivers, round, payingUrl: paying.url });
    const leaver = await makeLeaver(caller, round);
    load = new Load({ caller, world, seed });
    await load.gather();
    load.start();
    const { ledger } = load;
    const enough = (count: number) =>
      waitFor(() => ledger.surprises.length > 0 || ledger.published.size >= count, {
        timeoutMs: 60_000,
        what: 'events to be acknowledged',
      });
    await enough(eventsBetween);
    if (ledger.surprises.length > 0) throw new Error(ledger.surprises.join('\n'));

    receivers.ail(world.receivers.ailing, parts.ailsMs);
    const begunAt = performance.now();
    const untilLateIsKnown = async () => {
      const heard = new Set<string>();
      await waitFor(
        async () => {
          for (const { origin, eventId } of (await load?.publishAtEach(installation.origins)) ?? []) {
            await pause(hearsWithinMs);
            if (receivers.arrivals(world.receivers.late).some((one) => one.eventId === eventId))
              heard.add(origin);
          }
          return installation.origins.length > 0 && installation.origins.every((origin) => heard.has(origin));
        },
        { timeoutMs: 60_000, what: 'every node to know of a webhook that was made active' },
      );
    };
    const asked = beginErrands(
      { caller, connect, world, lines: parts.importLines, withReplay: parts.withReplay, untilLateIsKnown },
      leaver,
    );
    // Heard of below; until then the kills go on.
    asked.catch(() => {});
    const kills = await killAll(parts, random, {
      beforeEach: async () => {
        await enough(ledger.published.size + eventsBetween);
        receivers.ail(world.receivers.ailing, parts.ailsMs * (0.5 + random() / 2));
      },
      errands: asked,
    });
    const errands = await asked;
    const left = parts.loadMs - (performance.now() - begunAt);
    if (left > 0) await pause(left);
    await load.stop();
    const quietFrom = performance.now();
    say(
      `round ${round}: ${kills.length} kills, ${ledger.published.size} events and ${ledger.actions} actions acknowledged; waiting for quiet`,
    );

    await payEverything({ caller, world, paying });
    await load.sayGoodbye();
    await errands.check(verdicts);
    await quiet(caller);
    const quietAfterMs = performance.now() - quietFrom;

    const inbox = inboxes(receivers, world);
    const database = connect();
    try {
      const checking: DeliveryParts = { database, receivers, world, ledger, inbox, kills, verdicts };
      everythingArrived(checking, parts.withReplay ? ['log', 'late'] : ['log']);
      everythingWasAcknowledged(checking);
      const duplicates = await duplicatesAreExplained(checking);
      await nothingInFlight(checking);
      const truths = { caller, world, ledger, inbox, verdicts };
      pointsAddUp(truths);
      triggersAreWorthOneNumber(truths);
      conversionsFollowJoining(truths);
      await earningsAddUp(truths);
      await testsCountNowhere(truths);
      await storedEventsGiveTheSameBytes(truths);
      await rowsMatchEvents({ database, world, ledger, inbox, verdicts });
      const paid = await paymentsHold({ caller, world, paying, verdicts });
      const requests = receivers.received - receivedBefore;
      verdicts.add('signatures', requests, receivers.faults);
      verdicts.add('faults', ledger.actions, [...ledger.surprises, ...installation.faults()]);
      const recoveriesMs = recoveries(checking);
      await closeWorld(caller, world);
      receivers.forget();
      return {
        kills,
        published: ledger.published.size,
        actions: ledger.actions,
        requests,
        duplicates,
        paid,
        recoveriesMs,
        quietAfterMs,
      };
    } finally {
      await database.close();
    }
  } finally {
    // Also when it broke off.
    load?.abandon();
    paying.close();
  }
}

async function killAll(
  { installation, kills: count, round, calmMs, say }: RoundParts,
  random: Random,
  { beforeEach, errands }: { readonly beforeEach: () => Promise<void>; readonly errands: Promise<Errands> },
): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  let begun: Errands | null = null;
  errands.then(
    (known) => {
      begun = known;
    },
    () => {},
  );
  for (let n = 0; n < count; n++) {
    await beforeEach();
    const kind = oneOf(random, errandKinds);
    const waitMs = calmMs * (1 + random());
    const known = begun as Errands | null;
    if (kind !== null && known !== null) {
      await waitFor(() => known.running(kind), { timeoutMs: errandWithinMs, what: kind }).catch(() => {});
    }
    await pause(waitMs);
    const { targets } = installation;
    const target: Target = targets[(n + round) % targets.length] ?? 'PostgreSQL';
    const kill = await installation.kill(target, random);
    say(`  killed ${target}; up again after ${((kill.upAtMs - kill.atMs) / 1_000).toFixed(1)} s`);
    kills.push(kill);
  }
  return kills;
}

/** Nothing waits for anything any more. */
async function quiet(caller: Caller): Promise<void> {
  await waitFor(
    async () => {
      for (const state of ['pending', 'retrying']) {
        const { data } = await caller.must<{ data: unknown[] }>(
          'GET',
          `/v1/deliveries?state=${state}&limit=1`,
        );
        if (data.length > 0) return false;
      }
      return true;
    },
    { timeoutMs: quietWithinMs, what: 'every delivery to end' },
  );
}
