import type { Api } from '../api.ts';
import { type AccountParts, accountRoutes } from './account.ts';
import { type ActionParts, actionRoutes } from './actions.ts';
import { type AlertParts, alertRoutes } from './alerts.ts';
import { type AuditLogParts, auditLogRoutes } from './audit-log.ts';
import { type BrowserAccessParts, browserAccessRoutes } from './browser-access.ts';
import { type CampaignActivityParts, campaignActivityRoutes } from './campaign-activity.ts';
import { type CampaignDesignParts, campaignDesignRoutes } from './campaign-design.ts';
import { type CampaignSummaryParts, campaignSummaryRoutes } from './campaign-summaries.ts';
import { type CampaignParts, campaignRoutes } from './campaigns.ts';
import { type CommunityParts, communityRoutes } from './communities.ts';
import { type CorrectionParts, correctionRoutes } from './corrections.ts';
import { type DeliveryParts, deliveryRoutes } from './deliveries.ts';
import { type DocumentParts, documentRoutes } from './documents.ts';
import { type EventTypeParts, eventTypeRoutes } from './event-types.ts';
import { type EventParts, eventRoutes } from './events.ts';
import { type ExportParts, exportRoutes } from './exports.ts';
import { formatRoutes } from './formats.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { type ImportParts, importRoutes } from './imports.ts';
import { type InboxParts, inboxRoutes } from './inbox.ts';
import { type JobParts, jobRoutes } from './jobs.ts';
import { type MergingParts, mergingRoutes } from './merging.ts';
import { type OwnAccountParts, ownAccountRoutes } from './own-account.ts';
import { type ParkedDeliveryParts, parkedDeliveryRoutes } from './parked-deliveries.ts';
import { type ParticipantParts, participantRoutes } from './participants.ts';
import { type PayoutParts, payoutRoutes } from './payouts.ts';
import { type PersonalDataParts, personalDataRoutes } from './personal-data.ts';
import { type PlayParts, playRoutes } from './plays.ts';
import { type QuotaParts, quotaRoutes } from './quotas.ts';
import { type ReferralParts, referralRoutes } from './referrals.ts';
import { type ReplayParts, replayRoutes } from './replays.ts';
import { type ResendParts, resendRoutes } from './resends.ts';
import { type SessionParts, sessionRoutes } from './session.ts';
import { type SignInParts, signInRoutes } from './sign-ins.ts';
import { type StatisticsParts, statisticsRoutes } from './statistics.ts';
import { type StreamParts, streamRoutes } from './stream.ts';
import { type TeamParts, teamRoutes } from './team.ts';
import { type TriggerParts, triggerRoutes } from './triggers.ts';
import { type WebhookHealthParts, webhookHealthRoutes } from './webhook-health.ts';
import { type WebhookTestParts, webhookTestRoutes } from './webhook-test.ts';
import { type WebhookUrlCheckParts, webhookUrlCheckRoutes } from './webhook-url-checks.ts';
import { type WebhookParts, webhookRoutes } from './webhooks.ts';

/** What the routes need. Each route file names its own part. */
export interface RouteParts
  extends AccountParts,
    AlertParts,
    Omit<ActionParts, 'participants'>,
    AuditLogParts,
    BrowserAccessParts,
    CampaignActivityParts,
    CampaignDesignParts,
    CampaignParts,
    CampaignSummaryParts,
    CommunityParts,
    CorrectionParts,
    DeliveryParts,
    DocumentParts,
    Omit<EventParts, 'participants'>,
    EventTypeParts,
    ExportParts,
    HealthParts,
    ImportParts,
    InboxParts,
    JobParts,
    MergingParts,
    OwnAccountParts,
    ParticipantParts,
    PersonalDataParts,
    QuotaParts,
    ReferralParts,
    ParkedDeliveryParts,
    ReplayParts,
    ResendParts,
    SessionParts,
    TeamParts,
    Pick<PayoutParts, 'payouts'>,
    Pick<PlayParts, 'plays'>,
    StatisticsParts,
    Pick<StreamParts, 'live' | 'sessionChanges'>,
    TriggerParts,
    WebhookParts,
    Pick<WebhookHealthParts, 'health'>,
    WebhookTestParts,
    WebhookUrlCheckParts {
  /** Most routes look at less of it. */
  readonly campaignRules: ActionParts['campaignRules'];
  readonly participants: ParticipantParts['participants'];
  readonly signIns: ActionParts['signIns'] & SignInParts['signIns'];
}

/** Adds every route of the API. */
export function routes(app: Api, parts: RouteParts): void {
  eventRoutes(app, parts);
  eventTypeRoutes(app, parts);
  campaignRoutes(app, parts);
  campaignSummaryRoutes(app, parts);
  communityRoutes(app, parts);
  campaignDesignRoutes(app, parts);
  campaignActivityRoutes(app, parts);
  referralRoutes(app, parts);
  triggerRoutes(app, parts);
  actionRoutes(app, parts);
  playRoutes(app, parts);
  payoutRoutes(app, parts);
  correctionRoutes(app, parts);
  participantRoutes(app, parts);
  signInRoutes(app, parts);
  mergingRoutes(app, parts);
  personalDataRoutes(app, parts);
  formatRoutes(app);
  webhookRoutes(app, parts);
  webhookHealthRoutes(app, parts);
  webhookTestRoutes(app, parts);
  webhookUrlCheckRoutes(app, parts);
  deliveryRoutes(app, parts);
  parkedDeliveryRoutes(app, parts);
  replayRoutes(app, parts);
  resendRoutes(app, parts);
  inboxRoutes(app, parts);
  importRoutes(app, parts);
  exportRoutes(app, parts);
  jobRoutes(app, parts);
  accountRoutes(app, parts);
  sessionRoutes(app, parts);
  ownAccountRoutes(app, parts);
  teamRoutes(app, parts);
  quotaRoutes(app, parts);
  alertRoutes(app, parts);
  auditLogRoutes(app, parts);
  statisticsRoutes(app, parts);
  streamRoutes(app, parts);
  browserAccessRoutes(app, parts);
  healthRoutes(app, parts);
  documentRoutes(app, parts);
}
