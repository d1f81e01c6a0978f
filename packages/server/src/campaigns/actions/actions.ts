import { appendEntries, entriesOfRequest } from '../../audit/index.ts';
import type { FrozenEvent } from '../../catalog/index.ts';
import {
  type CampaignId,
  type EventId,
  idFromUuid,
  newId,
  type OrganizationId,
  type ParticipantId,
  type WebhookUid,
} from '../../ids.ts';
import { Problem } from '../../problems.ts';
import {
  type Database,
  findCompletions,
  isUnavailable,
  moveLeaderboardCounts,
  type Queryable,
  timedOut,
  unavailableProblem,
  writeCorrections,
  writeDecisions,
  writePlays,
} from '../../storage/index.ts';
import {
  type ActionResult,
  type CampaignRules,
  type Change,
  type DecidedEvent,
  type Decision,
  decide,
  type Intent,
  type World,
} from '../rules/index.ts';
import { rowsOf } from './changes.ts';
import { correctionRows } from './corrections.ts';
import { savePayouts } from './payouts.ts';
import { leaderboardMoves, rankParticipants } from './ranking.ts';
import { loadWorld, ParticipantsMerged } from './world.ts';

/** What an action came to. */
export type ActionReceipt = {
  /** The action may happen once and had happened before: nothing was changed. */
  readonly repeated: boolean;
  /** Who acted: the one asked for, or who took them in meanwhile. */
  readonly participantId: ParticipantId;
  /** Why nothing was changed, for a repetition. */
  readonly detail: string | null;
  readonly result: ActionResult;
  /** The events it wrote, in causal order. */
  readonly events: readonly { readonly id: EventId; readonly type: string }[];
  /** The participant's counters after it. */
  readonly totalPoints: string;
  readonly rank: number | null;
};

/** Does what people do. */
export interface Actions {
  /**
   * Resolves after the commit of the state change and its events. Throws the problem of a refusal (then nothing was
   * changed), `unknown_campaign`, and `unavailable` when nothing was promised.
   * `beside` is written in the same transaction, whatever is decided; it may be called again after a rollback.
   */
  act(intent: Intent, beside?: WriteBeside): Promise<ActionReceipt>;
}

export type WriteBeside = (transaction: Queryable) => Promise<void>;

export interface ActionsParts {
  readonly database: Pick<Database, 'hotPool'>;
  /** A campaign with all its rules; null when it does not exist. */
  readonly rulesOf: (campaign: CampaignId) => CampaignRules | null | Promise<CampaignRules | null>;
  readonly acceptWithin: AcceptEventsWithin;
  readonly payoutObstacle: World['payoutObstacle'];
}

/** The one door for events, inside the transaction of the change they report. */
export type AcceptEventsWithin = (
  submissions: readonly {
    readonly organizationId: OrganizationId;
    readonly events: readonly FrozenEvent[];
    /** Webhooks that are asked to pay, by the event that asks. */
    readonly providers: ReadonlyMap<EventId, WebhookUid>;
  }[],
) => {
  write(transaction: Queryable): Promise<void>;
  committed(): void;
  rolledBack(): void;
};

const largestBatch = 200;
/** A batch that met another in an order nobody foresaw, or people who were being merged, tries again. */
const deadlock = '40P01';
const mostRestarts = 3;

interface Waiting {
  readonly intent: Intent;
  readonly beside: WriteBeside | null;
  /** Of the request that asks for it, when what it changes is on record. */
  readonly entriesFor: ReturnType<typeof entriesOfRequest>;
  readonly campaign: CampaignRules;
  readonly resolve: (receipt: ActionReceipt) => void;
  readonly reject: (error: unknown) => void;
}

/** When a batch may count positions, and when the next one may begin. */
interface Turn {
  /** Resolves when the batch before has been committed or has failed. */
  readonly before: Promise<void>;
  /**
   * Called once everything of this batch is decided and on its way to the database. From here on the batch must not
   * wait for a lock that the next one may take, and that waits for this one: what a batch locks, it locks when it loads.
   */
  readonly passOn: () => void;
}

const alone: Turn = { before: Promise.resolve(), passOn() {} };

/**
 * Group commit for actions: what arrives while one batch is decided and written forms the next. Actions of a batch
 * are decided one after the other, each seeing what the one before it changed.
 *
 * While one batch is written the next one is loaded and decided, so at most two are under way. The database keeps them
 * apart where they share people: the second waits for the rows that the first has locked. Positions on the leaderboard
 * are shared by everybody, so the second counts them when the first has ended.
 */
export function createActions(parts: ActionsParts): Actions {
  const waiting: Waiting[] = [];
  let working = false;
  let last: Promise<void> = Promise.resolve();

  async function work(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.splice(0, largestBatch);
      const before = last;
      await new Promise<void>((passOn) => {
        // When the database does not answer, whoever waits behind is told too, and not one batch after another.
        const onTimeout = (error: unknown) => refuse(waiting.splice(0), error);
        last = carryOut(batch, parts, { before, passOn }, onTimeout);
      });
    }
    working = false;
  }

  return {
    async act(intent, beside) {
      const campaign = await parts.rulesOf(intent.campaignId);
      if (campaign === null) {
        throw new Problem(
          'unknown_campaign',
          `Campaign ${intent.campaignId} does not exist in this organization.`,
        );
      }
      const entriesFor = entriesOfRequest();
      return new Promise((resolve, reject) => {
        waiting.push({ intent, beside: beside ?? null, entriesFor, campaign, resolve, reject });
        if (working) return;
        working = true;
        void work();
      });
    },
  };
}

/**
 * Carries out a batch. What the database refuses is tried again, and the batch behind does not wait for that: it may
 * hold locks that the second try waits for. Never rejects.
 */
async function carryOut(
  batch: readonly Waiting[],
  parts: ActionsParts,
  turn: Turn,
  onTimeout: (error: unknown) => void,
): Promise<void> {
  try {
    const settle = await inTransaction(parts, (transaction) => commitBatch(transaction, batch, parts, turn));
    settle();
  } catch (error) {
    if (timedOut(error)) onTimeout(error);
    void tryAgain(batch, parts, error, 0);
  } finally {
    turn.passOn();
  }
}

/**
 * After a deadlock all of it, and after a merge, by whoever the people are now; after any other refusal one action at
 * a time, so that one is refused alone.
 */
async function tryAgain(
  batch: readonly Waiting[],
  parts: ActionsParts,
  error: unknown,
  restarts: number,
): Promise<void> {
  const merged = error instanceof ParticipantsMerged ? error : null;
  const again = (merged !== null || isDeadlock(error)) && restarts < mostRestarts;
  const present =
    merged === null ? batch : batch.map((one) => ({ ...one, intent: merged.redirect(one.intent) }));
  if (!again && (batch.length === 1 || isUnavailable(error))) {
    refuse(batch, error);
    return;
  }
  for (const some of again ? [present] : present.map((one) => [one])) {
    try {
      const settle = await inTransaction(parts, (transaction) =>
        commitBatch(transaction, some, parts, alone),
      );
      settle();
    } catch (reason) {
      await tryAgain(some, parts, reason, again ? restarts + 1 : 0);
    }
  }
}

/** The way of actions: load, decide, rank, write, accept; the transaction around it commits. */
async function commitBatch(
  transaction: Queryable,
  batch: readonly Waiting[],
  parts: ActionsParts,
  turn: Turn,
): Promise<Outcome> {
  const campaigns = new Map(batch.map(({ campaign }) => [campaign.id, campaign]));
  const [, world] = await Promise.all([
    transaction.query({ name: 'begin', text: 'begin' }),
    loadWorld(
      transaction,
      batch.map(({ intent }) => intent),
      campaigns,
      parts.payoutObstacle,
    ),
  ]);

  const decisions = batch.map(({ intent }) => decide(intent, world, { newId }));
  const changes: Change[] = [];
  const decided: DecidedEvent[] = [];
  for (const decision of decisions) {
    if (decision.kind !== 'done') continue;
    changes.push(...decision.changes);
    decided.push(...decision.events);
  }

  const actors = batch.flatMap(
    ({ intent }) => world.participation(intent.campaignId, intent.participantId) ?? [],
  );
  await turn.before;
  const ranking = await rankParticipants(transaction, world, decided, actors);
  const events = ranking.complete(decided);
  const { decided: rows, plays } = rowsOf(world, changes);
  const moves = leaderboardMoves(world);
  const corrections = correctionRows(changes);

  const acceptance = parts.acceptWithin(byOrganization(events, providersOf(decided)));
  let firsts: Awaited<ReturnType<typeof firstCompletions>>;
  try {
    const written = Promise.all([
      moves.length === 0 ? null : moveLeaderboardCounts(transaction, moves),
      writeDecisions(transaction, rows),
      plays.length === 0 ? null : writePlays(transaction, plays),
      // After what this batch wrote: statements of a connection go one after the other.
      firstCompletions(transaction, batch, decisions),
      events.length === 0 ? null : acceptance.write(transaction),
    ]);
    turn.passOn();
    [, , , firsts] = await written;
    if (corrections !== null) await writeCorrections(transaction, corrections);
    await savePayouts(transaction, world, changes);
    for (const { beside } of batch) await beside?.(transaction);
    await recordChanges(transaction, batch, decisions);
  } catch (error) {
    acceptance.rolledBack();
    throw error;
  }
  return {
    acceptance,
    answer() {
      for (const [n, one] of batch.entries()) {
        const decision = decisions[n];
        if (decision === undefined) continue;
        if (decision.kind === 'refused') {
          one.reject(new Problem(decision.code, decision.detail));
          continue;
        }
        const participation = world.participation(one.intent.campaignId, one.intent.participantId);
        one.resolve({
          repeated: decision.kind === 'repeated',
          participantId: one.intent.participantId,
          detail: decision.kind === 'repeated' ? decision.detail : null,
          result:
            decision.kind === 'repeated' && decision.completed !== null
              ? { ...decision.result, completion: firsts.get(one.intent) ?? null }
              : decision.result,
          events:
            decision.kind === 'done'
              ? decision.events.map(({ event }) => ({ id: event.id, type: event.type }))
              : [],
          totalPoints: participation?.total.toFixed() ?? '0',
          rank: participation === undefined ? null : ranking.of(participation),
        });
      }
    },
  };
}

/** What requests of the batch changed that is to be on record. The logs are locked from here to the end. */
async function recordChanges(
  transaction: Queryable,
  batch: readonly Waiting[],
  decisions: readonly Decision[],
): Promise<void> {
  const entries = [];
  for (const [n, { entriesFor, intent }] of batch.entries()) {
    if (entriesFor === null || decisions[n]?.kind !== 'done') continue;
    entries.push(...(await entriesFor(transaction, intent.participantId)));
  }
  await appendEntries(transaction, entries);
}

/** The completions that a batch's repetitions would have made once more. */
async function firstCompletions(
  transaction: Queryable,
  batch: readonly Waiting[],
  decisions: readonly Decision[],
): Promise<ReadonlyMap<Intent, NonNullable<ActionResult['completion']>>> {
  const wanted = batch.flatMap(({ intent }, n) => {
    const decision = decisions[n];
    if (decision?.kind !== 'repeated' || decision.completed === null) return [];
    return [{ intent, ...decision.completed }];
  });
  if (wanted.length === 0) return new Map();
  const rows = await findCompletions(
    transaction,
    wanted.map(({ intent, task, period }) => ({
      subjectId: task,
      participantId: intent.participantId,
      period,
    })),
  );
  const firsts = new Map<Intent, NonNullable<ActionResult['completion']>>();
  for (const [n, { intent, task, period }] of wanted.entries()) {
    const row = rows.get(n);
    if (row !== undefined) {
      firsts.set(intent, { id: idFromUuid('cpl', row.id), task, period, points: Number(row.points) });
    }
  }
  return firsts;
}

interface Outcome {
  readonly acceptance: ReturnType<AcceptEventsWithin>;
  readonly answer: () => void;
}

/** Commits what the work wrote; gives what is to be done after the commit. */
async function inTransaction(
  parts: ActionsParts,
  work: (transaction: Queryable) => Promise<Outcome>,
): Promise<() => void> {
  const client = await parts.database.hotPool.connect();
  let outcome: Outcome | null = null;
  let failure: Error | undefined;
  try {
    outcome = await work(client);
    await client.query({ name: 'commit', text: 'commit' });
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    outcome?.acceptance.rolledBack();
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release(failure !== undefined && isUnavailable(failure));
  }
  const { acceptance, answer } = outcome;
  return () => {
    answer();
    // Rendering and sending can wait until the answers are out and the next batch has asked the database.
    setImmediate(() => acceptance.committed());
  };
}

/** Which webhook each event asks to pay. */
export function providersOf(decided: readonly DecidedEvent[]): ReadonlyMap<EventId, WebhookUid> {
  const providers = new Map<EventId, WebhookUid>();
  for (const { event, provider } of decided) if (provider !== null) providers.set(event.id, provider);
  return providers;
}

function byOrganization(events: readonly FrozenEvent[], providers: ReadonlyMap<EventId, WebhookUid>) {
  const submissions = new Map<OrganizationId, FrozenEvent[]>();
  for (const event of events) {
    const list = submissions.get(event.organization.id);
    if (list === undefined) submissions.set(event.organization.id, [event]);
    else list.push(event);
  }
  return [...submissions].map(([organizationId, list]) => ({ organizationId, events: list, providers }));
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === deadlock;
}

function refuse(batch: readonly Waiting[], error: unknown): void {
  const problem = isUnavailable(error) ? unavailableProblem(error) : error;
  for (const one of batch) one.reject(problem);
}
