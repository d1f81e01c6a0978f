import { newId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import { claimDue, type Database, isUnavailable, type LineKey, writeCancelled } from '../storage/index.ts';
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
/** Per lane and kind, when the lane holds nothing here. */
const perLane = 32;
/** The longest a due delivery waits to be noticed. */
const roundMs = 500;
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
  const lines = createLineClaimer(parts);
  let stopped = false;
  let nudged = false;
  let wake: (() => void) | null = null;
  let running: Promise<void> = Promise.resolve();
  /** Where the next claim begins, so that no lane is always last. */
  let after: Uuid = beforeEveryWebhook;

  async function run(): Promise<void> {
    while (!stopped) {
      nudged = false;
      let more = false;
      try {
        await parts.lookAtClock();
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

  /** True when there is, or may be, more to claim at once. */
  async function claim(): Promise<boolean> {
    const limit = Math.min(largestClaim, parts.lanes.globalRoom);
    if (limit === 0) return false;
    const rooms = new Map<WebhookUid, number>();
    // Half of it for each kind of delivery; what the other kind does not use is filled by the next claim.
    for (const [uid, room] of parts.lanes.rooms(2 * perLane)) rooms.set(uid, Math.ceil(room / 2));
    const replays = parts.lanes.replayRooms();
    const lease = uuidOf(newId('att'));
    const startedAt = parts.monotonic();
    const rows = await claimDue(parts.database.hotPool, {
      lease,
      leaseMarginMs,
      perLane,
      rooms,
      perLaneReplays: replays.usual,
      replayRooms: replays.rooms,
      limit,
      after,
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

    const last = rows.at(-1)?.webhook_uid;
    const full = rows.length >= limit && last !== undefined;
    if (!full) {
      noteWhatIsLeft(rooms, claimed);
      parts.lanes.replaysClaimed(replays, claimedReplays);
    }
    const wrapped = after !== beforeEveryWebhook;
    after = full ? last : beforeEveryWebhook;
    return full || wrapped || parts.lanes.hungry;
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
