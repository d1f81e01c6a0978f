import { createOrganizationDeletion, openAccounts } from './accounts/index.ts';
import { createAlerts, type Mailer } from './alerts/index.ts';
import { createAuditLog } from './audit/index.ts';
import {
  type ActionsParts,
  createActions,
  createErasures,
  createParticipants,
  createPayouts,
  createPersonReferences,
  createRecalculations,
  openCampaignRules,
  openCampaigns,
  openCustomTypes,
} from './campaigns/index.ts';
import type { Closing } from './closing.ts';
import {
  type CircuitPolicy,
  createDelivery,
  createSender,
  createSentHeaders,
  createUrlCheck,
  createUrlChecks,
  type DeliveryObserver,
} from './delivery/index.ts';
import type { OrganizationId, ParticipantId } from './ids.ts';
import { createImports } from './imports/index.ts';
import { createJobs } from './jobs/index.ts';
import { createLive, type LiveTimes } from './live/index.ts';
import {
  type NodeLimits,
  openAdmission,
  openQuotas,
  type QuotaDefaults,
  type QuotaName,
} from './quotas/index.ts';
import { createReplays, createResends } from './replays/index.ts';
import { createStatisticsCounter } from './statistics/index.ts';
import {
  createHistoryStore,
  createLiveStore,
  createStatisticsStore,
  createWebhooksStore,
  type Database,
} from './storage/index.ts';
import {
  createHealthKeeper,
  createHistory,
  createWebhookSource,
  createWebhooks,
  type Keyring,
  openRoutingTable,
  paymentObstacle,
  type TargetPolicy,
  type UnreadableSecret,
} from './webhooks/index.ts';

/** What goes on in the background and mends itself, but should be told of. */
export type Trouble =
  | 'quotas'
  | 'usage'
  | 'routing'
  | 'webhook health'
  | 'alerts'
  | 'statistics'
  | 'live'
  | 'mail'
  | 'sessions';

/** What a node is made of and how it is set. */
export interface CompositionParts {
  readonly database: Database;
  readonly keyring: Keyring;
  readonly clock: { now(): number };
  /** Of organizations for which no operator set anything else. */
  readonly quotas: QuotaDefaults;
  readonly limits: NodeLimits;
  /** Resident memory of this process, bytes. */
  readonly residentBytes: () => number;
  readonly targets: TargetPolicy;
  readonly userAgent: string;
  readonly observer: DeliveryObserver;
  /** Whether this node sends what is accepted. */
  readonly dispatch: boolean;
  /** No other node works on this database. */
  readonly alone: boolean;
  readonly laneConcurrency: number;
  readonly globalConcurrency: number;
  readonly disableAfterDays: number;
  readonly retentionDays: number;
  /** Null: no e-mail is sent. */
  readonly mailer: Mailer | null;
  /** Where people reach this Fanfare. */
  readonly origin: string;
  readonly log: Parameters<typeof createJobs>[0]['log'];
  readonly onTrouble: (trouble: Trouble, error: unknown) => void;
  /** Without it a secret that cannot be read fails whatever reads it. */
  readonly onUnreadable?: (error: UnreadableSecret) => void;
  /** What differs from what each part does by itself. */
  readonly circuitPolicy?: CircuitPolicy;
  readonly jobs?: { readonly leaseMs?: number; readonly pollMs?: number };
  readonly replays?: { readonly commitMs?: number };
  readonly erasures?: { readonly quietMs: number };
  readonly organizationDeletion?: { readonly quietMs: number };
  readonly live?: Partial<LiveTimes>;
}

/** The parts that every node has, whatever its roles. */
export type Composition = Awaited<ReturnType<typeof compose>>;

/**
 * Puts the parts together, each handed to those that need it. Nothing is delivered and no job carried out yet: what
 * starts, the caller starts. What has to be closed is added to `closing`, but for delivery and jobs.
 */
export async function compose(parts: CompositionParts, closing: Closing) {
  const { database, keyring, clock, targets, userAgent, onTrouble } = parts;
  const now = () => new Date(clock.now());
  const troubleWith = (trouble: Trouble) => (error: unknown) => onTrouble(trouble, error);

  const quotas = await openQuotas({ database, defaults: parts.quotas, onTrouble: troubleWith('quotas') });
  closing.add('quotas', () => quotas.close());
  const most = (name: QuotaName) => (organization: OrganizationId) => quotas.limitOf(organization, name);
  const admission = openAdmission({
    database,
    quotas,
    limits: parts.limits,
    clock,
    now: () => performance.now(),
    residentBytes: parts.residentBytes,
    onTrouble: troubleWith('usage'),
  });
  closing.add('admission', () => admission.close());

  const accounts = await openAccounts({ database, mostTokens: most('tokens'), clock });
  closing.add('accounts', () => accounts.close());
  const rules = await openCampaignRules({ database });
  closing.add('campaign rules', () => rules.close());
  const campaigns = await openCampaigns({ database, rules, mostCampaigns: most('campaigns'), clock });
  closing.add('campaigns', () => campaigns.close());
  const customTypes = await openCustomTypes({ database, clock });
  closing.add('custom types', () => customTypes.close());
  const participants = createParticipants({ database, clock });

  const store = createWebhooksStore(database);
  const unreadable = parts.onUnreadable === undefined ? {} : { onUnreadable: parts.onUnreadable };
  const stored = createWebhookSource({ store, keyring, now, ...unreadable });
  const routing = await openRoutingTable(stored, troubleWith('routing'));
  closing.add('routing table', () => routing.close());
  const webhooks = createWebhooks({
    store,
    keyring,
    routing,
    targets,
    mostWebhooks: most('webhooks'),
    now,
  });

  const statistics = createStatisticsCounter({
    store: createStatisticsStore(database),
    now: clock.now,
    onTrouble: troubleWith('statistics'),
  });
  closing.add('statistics', () => statistics.close());
  const live = createLive({
    store: createLiveStore(database),
    clock,
    now: () => performance.now(),
    onTrouble: troubleWith('live'),
    ...(parts.live !== undefined && { times: parts.live }),
  });
  closing.add('live', () => live.close());
  await live.start();
  routing.onChange((uid) => live.webhookChanged(uid));

  const { observer } = parts;
  const delivery = createDelivery({
    database,
    webhooks: routing,
    sender: createSender({ ...targets, userAgent }),
    observer: {
      accepted(report) {
        observer.accepted(report);
        if (!report.test) admission.count(report.organizationId, report.deliveries);
        statistics.accepted(report);
        live.accepted(report);
      },
      attempted(report) {
        observer.attempted(report);
        statistics.attempted(report);
        live.attempted(report);
      },
      troubled: (trouble) => observer.troubled(trouble),
    },
    disableWebhook: (uid, reason) => health.disable(uid, reason),
    onCircuit: ({ uid, after, reason }) => {
      if (after.state === 'closed') health.cameBack(uid);
      else if (after.failingSince !== null) {
        health.wentDown(uid, { ...after, failingSince: after.failingSince }, reason ?? '');
      }
    },
    ...(parts.circuitPolicy !== undefined && { circuitPolicy: parts.circuitPolicy }),
    parkWithin: (parked, reason, park) => health.park(parked, reason, park),
    userAgent,
    dispatch: parts.dispatch,
    alone: parts.alone,
    laneConcurrency: parts.laneConcurrency,
    globalConcurrency: parts.globalConcurrency,
  });

  const health = createHealthKeeper({
    database,
    routing,
    accept: delivery.acceptWithin,
    disableAfterDays: parts.disableAfterDays,
    now,
    onTrouble: troubleWith('webhook health'),
  });
  closing.add('webhook health', () => health.close());
  await health.start((uid, down) => delivery.hearReceiver(uid, down));
  stored.onDamaged((uid, reason) => health.disable(uid, reason));

  const jobs = createJobs({ database, clock, log: parts.log, alone: parts.alone, ...parts.jobs });
  const deciding: ActionsParts = {
    database,
    rulesOf: (campaign) => rules.rulesOf(campaign),
    acceptWithin: delivery.acceptWithin,
    payoutObstacle: (uid, person) => paymentObstacle(routing.webhook(uid), person.test),
  };
  const actions = createActions(deciding);
  const payouts = createPayouts({ database, actions, clock });
  delivery.registerPayments(payouts.desk);
  const alerts = createAlerts({
    database,
    mailer: parts.mailer,
    origin: parts.origin,
    now,
    onTrouble: troubleWith('alerts'),
  });
  const people = createPersonReferences({ database, participants });
  const history = createHistory({
    store: createHistoryStore(database),
    sentHeaders: createSentHeaders(userAgent),
    now,
  });
  /** What is kept in memory of a participant who was merged or erased; without an id, of everybody. */
  const forget = (id?: ParticipantId) => {
    participants.forget(id);
    people.forget(id);
  };

  return {
    audit: createAuditLog({ database, clock }),
    quotas,
    most,
    admission,
    accounts,
    rules,
    campaigns,
    customTypes,
    participants,
    routing,
    webhooks,
    delivery,
    health,
    jobs,
    statistics,
    live,
    deciding,
    actions,
    payouts,
    alerts,
    people,
    forget,
    erasures: createErasures({ database, jobs, onErased: forget, clock, ...parts.erasures }),
    organizationDeletion: createOrganizationDeletion({
      database,
      accounts,
      jobs,
      clock,
      ...parts.organizationDeletion,
    }),
    recalculations: createRecalculations({ database, jobs, rules, actions, clock }),
    imports: createImports({
      database,
      jobs,
      campaignRules: rules,
      actions,
      people,
      isFull: admission.isFull,
      clock,
    }),
    history,
    replays: createReplays({
      database,
      jobs,
      webhooks,
      routing,
      campaignRules: rules,
      participants,
      retentionDays: parts.retentionDays,
      clock,
      ...parts.replays,
    }),
    urlChecks: createUrlChecks({ check: createUrlCheck(targets), clock }),
    resends: createResends({ database, jobs, history, participants, clock }),
  };
}
