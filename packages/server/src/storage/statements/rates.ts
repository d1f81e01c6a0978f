import { uuidOf, type WebhookUid } from '../../ids.ts';
import type { Queryable } from '../database.ts';

const mostNodes = 100;

/**
 * Takes so many permits of a webhook's rate, which all nodes share: each node's permits begin where those of the one
 * before end. Returns how long to wait before the first may be used, in ms. By the database's clock alone: permits that
 * begin later than `mostNodes` nodes could have taken them are of a time that the clock showed before it was set back,
 * and are forgotten. Null when the webhook has another rate by now: whoever asks has not heard of it yet, and would
 * use up its time by the old one.
 */
export async function takePermits(
  queryable: Queryable,
  webhook: WebhookUid,
  permits: { readonly count: number; readonly perSecond: number },
): Promise<number | null> {
  const lastsMs = (permits.count * 1_000) / permits.perSecond;
  const result = await queryable.query<{ wait_ms: number }>({
    name: 'take_permits',
    text: `insert into webhook_rates as r (webhook_uid, per_second, next_at)
           values ($1, $4, clock_timestamp() + $2 * interval '1 millisecond')
           on conflict (webhook_uid) do update
              set per_second = excluded.per_second,
                  next_at = case when r.next_at > clock_timestamp() + $3 * interval '1 millisecond' then clock_timestamp()
                                 else greatest(r.next_at, clock_timestamp()) end + $2 * interval '1 millisecond'
            where coalesce(r.per_second, excluded.per_second) = excluded.per_second
           returning greatest(0, extract(epoch from next_at - clock_timestamp()) * 1000 - $2)::float8 as wait_ms`,
    values: [uuidOf(webhook), lastsMs, mostNodes * Math.max(1_000, lastsMs), permits.perSecond],
  });
  return result.rows[0]?.wait_ms ?? null;
}
