import { isScope, type Permission, roleNames, rolesWith } from '../accounts/index.ts';
import type { Api } from './api.ts';

/** Who may call a route. */
export interface Access {
  /** What API tokens need as a scope, and people through their role. `member`: a person with any role, and no token. */
  readonly permission: Permission | 'member';
  /**
   * Also open to participant tokens. Under `/v1/campaigns/:id` the campaign, and everywhere a `:participant_id`, are
   * held against the token before the handler runs; what stands in a query or a body is for the handler, with the
   * functions of access.ts.
   */
  readonly participants: boolean;
}

const open = (permission: Permission): Access => ({ permission, participants: true });

/**
 * Who may call each operation of the API, by its `operationId`: the only place that says so. Authentication, the answers
 * to browsers of other origins, the OpenAPI document and docs/access.md follow from it. An operation that is missing
 * here keeps the server from being made.
 */
export const accessTable: Readonly<Record<string, Permission | 'member' | Access>> = {
  listEvents: 'read',
  getEvent: 'read',
  listEventTypes: 'read',
  getEventType: 'read',
  listCampaigns: 'read',
  getCampaign: open('read'),
  listCommunities: 'read',
  getCommunity: 'read',
  listGroups: open('read'),
  getGroup: open('read'),
  listQuests: open('read'),
  getQuest: open('read'),
  listTasks: open('read'),
  getTask: open('read'),
  listRewards: open('read'),
  getReward: open('read'),
  getLeaderboard: open('read'),
  listCampaignParticipants: 'read',
  getParticipation: open('read'),
  listActivity: open('read'),
  listReferrals: 'read',
  listTriggers: 'read',
  getTrigger: 'read',
  listSignIns: 'read',
  listPlays: open('read'),
  listHighScores: open('read'),
  listEarnings: open('read'),
  getRewardTotals: 'read',
  listPayouts: open('read'),
  getPayout: 'read',
  getRecalculation: 'read',
  listRecalculationDifferences: 'read',
  listParticipants: 'read',
  getParticipant: 'read',
  getErasure: 'read',
  listFormats: 'read',
  getStatistics: 'read',
  getWebhookStatistics: 'read',
  listWebhookStatistics: 'read',
  listCampaignStatistics: 'read',
  listConcerns: 'read',
  watchOrganization: 'read',
  listWebhooks: 'read',
  getWebhook: 'read',
  getWebhookHealth: 'read',
  listWebhookHealthChanges: 'read',
  listFailingWebhooks: 'read',
  listDeliveries: 'read',
  listWebhookDeliveries: 'read',
  getDelivery: 'read',
  listAttempts: 'read',
  listReplays: 'read',
  getReplay: 'read',
  listResends: 'read',
  getResend: 'read',
  listInboxes: 'read',
  getInbox: 'read',
  listInboxRequests: 'read',
  getInboxRequest: 'read',
  listJobs: 'read',
  getJob: 'read',
  listJobRefusals: 'read',
  getOrganization: 'read',
  listQuotas: 'read',
  getAlerts: 'read',
  getAllowedOrigins: 'read',

  publishEvents: 'publish',
  signIn: open('publish'),
  joinCampaign: open('publish'),
  completeTask: open('publish'),
  fireTrigger: 'publish',
  play: open('publish'),
  claimRewards: open('publish'),
  createParticipantToken: 'publish',

  putEventType: 'webhooks',
  deleteEventType: 'webhooks',
  createWebhook: 'webhooks',
  updateWebhook: 'webhooks',
  deleteWebhook: 'webhooks',
  rotateWebhookSecret: 'webhooks',
  listWebhookExamples: 'webhooks',
  testWebhook: 'webhooks',
  testUnsavedWebhook: 'webhooks',
  checkWebhookUrl: 'webhooks',
  checkEventType: 'webhooks',
  resendDelivery: 'webhooks',
  skipDelivery: 'webhooks',
  retryParkedDeliveries: 'webhooks',
  skipParkedDeliveries: 'webhooks',
  createReplay: 'webhooks',
  pauseReplay: 'webhooks',
  resumeReplay: 'webhooks',
  cancelReplay: 'webhooks',
  createResend: 'webhooks',
  pauseResend: 'webhooks',
  resumeResend: 'webhooks',
  cancelResend: 'webhooks',
  createInbox: 'webhooks',
  updateInbox: 'webhooks',
  deleteInbox: 'webhooks',
  deleteInboxRequests: 'webhooks',

  createCampaign: 'campaigns',
  updateCampaign: 'campaigns',
  createCommunity: 'campaigns',
  updateCommunity: 'campaigns',
  deleteCommunity: 'campaigns',
  createGroup: 'campaigns',
  updateGroup: 'campaigns',
  deleteGroup: 'campaigns',
  createQuest: 'campaigns',
  updateQuest: 'campaigns',
  deleteQuest: 'campaigns',
  createTask: 'campaigns',
  updateTask: 'campaigns',
  deleteTask: 'campaigns',
  createReward: 'campaigns',
  updateReward: 'campaigns',
  deleteReward: 'campaigns',
  putTrigger: 'campaigns',
  deleteTrigger: 'campaigns',

  bookPoints: 'people',
  revokeCompletion: 'people',
  recalculate: 'people',
  putParticipant: 'people',
  updateParticipant: 'people',
  mergeParticipants: 'people',
  exportParticipant: 'people',
  eraseParticipant: 'people',
  exportParticipants: 'people',
  exportActivity: 'people',
  exportLeaderboard: 'people',
  cancelJob: 'people',
  exportJobRefusals: 'people',
  importParticipants: 'people',
  importPoints: 'people',

  retryPayout: 'money',
  settlePayout: 'money',

  listTokens: 'tokens',
  createToken: 'tokens',
  deleteToken: 'tokens',
  revokeParticipantTokens: 'tokens',
  putAllowedOrigins: 'tokens',

  updateOrganization: 'settings',
  putAlerts: 'settings',

  listAuditEntries: 'audit',
  verifyAuditLog: 'audit',
  exportAuditLog: 'audit',
  exportAuditLogTable: 'audit',

  deleteOrganization: 'deletion',

  createOrganization: 'organizations',

  getSession: 'member',
  deleteSession: 'member',
  updateSession: 'member',
  listOwnSessions: 'member',
  deleteOwnSession: 'member',
  deleteOtherSessions: 'member',
  updatePerson: 'member',
  changePassword: 'member',
  requestEmailChange: 'member',
  confirmEmailChange: 'member',

  listMembers: 'team',
  updateMember: 'team',
  removeMember: 'team',
  listInvitations: 'team',
  createInvitation: 'team',
  deleteInvitation: 'team',
};

/** Gives every route that is not public its `config.access`, and says so in the OpenAPI document. Before any other hook. */
export function stateAccess(app: Api): void {
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/') || route.config?.public === true) return;
    const operation = route.schema?.operationId;
    const access = operation === undefined ? undefined : accessOf(operation);
    if (access === undefined) {
      throw new Error(
        `${route.url} (${operation ?? 'without operationId'}) is missing in http/access-table.ts: say who may call it`,
      );
    }
    route.config = { ...route.config, access };
    route.schema = { ...route.schema, ...documented(access) };
  });
}

/** Undefined for what is not in the table. */
export function accessOf(operation: string): Access | undefined {
  const entry = Object.hasOwn(accessTable, operation) ? accessTable[operation] : undefined;
  return typeof entry === 'string' ? { permission: entry, participants: false } : entry;
}

/** Scopes stand where OpenAPI 3.1 has role names for schemes that are not OAuth ("Security Requirement Object"). */
function documented({ permission, participants }: Access) {
  return {
    security: [
      ...(permission !== 'member' && isScope(permission) ? [{ api_token: [permission] }] : []),
      { session: permission === 'member' ? [] : [permission] },
      ...(participants ? [{ participant_token: [] }] : []),
    ],
    'x-permission': permission,
    'x-roles': permission === 'member' ? roleNames : rolesWith(permission),
  };
}
