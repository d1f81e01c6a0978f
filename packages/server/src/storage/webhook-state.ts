import { type RawBuilder, sql } from 'kysely';
import type { Uuid } from '../ids.ts';

/** The gravest last, but for those that are off. */
export const webhookStates = ['healthy', 'refused', 'parked', 'failing', 'inactive', 'disabled'] as const;
/** How a webhook is doing: the gravest that can be said. */
export type WebhookState = (typeof webhookStates)[number];

const hourMs = 3_600_000;

/**
 * A webhook is refused when more than a tenth of at least 20 attempts were not acknowledged in this hour and the one
 * before.
 */
export const areRefused = sql<boolean>`s.attempts >= 20 and s.acknowledged < 0.9 * s.attempts`;

/** Called `s`, one row of what `areRefused` looks at, at a time in ms since 1970. Reads the primary key. */
export function recentAttempts(organizationId: Uuid, now: number): RawBuilder<unknown> {
  const since = new Date(Math.floor(now / hourMs) * hourMs - hourMs);
  return sql`(
    select coalesce(sum(attempts), 0)::int as attempts, coalesce(sum(acknowledged), 0)::int as acknowledged
      from attempt_statistics
     where organization_id = ${organizationId} and webhook_uid = webhooks.uid and step = 60 and at >= ${since}) s`;
}

const failing = sql<boolean>`exists (select from webhook_health h where h.webhook_uid = webhooks.uid)`;
const parked = sql<boolean>`exists (
  select from open_deliveries o where o.webhook_uid = webhooks.uid and o.parked_at is not null)`;
const refused = (organizationId: Uuid, now: number) =>
  sql<boolean>`exists (select from ${recentAttempts(organizationId, now)} where ${areRefused})`;

/** Of `webhooks`; each is probed through an index or two. */
export function webhookState(organizationId: Uuid, now: number): RawBuilder<WebhookState> {
  return sql`case when status <> 'active' then status
                  when ${failing} then 'failing'
                  when ${parked} then 'parked'
                  when ${refused(organizationId, now)} then 'refused'
                  else 'healthy' end`;
}

/** As `webhookState`, but asks for no more than tells this state from the others. */
export function isInState(state: WebhookState, organizationId: Uuid, now: number): RawBuilder<boolean> {
  switch (state) {
    case 'inactive':
    case 'disabled':
      return sql`status = ${state}`;
    case 'failing':
      return sql`(status = 'active' and ${failing})`;
    case 'parked':
      return sql`(status = 'active' and ${parked} and not ${failing})`;
    case 'refused':
    case 'healthy':
      return sql`${webhookState(organizationId, now)} = ${state}`;
  }
}
