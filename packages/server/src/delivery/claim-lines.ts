import { idFromUuid, newId, type Uuid, uuidOf, type WebhookUid } from '../ids.ts';
import {
  claimLines,
  type Database,
  findLines,
  type LineClaim,
  type LineCursor,
  type LineKey,
  orderedReplayKind,
  type SeenLineRow,
  writeCancelled,
} from '../storage/index.ts';
import { leaseMarginMs } from '../webhooks/index.ts';
import type { Lanes } from './lanes.ts';
import { leasedFrom } from './leased-delivery.ts';

/**
 * Brings deliveries that are sent in order into the lanes: of each line the first, if it is due, and some of those
 * behind it. Lines that have just been added to, or have gone on, are known here and asked for at once; a look at all
 * lines finds the others (retries, what other nodes accepted, what a crashed node held).
 */
export interface LineClaimer {
  /** These lines may have a delivery that is due. */
  hint(lines: readonly LineKey[]): void;
  /** All lines are looked at with the next claim. */
  lookAgain(): void;
  /** True when there is, or may be, more to claim at once. */
  claim(): Promise<boolean>;
}

/** Deliveries of one line at a time. */
const longestRun = 128;
/** Lines per webhook at a time; those after them have their turn with the next look. */
const linesPerLook = 1_000;
const lookEveryMs = 500;
/** More hints than this are not kept; a look finds what they were about. */
const mostHints = 10_000;
const largestClaim = 1_000;

export function createLineClaimer(parts: {
  readonly database: Database;
  readonly lanes: Lanes;
  readonly monotonic: () => number;
  /** Before anything is claimed. */
  readonly lookAtClock: () => Promise<void>;
}): LineClaimer {
  const { database, lanes, monotonic } = parts;
  const hints = new Map<string, LineKey>();
  /** Where the next look begins, for webhooks with more lines than one look sees. */
  const cursors = new Map<string, LineCursor>();
  const behind = new Set<WebhookUid>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  async function look(): Promise<readonly LineKey[]> {
    lookedAt = monotonic();
    const rows = await findLines(database.hotPool, [...cursors.values()], linesPerLook);
    cursors.clear();
    const due: LineKey[] = [];
    for (const row of rows) {
      const key = keyOf(row);
      if (row.due) due.push(key);
      if (row.n < linesPerLook) continue;
      const { webhookUid, replay, line: after } = key;
      cursors.set(`${webhookUid} ${replay}`, { webhookUid, replay, after });
    }
    const waiting = new Set(due.map(({ webhookUid }) => webhookUid));
    for (const uid of behind) {
      if (waiting.has(uid)) continue;
      behind.delete(uid);
      lanes.leaveLinesBehind(uid, false);
    }
    return due;
  }

  /** As many lines of each webhook as its lane has room for; those of replays where nothing else waits. */
  function choose(lines: Iterable<LineKey>): LineClaim[] {
    const byWebhook = new Map<WebhookUid, LineKey[]>();
    for (const key of lines) {
      const others = byWebhook.get(key.webhookUid);
      if (others === undefined) byWebhook.set(key.webhookUid, [key]);
      else others.push(key);
    }
    const chosen: LineClaim[] = [];
    for (const [uid, all] of byWebhook) {
      const live = all.filter(({ replay }) => !replay);
      const waiting = live.length > 0 ? live : all;
      const room = live.length > 0 ? lanes.room(uid) : lanes.replayRoom(uid);
      const some = waiting.slice(0, room);
      const most = Math.min(longestRun, Math.max(1, Math.floor(room / some.length)));
      for (const key of some) chosen.push({ ...key, most });
      const tooMany = live.length > room;
      if (!tooMany && !behind.has(uid)) continue;
      lanes.leaveLinesBehind(uid, tooMany);
      if (tooMany) behind.add(uid);
      else behind.delete(uid);
    }
    return chosen;
  }

  return {
    hint(lines) {
      for (const { webhookUid, replay, line } of lines) {
        if (hints.size >= mostHints) {
          lookedAt = Number.NEGATIVE_INFINITY;
          return;
        }
        hints.set(`${webhookUid} ${replay} ${line}`, { webhookUid, replay, line });
      }
    },

    lookAgain() {
      lookedAt = Number.NEGATIVE_INFINITY;
    },

    async claim() {
      const limit = Math.min(largestClaim, lanes.claimRoom);
      if (limit === 0) return false;
      const known = new Map(hints);
      hints.clear();
      if (monotonic() - lookedAt >= lookEveryMs || lanes.hungryForLines) {
        for (const key of await look()) known.set(`${key.webhookUid} ${key.replay} ${key.line}`, key);
      }
      const lines = choose(known.values());
      if (lines.length === 0) return false;
      await parts.lookAtClock();
      const lease = uuidOf(newId('att'));
      const startedAt = monotonic();
      const rows = await claimLines(database.hotPool, { lease, leaseMarginMs, lines, limit });
      for (const row of rows) {
        const delivery = leasedFrom(row, lease, startedAt);
        if (delivery.event === null) await writeCancelled(database.hotPool, delivery.id, lease);
        else lanes.admit({ ...delivery, event: delivery.event });
      }
      return rows.length >= limit;
    },
  };
}

function keyOf({ webhook_uid, kind, line }: SeenLineRow): {
  webhookUid: WebhookUid;
  replay: boolean;
  line: Uuid;
} {
  return { webhookUid: idFromUuid('whk', webhook_uid), replay: kind === orderedReplayKind, line };
}
