import { newId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import {
  type ClaimWhere,
  claimDue,
  type Database,
  isUnavailable,
  type LineKey,
  writeCancelled,
} from '../storage/index.ts';
import { leaseMarginMs } from '../webhooks/index.ts';
import { createLineClaimer } from './claim-lines.ts';
import type { Lanes } from './lanes.ts';
import { leasedFrom } from './leased-delivery.ts';
import type { DeliveryObserver } from './observer.ts';

/** Brings due deliveries from the database into the lanes: retries, overflow, what a crashed node held. */
export interface Claimer {
  start(): void;
  /** Something may be due now: do not wait for the next round. */
  nudge(): void;
  /** As `nudge`, and it may be anything that stands in a line. */
  look(): void;
  /** As `nudge`: these lines were added to, or went on. */
  hint(lines: readonly LineKey[]): void;
  /** Resolves once no claim is under way. */
  stop(): Promise<void>;
}

/** Deliveries per claim: enough to keep the lanes busy for the length of a claim. */
const largestClaim = 1_000;
/** Per lane and kind, when the lane holds nothing here: little, as its receiver may be one of a thousand that hang. */
const perLane = 4;
/** Lanes with less room than this are told apart from those that get as much as usual. */
const usualRoom = 64;
/** The longest a due delivery waits to be noticed, unless so many lanes have rows that looking at each takes longer. */
const roundMs = 500;
/** Looking at every lane takes a probe for each that has rows: between two looks lie so many times as long. */
const roundPauses = 10;
/** But not longer than this: it may have been the machine that was slow, and not the look. */
const longestRoundPauseMs = 2_000;
const troublePauseMs = 1_000;
const beforeEveryWebhook = '00000000-0000-0000-0000-000000000000';

export function createClaimer(parts: {
  readonly database: Database;
  readonly lanes: Lanes;
  readonly observer: DeliveryObserver;
  readonly monotonic: () => number;
  /** Before anything is claimed: leases that end because the clock jumped are not over. */
  readonly lookAtClock: () => Promise<unknown>;
}): Claimer {
  const lines = createLineClaimer({ ...parts, lookAtClock });
  let stopped = false;
  let nudged = false;
  let wake: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();
  /** Where the next claim begins, so that no lane is always last. */
  let after: Uuid = beforeEveryWebhook;
  /** When every lane is looked at again, monotonic ms; until then those that are known to have room and rows. */
  let roundAt = Number.NEGATIVE_INFINITY;
  let hungryRounds = 0;
  let clockSeen = false;

  async function run(): Promise<void> {
    while (!stopped) {
      nudged = false;
      clockSeen = false;
      let more = false;
      try {
        more = await claim();
        more = (await lines.claim()) || more;
      } catch (error) {
        parts.observer.troubled({ step: 'claim', error });
        await pause(isUnavailable(error) ? troublePauseMs : roundMs);
        continue;
      }
      if (!more && !nudged) await pause(roundMs);
    }
  }

  /** Once for all claims of a turn of the loop, and not when nothing is claimed: it is a trip to the database. */
  async function lookAtClock(): Promise<void> {
    if (clockSeen) return;
    await parts.lookAtClock();
    clockSeen = true;
  }

  /** True when there is, or may be, more to claim at once. */
  async function claim(): Promise<boolean> {
    const limit = Math.min(largestClaim, parts.lanes.claimRoom);
    if (limit === 0) return false;
    if (parts.monotonic() < roundAt) return claimFor(hungryInTurn(), limit);

    await lookAtClock();
    const startedAt = parts.monotonic();
    const last = await claimFrom({ after }, limit);
    const wrapped = after !== beforeEveryWebhook;
    after = last ?? beforeEveryWebhook;
    const endedAt = parts.monotonic();
    const pauseMs = Math.min(longestRoundPauseMs, (endedAt - startedAt) * roundPauses);
    roundAt = wrapped || last !== null ? endedAt : endedAt + pauseMs;
    return wrapped || last !== null || parts.lanes.hungry;
  }

  async function claimFor(lanes: readonly WebhookUid[], limit: number): Promise<boolean> {
    if (lanes.length === 0) return false;
    await lookAtClock();
    const last = await claimFrom({ lanes }, limit);
    return last !== null || parts.lanes.hungry;
  }

  /** Beginning with another one each time, so that no lane is always last. */
  function hungryInTurn(): readonly WebhookUid[] {
    const lanes = parts.lanes.hungryLanes();
    hungryRounds += 1;
    const first = hungryRounds % Math.max(1, lanes.length);
    return [...lanes.slice(first), ...lanes.slice(0, first)];
  }

  /** The last webhook that gave something, when the limit was reached; else null. */
  async function claimFrom(where: ClaimWhere, limit: number): Promise<Uuid | null> {
    const named = 'lanes' in where ? new Set(where.lanes) : null;
    const isMeant = ([uid]: readonly [WebhookUid, number]) => named === null || named.has(uid);
    // Half of it for each kind of delivery; what the other kind does not use is filled by the next claim.
    const rooms = new Map(
      [...parts.lanes.rooms(usualRoom)]
        .filter(isMeant)
        .map(([uid, room]) => [uid, Math.ceil(room / 2)] as const),
    );
    const replays = parts.lanes.replayRooms();
    const replayRooms = new Map([...replays.rooms].filter(isMeant));
    const lease = uuidOf(newId('att'));
    const startedAt = parts.monotonic();
    const rows = await claimDue(parts.database.hotPool, {
      lease,
      leaseMarginMs,
      perLane,
      rooms,
      perLaneReplays: replays.usual,
      replayRooms,
      limit,
      where,
    });

    const claimed = new Map<WebhookUid, number>();
    const claimedReplays = new Map<WebhookUid, number>();
    for (const row of rows) {
      const delivery = leasedFrom(row, lease, startedAt);
      const counts = delivery.replay ? claimedReplays : claimed;
      counts.set(delivery.webhookUid, (counts.get(delivery.webhookUid) ?? 0) + 1);
      if (delivery.event === null) await writeCancelled(parts.database.hotPool, delivery.id, lease);
      else parts.lanes.admit({ ...delivery, event: delivery.event });
    }

    if (rows.length >= limit) return rows.at(-1)?.webhook_uid ?? null;
    noteWhatIsLeft(rooms, claimed);
    parts.lanes.replaysClaimed({ usual: replays.usual, rooms: replayRooms }, claimedReplays);
    return null;
  }

  /** A lane that gave all it was asked for may have more; one that gave less has no more. */
  function noteWhatIsLeft(
    rooms: ReadonlyMap<WebhookUid, number>,
    claimed: ReadonlyMap<WebhookUid, number>,
  ): void {
    for (const [uid, room] of rooms) {
      if (room > 0 && (claimed.get(uid) ?? 0) < room) parts.lanes.caughtUp(uid);
    }
    for (const [uid, count] of claimed) {
      if (!rooms.has(uid) && count >= perLane) parts.lanes.leaveBehind(uid);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      wake = done;
      function done(): void {
        clearTimeout(timer);
        wake = null;
        resolve();
      }
    });
  }

  function nudge(): void {
    nudged = true;
    wake?.();
  }

  return {
    start() {
      running = run();
    },
    nudge,
    look() {
      lines.lookAgain();
      roundAt = Number.NEGATIVE_INFINITY;
      nudge();
    },
    hint(found) {
      lines.hint(found);
      nudge();
    },
    async stop() {
      stopped = true;
      wake?.();
      await running;
    },
  };
}
