import type { Permission, Principal } from '../accounts/index.ts';
import type { AuditedKind } from '../audit/index.ts';
import type { Change } from '../live/index.ts';

/** What it takes to be told that such a thing was changed: what it takes to see it. */
const neededFor: Readonly<Record<AuditedKind, Permission>> = {
  webhook: 'read',
  delivery: 'read',
  replay: 'read',
  resend: 'read',
  event_type: 'read',
  inbox: 'read',
  campaign: 'read',
  community: 'read',
  group: 'read',
  quest: 'read',
  task: 'read',
  reward: 'read',
  trigger: 'read',
  participant: 'read',
  completion: 'read',
  job: 'read',
  payout: 'read',
  token: 'tokens',
  participant_tokens: 'tokens',
  allowed_origins: 'read',
  member: 'team',
  invitation: 'team',
  session: 'audit',
  person: 'audit',
  organization: 'read',
  alerts: 'read',
  quotas: 'read',
};

/**
 * Whether somebody is told of a change on the stream: whoever may see the thing or the audit log, and people also of
 * what they did themselves and what was done to them, as when they get another role.
 */
export function mayHear(principal: Principal, { kind, id, actor }: Change): boolean {
  if (principal.kind === 'participant') return false;
  const { permissions } = principal;
  if (permissions.has(neededFor[kind]) || permissions.has('audit')) return true;
  return principal.kind === 'person' && (id === principal.person.id || actor === principal.person.id);
}
