import {
  createOwnAccount,
  createOwnEmail,
  createSessions,
  createTeam,
  type NewOrganizations,
  openBrowserAccess,
  openSessionChanges,
  resetMail,
  type SendMail,
} from './accounts/index.ts';
import {
  type AcceptEvents,
  createActivity,
  createCommunities,
  createCorrections,
  createDesignEditor,
  createPersonalData,
  createPlays,
  createPublisher,
  createReferrals,
  createSignIns,
  createTriggers,
  openMerging,
} from './campaigns/index.ts';
import type { Closing } from './closing.ts';
import type { Composition, CompositionParts } from './composition.ts';
import { createHttpServer, type HttpParts } from './http/index.ts';
import { openInboxes } from './inbox/index.ts';
import { createStatistics } from './statistics/index.ts';
import {
  createEventsStore,
  createEventTypesStore,
  createExportsStore,
  createInboxStore,
  createParkedStore,
  createStatisticsStore,
} from './storage/index.ts';
import {
  createParkedDeliveries,
  createSampleSource,
  createWebhookExamples,
  createWebhookTests,
  formatsThatCarry,
} from './webhooks/index.ts';

export interface ApiParts
  extends Pick<
      CompositionParts,
      'database' | 'keyring' | 'clock' | 'origin' | 'mailer' | 'onUnreadable' | 'onTrouble'
    >,
    Pick<
      HttpParts,
      'dashboard' | 'retention' | 'obstacles' | 'noteUnavailable' | 'logger' | 'drainDeadlineMs'
    > {
  readonly newOrganizations: NewOrganizations;
  /** Addresses and networks (CIDR) of the proxies before this node. */
  readonly trustedProxies: readonly string[];
  /** Instead of the delivery's own door for published events. */
  readonly accept?: AcceptEvents;
  readonly inboxes?: { readonly bytesPerMinute: number };
}

/** The HTTP server of a node with the role api, not yet listening, and the parts that only it has. */
export async function composeApi(node: Composition, parts: ApiParts, closing: Closing) {
  const { database, keyring, clock, origin } = parts;
  const { admission, campaigns, customTypes, delivery, participants, rules, routing, webhooks } = node;
  const now = () => new Date(clock.now());

  const browserAccess = await openBrowserAccess({ database, keyring, clock });
  closing.add('browser access', () => browserAccess.close());
  const { mailer } = parts;
  const sessions = createSessions({
    database,
    keyring,
    origin,
    clock,
    onTrouble: (error) => parts.onTrouble('sessions', error),
    // Not waited for: how long it takes would tell who has an account.
    onReset: (reset) => {
      mailer?.send(resetMail(reset, origin)).catch((error: unknown) => parts.onTrouble('mail', error));
    },
  });
  const send: SendMail | null = mailer === null ? null : (mail) => mailer.send(mail);
  const onMailTrouble = (error: unknown) => parts.onTrouble('mail', error);
  const team = createTeam({ database, sessions, send, origin, clock });
  const ownEmail = createOwnEmail({ database, sessions, send, onMailTrouble, origin, clock });
  const sessionChanges = await openSessionChanges(database);
  closing.add('session changes', () => sessionChanges.close());
  const ownAccount = createOwnAccount({
    database,
    accounts: node.accounts,
    passwords: sessions.passwords,
    newOrganizations: parts.newOrganizations,
    clock,
  });
  const merging = await openMerging({
    ...node.deciding,
    database,
    onAbsorbed: node.forget,
    onMissed: () => node.forget(),
    clock,
  });
  closing.add('merging', () => merging.close());
  const inboxes = await openInboxes({
    store: createInboxStore(database),
    keyring,
    webhooks: routing,
    mostInboxes: node.most('inboxes'),
    now,
    onReceived: (organization, inbox) => node.live.received(organization, inbox),
    ...(parts.onUnreadable !== undefined && { onUnreadable: parts.onUnreadable }),
    ...parts.inboxes,
  });
  closing.add('inboxes', () => inboxes.close());

  const events = createEventsStore(database);
  const samples = createSampleSource({ events, eventTypes: createEventTypesStore(database) });
  const accept = admission.guard(parts.accept ?? delivery.accept);
  const http = createHttpServer({
    ...node,
    quotaUse: admission.quotaUse,
    obstacles: parts.obstacles,
    ...(parts.noteUnavailable !== undefined && { noteUnavailable: parts.noteUnavailable }),
    ...(parts.logger !== undefined && { logger: parts.logger }),
    ...(parts.dashboard !== undefined && { dashboard: parts.dashboard }),
    ...(parts.drainDeadlineMs !== undefined && { drainDeadlineMs: parts.drainDeadlineMs }),
    clock,
    browserAccess,
    sessions,
    team,
    ownAccount,
    ownEmail,
    sessionChanges,
    retention: parts.retention,
    trustedProxies: parts.trustedProxies,
    origin,
    merging,
    inboxes,
    events,
    campaignRules: rules,
    communities: createCommunities({
      database,
      campaigns,
      rules,
      mostCommunities: node.most('communities'),
      clock,
    }),
    design: createDesignEditor({
      database,
      rules,
      paymentFormats: formatsThatCarry('payout.requested'),
      clock,
    }),
    triggers: createTriggers({ database, rules, clock }),
    statistics: createStatistics({
      store: createStatisticsStore(database),
      webhookOf: routing.webhookOf,
      now: clock.now,
    }),
    exports: createExportsStore(database),
    personalData: createPersonalData({ database }),
    corrections: createCorrections({ database, actions: node.actions, clock }),
    signIns: createSignIns({ campaigns, participants, events, accept, clock }),
    plays: createPlays({ database }),
    activity: createActivity({ database }),
    referrals: createReferrals({ database }),
    publish: createPublisher({ campaigns, participants, customTypes, accept, database, clock }),
    parkedDeliveries: createParkedDeliveries({ store: createParkedStore(database), webhooks }),
    webhookTests: createWebhookTests({ webhooks, samples, exchange: delivery.exchange, now }),
    webhookExamples: createWebhookExamples({ webhooks, samples, prepare: delivery.prepare, now }),
  });
  closing.add('HTTP server', () => http.close());
  return { http, browserAccess, merging, sessions };
}
