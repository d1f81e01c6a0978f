import type { StreamChange } from '@fanfare/client';
import type { ReadPath } from '../api/index.ts';
import type { Reader } from './reader.ts';

const design = [
  '/v1/campaigns/{id}/groups',
  '/v1/campaigns/{id}/quests',
  '/v1/campaigns/{id}/tasks',
  '/v1/campaigns/{id}/rewards',
  '/v1/campaigns/{id}/reward-totals',
] as const;

/** What may be different once somebody changed such a thing, and all that is below these paths. */
const paths: Readonly<Record<StreamChange['kind'], readonly ReadPath[]>> = {
  webhook: [
    '/v1/webhooks',
    '/v1/statistics/webhooks',
    '/v1/statistics/concerns',
    '/v1/failing-webhooks',
    '/v1/deliveries',
    '/v1/quotas',
  ],
  delivery: ['/v1/deliveries', '/v1/events/{id}', '/v1/statistics/concerns'],
  replay: ['/v1/replays/{id}', '/v1/webhooks/{id}/replays', '/v1/jobs'],
  resend: ['/v1/resends', '/v1/jobs'],
  event_type: ['/v1/event-types', '/v1/formats'],
  inbox: ['/v1/inboxes', '/v1/quotas'],
  campaign: ['/v1/campaigns', '/v1/payouts', '/v1/jobs', '/v1/quotas'],
  community: ['/v1/communities', '/v1/quotas'],
  group: design,
  quest: design,
  task: [...design, '/v1/triggers'],
  reward: design,
  trigger: ['/v1/triggers'],
  participant: [
    '/v1/participants',
    '/v1/campaigns/{id}/participants',
    '/v1/campaigns/{id}/leaderboard',
    '/v1/campaigns/{id}/referrals',
    '/v1/payouts',
    '/v1/jobs',
  ],
  completion: [
    '/v1/participants/{id}',
    '/v1/campaigns/{id}/activity',
    '/v1/campaigns/{id}/leaderboard',
    '/v1/campaigns/{id}/participants',
  ],
  job: ['/v1/jobs'],
  payout: ['/v1/payouts', '/v1/campaigns/{id}/earnings', '/v1/campaigns/{id}/reward-totals'],
  token: ['/v1/tokens', '/v1/quotas'],
  participant_tokens: [],
  allowed_origins: ['/v1/organization/allowed-origins'],
  member: ['/v1/members', '/v1/session'],
  invitation: ['/v1/invitations', '/v1/members'],
  session: ['/v1/sessions'],
  person: ['/v1/members', '/v1/session', '/v1/sessions'],
  organization: ['/v1/organization', '/v1/session'],
  alerts: ['/v1/organization/alerts'],
  quotas: ['/v1/quotas'],
};

const withPages: readonly string[] = ['webhook', 'inbox', 'event_type'];

/** Has read anew what may be different once somebody changed something: it also stands in the audit log. */
export function readChanged(reader: Reader, { kind, action }: StreamChange): void {
  // A node of another version may know more kinds.
  const changed: readonly ReadPath[] = ['/v1/audit-log', ...(paths[kind] ?? [])];
  // Whoever deleted it may still be on the way from its page, where it cannot be read any more.
  if (action.endsWith('.deleted') && withPages.includes(kind)) reader.addLater(...changed);
  else reader.add(...changed);
}
