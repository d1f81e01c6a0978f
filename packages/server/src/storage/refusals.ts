import { type RawBuilder, sql } from 'kysely';
import type { Uuid } from '../ids.ts';

/*
 * A webhook is refused when more than a tenth of at least 20 attempts were not acknowledged in this hour and the one
 * before.
 */

const hourMs = 3_600_000;

/** Since when attempts count, at a time in ms since 1970. */
export function refusalsSince(now: number): number {
  return Math.floor(now / hourMs) * hourMs - hourMs;
}

/** One row for the webhook that `webhooks.uid` is around it: `attempts` and `acknowledged`. Reads the primary key. */
export function recentAttempts(organizationId: Uuid, since: number): RawBuilder<unknown> {
  return sql`
    select coalesce(sum(attempts), 0)::int as attempts, coalesce(sum(acknowledged), 0)::int as acknowledged
      from attempt_statistics
     where organization_id = ${organizationId} and webhook_uid = webhooks.uid and step = 60
       and at >= ${new Date(since)}`;
}

/** Of such a row, called `s`. */
export const areRefused = sql<boolean>`s.attempts >= 20 and s.acknowledged < 0.9 * s.attempts`;
