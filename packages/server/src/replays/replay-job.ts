import { lineOf } from '../delivery/index.ts';
import { type JobId, newId, type OrganizationId, type Uuid, uuidOf } from '../ids.ts';
import type { JobAtWork, JobHandler, JobStep } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import {
  countReplayed,
  endReplayed,
  notifyDue,
  type Queryable,
  readReplayTarget,
  writeReplayed,
  writeReplayResends,
} from '../storage/index.ts';
import type { RoutingTable, Webhook } from '../webhooks/index.ts';
import { betweenStepsMs, mostOpen, paceFrom } from './pace.ts';
import { orderOf, targetOf } from './replay.ts';
import { type Finding, type Walk, walkOf } from './walk.ts';

/** Things looked at in a step: few when nearly each of them is sent, many when hardly any is. */
const fewest = 16;
const most = 1_000;
/** For a webhook that is off, and for one that this node has not heard of yet. */
const unavailableMs = 2_000;
/**
 * An event is visible at most that long after its id was made: 5 s until there is a connection, 10 s for its statement.
 * Younger ones are looked at later, so that none is passed over.
 */
export const commitMs = 15_000;

/** Where a replay stands. */
interface Cursor {
  readonly after: Uuid;
  /** When the next delivery may be sent, by the database's clock. */
  readonly nextDueMs: number;
  readonly limit: number;
  /** Everything was looked at; what was made may still wait for its first attempt. */
  readonly walked: boolean;
}

export interface ReplayJobParts {
  readonly routing: Pick<RoutingTable, 'webhook'>;
  readonly clock: { now(): number };
  readonly commitMs: number;
}

/**
 * Walks the log step by step. In one transaction a step counts what ended, makes the next deliveries, each due at its
 * place in the rate, and writes how far it came: so whatever happens to a node, each is made once. It makes no more than
 * two seconds of its rate ahead, and stops while 1,000 are open, so a receiver that is away holds the replay and not the
 * database.
 */
export function replayJob(parts: ReplayJobParts): JobHandler {
  const { routing, clock } = parts;

  async function step(job: JobAtWork, transaction: Queryable): Promise<JobStep> {
    const order = orderOf(job);
    const uid = targetOf(job);
    const target = await readReplayTarget(transaction, uuidOf(uid));
    if (target === null) {
      throw new Problem('conflict', 'The webhook was deleted, so there is nothing to replay to any more.');
    }
    const { waiting, retrying, delivered, failed } = await countReplayed(transaction, job.uuid);
    const ended = { delivered, failed };
    const webhook = routing.webhook(uid);
    if (!target.active || webhook === undefined) {
      return { cursor: job.cursor, done: 0, counts: ended, finished: false, pauseMs: unavailableMs };
    }

    const walk = walkOf(job.organizationId, webhook, order);
    const cursor = (job.cursor as Cursor | null) ?? startOf(walk);
    if (cursor.walked) {
      return { cursor, done: 0, counts: ended, finished: waiting === 0, pauseMs: betweenStepsMs };
    }

    const pace = paceFrom(Math.max(cursor.nextDueMs, target.nowMs), target.nowMs, order.ratePerSecond);
    const room = Math.min(pace.places, mostOpen - waiting - retrying, 2 * order.ratePerSecond - waiting);
    if (room <= 0) return { cursor, done: 0, counts: ended, finished: false, pauseMs: betweenStepsMs };

    const settled = clock.now() - parts.commitMs;
    const before = new Date(Math.min(order.until.getTime(), settled));
    const stretch = await walk.look(
      transaction,
      { after: cursor.after, limit: cursor.limit, before },
      target.pays,
    );
    const taken = take(stretch.sights, room);
    const findings = taken.flatMap((sight) => sight.findings);
    const made = await write(transaction, job, webhook, findings, pace.dueIn);
    if (made > 0) await notifyDue(transaction, uuidOf(uid));

    const tookAll = taken.length === stretch.sights.length;
    const atBound = tookAll && stretch.ended;
    const walked = atBound && (order.only === 'failed' || order.until.getTime() <= settled);
    const full = findings.length >= room;
    return {
      cursor: {
        after: taken.at(-1)?.at ?? cursor.after,
        nextDueMs: findings.length === 0 ? cursor.nextDueMs : target.nowMs + pace.dueIn(findings.length),
        limit: full ? Math.max(fewest, Math.min(most, room * 2)) : Math.min(most, cursor.limit * 2),
        walked,
      } satisfies Cursor,
      done: taken.length,
      counts: {
        ...ended,
        made,
        skipped_payments: taken.reduce((sum, { payments }) => sum + payments, 0),
      },
      finished: walked && findings.length === 0 && waiting === 0,
      pauseMs: full || atBound ? betweenStepsMs : 0,
    };
  }

  async function write(
    transaction: Queryable,
    job: { readonly uuid: Uuid; readonly id: JobId; readonly organizationId: OrganizationId },
    webhook: Webhook,
    findings: readonly Finding[],
    dueIn: (place: number) => number,
  ): Promise<number> {
    if (findings.length === 0) return 0;
    const again = findings.flatMap(({ delivery }, place) =>
      delivery === null ? [] : [{ id: delivery, dueInMs: dueIn(place) }],
    );
    if (again.length > 0) return writeReplayResends(transaction, job.uuid, again);
    const createdAt = new Date(clock.now());
    const rows = findings.map(({ event, scope }, place) => ({
      id: newId('dlv'),
      organizationId: job.organizationId,
      webhookUid: webhook.uid,
      eventId: event.id,
      format: webhook.format,
      formatVersion: webhook.formatVersion,
      scope,
      webhookName: webhook.name,
      createdAt,
      dueInMs: dueIn(place),
      line: lineOf(webhook, event.participantId, scope),
      participantId: event.participantId,
    }));
    await writeReplayed(transaction, job.uuid, rows);
    return rows.length;
  }

  return {
    paced: true,
    stepWithin: step,
    cancelled: (job, transaction) => endReplayed(transaction, job.uuid),
  };
}

function startOf(walk: Walk): Cursor {
  return { after: walk.start, nextDueMs: 0, limit: fewest * 4, walked: false };
}

/** What comes first, until there is no room; one event may need two places. */
function take<T extends { readonly findings: readonly Finding[] }>(
  sights: readonly T[],
  room: number,
): readonly T[] {
  let found = 0;
  const end = sights.findIndex((sight) => {
    if (found >= room) return true;
    found += sight.findings.length;
    return false;
  });
  return end === -1 ? sights : sights.slice(0, end);
}
