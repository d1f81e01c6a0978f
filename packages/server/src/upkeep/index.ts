import {
  createClockWatch,
  createImportChunksStore,
  createJobsStore,
  createStatisticsStore,
  createUpkeepStore,
  type Database,
  deleteEndedSessions,
  deleteUsageBefore,
  dropPartitionsBefore,
  ensurePartitions,
  foldParticipantCounts,
  type Retention,
} from '../storage/index.ts';
import { type Keyring, longestLeaseMs } from '../webhooks/index.ts';
import { alertsTask } from './alerts.ts';
import { clockTask } from './clock.ts';
import { deletedWebhooksTask } from './deleted-webhooks.ts';
import { erasuresTask } from './erasures.ts';
import { idempotencyKeysTask } from './idempotency-keys.ts';
import { inboxesTask } from './inboxes.ts';
import { endedJobsTask, leftUploadsTask } from './jobs.ts';
import { participantCountsTask } from './participant-counts.ts';
import { partitionsTask } from './partitions.ts';
import { payoutsTask } from './payouts.ts';
import { retentionTask } from './retention.ts';
import { type Schedule, startSchedule } from './schedule.ts';
import { secretsTask } from './secrets.ts';
import { sessionsTask } from './sessions.ts';
import { statisticsTask } from './statistics.ts';
import { usageTask } from './usage.ts';
import { webhookHealthTask } from './webhook-health.ts';

export type { Schedule } from './schedule.ts';

export interface UpkeepParts {
  readonly database: Database;
  readonly keyring: Keyring;
  /** Cancels the open deliveries of deleted webhooks; returns how many there were. */
  readonly cancelLeftovers: () => Promise<number>;
  /** Looks after payouts; returns how many were asked for again, and how many nobody would send. */
  readonly tendPayouts: () => Promise<{ readonly asked: number; readonly failed: number }>;
  /** Returns how many e-mails went out, and how many the mail server did not take. */
  readonly tendAlerts: () => Promise<{ readonly sent: number; readonly failed: number }>;
  /** Returns how many failing webhooks were warned of, and how many disabled. */
  readonly tendWebhookHealth: () => Promise<{ readonly warned: number; readonly disabled: number }>;
  /** Begins erasures and deletions again that nobody works on; returns how many there were. */
  readonly resumeErasures: () => Promise<number>;
  readonly retention: Retention;
  /** The log, or what looks like it. */
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
}

/** Slow work on a timer. Nodes may all do it: each task runs on one of them at a time. */
export function startUpkeep(parts: UpkeepParts): Schedule {
  const { database, keyring, log } = parts;
  const store = createUpkeepStore(database);
  const clock = createClockWatch({ database, monotonic: () => performance.now(), longestLeaseMs });
  return startSchedule({
    tasks: [
      clockTask(clock.note),
      partitionsTask((now) => ensurePartitions(database, now)),
      retentionTask(parts.retention, (bounds) => dropPartitionsBefore(database, bounds)),
      idempotencyKeysTask(store.deleteIdempotencyKeysBefore),
      secretsTask({
        store,
        keyring,
        onUnreadable: (error) => log.warn({ owner: error.owner, key: error.keyId }, error.message),
      }),
      inboxesTask(store.trimInboxes),
      deletedWebhooksTask(parts.cancelLeftovers),
      payoutsTask(parts.tendPayouts),
      endedJobsTask(parts.retention.eventDays, createJobsStore(database).deleteEndedBefore),
      leftUploadsTask(createImportChunksStore(database).deleteLeftBefore),
      erasuresTask(parts.resumeErasures),
      webhookHealthTask(parts.tendWebhookHealth),
      alertsTask(parts.tendAlerts),
      sessionsTask((before) => deleteEndedSessions(database, before)),
      statisticsTask(createStatisticsStore(database).deleteBefore),
      participantCountsTask((limit) => foldParticipantCounts(database, limit)),
      usageTask((day) => deleteUsageBefore(database, day)),
    ],
    alone: store.alone,
    onDone: (task, did) => log.info({ task }, did),
    onFailed: (task, error) => log.warn({ task, error }, `Upkeep of ${task} failed and will be tried again`),
    now: () => new Date(),
    random: Math.random,
  });
}
