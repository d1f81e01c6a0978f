import type { AuditedKind } from '../audit/index.ts';

/** How one operation of the API is put on record. */
export interface Audited {
  /** What is changed: the first half of the entry's action. */
  readonly kind: AuditedKind;
  /** What happens to it: the second half. `put`: `created` or `updated`, whichever it was. */
  readonly does: string;
  /** The operation that shows the thing; its answers are what the entry has of before and after. */
  readonly shownBy?: string;
  /** The list that shows it, where no operation shows it alone. */
  readonly listedBy?: string;
  /** It goes into the log of what was made, which is an organization. */
  readonly inItself?: true;
  /** Names of the answer and the body, and parameters of the path, that the entry has under after. */
  readonly tells?: readonly string[];
  /** Whose id the target has, where it is not the last in the path or the one in the answer. */
  readonly target?: 'organization' | 'oneself' | { readonly named: string };
  /**
   * Who writes the entry. `route` (unless something else is said): around the handler, in one transaction with it. `actions`: the batch
   * of actions that it is carried out in. `service`: what the handler calls, with `recorded`.
   */
  readonly by?: 'route' | 'actions' | 'service';
  /** A wrong password for an account goes on record too, as `session.refused`. */
  readonly notesRefusals?: true;
  /** Names of fields that nobody is ever shown: that they were given is told. */
  readonly hides?: readonly string[];
}

type How = Omit<Audited, 'kind' | 'does'>;
const created = (kind: AuditedKind, how: How): Audited => ({ kind, does: 'created', ...how });
const updated = (kind: AuditedKind, how: How): Audited => ({ kind, does: 'updated', ...how });
const deleted = (kind: AuditedKind, how: How): Audited => ({ kind, does: 'deleted', ...how });
const put = (kind: AuditedKind, how: How): Audited => ({ kind, does: 'put', ...how });
const done = (kind: AuditedKind, does: string, how: How = {}): Audited => ({ kind, does, ...how });

const ofParticipants = 'what participants do: events and the ledger tell of it';

/**
 * What the audit log says of each operation that changes something, by its `operationId`, or why it says nothing: the
 * only place that decides. An operation that is missing here keeps the server from being made.
 */
export const auditTable: Readonly<Record<string, Audited | string>> = {
  publishEvents: ofParticipants,
  signIn: ofParticipants,
  joinCampaign: ofParticipants,
  completeTask: ofParticipants,
  fireTrigger: ofParticipants,
  play: ofParticipants,
  claimRewards: ofParticipants,
  createParticipantToken: 'made for every visit of a participant, and gone by itself',
  testWebhook: 'changes nothing',
  testUnsavedWebhook: 'changes nothing',
  exportParticipant: 'changes nothing',
  checkEventType: 'changes nothing',
  checkWebhookUrl: 'changes nothing',
  previewInvitation: 'changes nothing',
  requestPasswordReset: 'anybody may ask, and nothing is changed until the link is used',

  putEventType: put('event_type', { shownBy: 'getEventType' }),
  deleteEventType: deleted('event_type', { shownBy: 'getEventType' }),
  createWebhook: created('webhook', { shownBy: 'getWebhook' }),
  updateWebhook: updated('webhook', { shownBy: 'getWebhook', hides: ['headers'] }),
  deleteWebhook: deleted('webhook', { shownBy: 'getWebhook' }),
  rotateWebhookSecret: done('webhook', 'secret_rotated', { shownBy: 'getWebhook' }),
  resendDelivery: done('delivery', 'resent'),
  skipDelivery: done('delivery', 'skipped'),
  retryParkedDeliveries: done('webhook', 'parked_deliveries_retried', { tells: ['deliveries'] }),
  skipParkedDeliveries: done('webhook', 'parked_deliveries_skipped', { tells: ['deliveries'] }),
  createReplay: created('replay', { shownBy: 'getReplay' }),
  pauseReplay: done('replay', 'paused'),
  resumeReplay: done('replay', 'resumed'),
  cancelReplay: done('replay', 'cancelled'),
  createResend: created('resend', { shownBy: 'getResend' }),
  pauseResend: done('resend', 'paused'),
  resumeResend: done('resend', 'resumed'),
  cancelResend: done('resend', 'cancelled'),
  createInbox: created('inbox', { shownBy: 'getInbox' }),
  updateInbox: updated('inbox', { shownBy: 'getInbox', hides: ['secret'] }),
  deleteInbox: deleted('inbox', { shownBy: 'getInbox' }),
  deleteInboxRequests: done('inbox', 'emptied'),

  createCampaign: created('campaign', { shownBy: 'getCampaign' }),
  updateCampaign: updated('campaign', { shownBy: 'getCampaign' }),
  createCommunity: created('community', { shownBy: 'getCommunity' }),
  updateCommunity: updated('community', { shownBy: 'getCommunity' }),
  deleteCommunity: deleted('community', { shownBy: 'getCommunity' }),
  createGroup: created('group', { shownBy: 'getGroup' }),
  updateGroup: updated('group', { shownBy: 'getGroup' }),
  deleteGroup: deleted('group', { shownBy: 'getGroup' }),
  createQuest: created('quest', { shownBy: 'getQuest' }),
  updateQuest: updated('quest', { shownBy: 'getQuest' }),
  deleteQuest: deleted('quest', { shownBy: 'getQuest' }),
  createTask: created('task', { shownBy: 'getTask' }),
  updateTask: updated('task', { shownBy: 'getTask' }),
  deleteTask: deleted('task', { shownBy: 'getTask' }),
  createReward: created('reward', { shownBy: 'getReward' }),
  updateReward: updated('reward', { shownBy: 'getReward' }),
  deleteReward: deleted('reward', { shownBy: 'getReward' }),
  putTrigger: put('trigger', { shownBy: 'getTrigger' }),
  deleteTrigger: deleted('trigger', { shownBy: 'getTrigger' }),

  bookPoints: done('participant', 'points_booked', {
    by: 'actions',
    tells: ['campaign_id', 'amount', 'cause'],
  }),
  revokeCompletion: done('completion', 'revoked', {
    by: 'actions',
    tells: ['campaign_id', 'participant_id'],
  }),
  recalculate: done('campaign', 'recalculated', { tells: ['task_ids', 'quest_ids'] }),
  putParticipant: put('participant', { tells: ['email', 'first_name', 'last_name', 'test'] }),
  updateParticipant: updated('participant', { shownBy: 'getParticipant' }),
  mergeParticipants: done('participant', 'merged', { tells: ['absorbed_id'] }),
  eraseParticipant: done('participant', 'erased'),
  importParticipants: created('job', { by: 'service' }),
  importPoints: created('job', { by: 'service' }),
  cancelJob: done('job', 'cancelled', { shownBy: 'getJob' }),

  retryPayout: done('payout', 'retried', { by: 'actions', shownBy: 'getPayout' }),
  settlePayout: done('payout', 'settled', { by: 'actions', shownBy: 'getPayout' }),

  createToken: created('token', { listedBy: 'listTokens' }),
  deleteToken: deleted('token', { listedBy: 'listTokens' }),
  revokeParticipantTokens: done('participant_tokens', 'revoked', { target: { named: 'participant_id' } }),
  putAllowedOrigins: updated('allowed_origins', { shownBy: 'getAllowedOrigins', target: 'organization' }),

  updateOrganization: updated('organization', { shownBy: 'getOrganization', target: 'organization' }),
  deleteOrganization: deleted('organization', { target: 'organization' }),
  putAlerts: updated('alerts', { shownBy: 'getAlerts', target: 'organization' }),

  updateMember: updated('member', { listedBy: 'listMembers' }),
  removeMember: done('member', 'removed', { listedBy: 'listMembers' }),
  createInvitation: created('invitation', { listedBy: 'listInvitations' }),
  deleteInvitation: deleted('invitation', { listedBy: 'listInvitations' }),
  createOrganization: created('organization', { tells: ['name'], inItself: true }),
  acceptInvitation: done('invitation', 'accepted', { by: 'service' }),

  createOwner: done('member', 'became_owner', { by: 'service' }),
  createSession: created('session', { by: 'service', notesRefusals: true }),
  updateSession: done('session', 'switched', { by: 'service' }),
  deleteSession: done('session', 'ended', { target: 'oneself' }),
  resetPassword: done('person', 'password_set', { by: 'service' }),
  changePassword: done('person', 'password_set', { by: 'service' }),
  requestEmailChange: done('person', 'email_change_requested', { by: 'service' }),
  confirmEmailChange: done('person', 'email_changed', { by: 'service' }),
  updatePerson: updated('person', { tells: ['name'], target: 'oneself' }),
  deleteOwnSession: done('session', 'ended'),
  deleteOtherSessions: done('session', 'others_ended', { target: 'oneself' }),
};

/** Undefined for what is not in the table. */
export function auditOf(operation: string): Audited | string | undefined {
  return Object.hasOwn(auditTable, operation) ? auditTable[operation] : undefined;
}
