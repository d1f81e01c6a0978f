import { type OrganizationId, uuidOf } from '../../ids.ts';
import type { Queryable } from '../database.ts';

export interface RequestPermits {
  /** How many of those asked for were given. */
  readonly granted: number;
  /** How many more could be had right now. */
  readonly left: number;
  /** Until one more could be had; 0 when one can. */
  readonly waitMs: number;
}

/**
 * Takes up to `count` permits from the bucket that all nodes share: `perSecond` of them flow in, and a second's worth is
 * kept. `full_at` is when the bucket is full again if nobody takes any more. By the clock of the database alone, as it
 * was when the statement began: whoever had to wait for another node gets rather too few than too many.
 */
export async function takeRequestPermits(
  queryable: Queryable,
  organization: OrganizationId,
  { count, perSecond }: { readonly count: number; readonly perSecond: number },
): Promise<RequestPermits> {
  const { rows } = await queryable.query<{ granted: number; owed_seconds: number }>({
    name: 'take_request_permits',
    text,
    values: [uuidOf(organization), count, perSecond],
  });
  const row = rows[0];
  // The organization is gone, and its tokens with it.
  if (row === undefined) return { granted: count, left: 0, waitMs: 0 };
  const free = (1 - row.owed_seconds) * perSecond;
  return {
    granted: row.granted,
    left: Math.max(0, Math.floor(free + roundingSlack)),
    waitMs: Math.max(0, ((1 - free) / perSecond) * 1_000),
  };
}

/** Times are kept to the microsecond; without it a permit that is due would now and then be missed by one. */
const roundingSlack = 1e-3;

const granted = `least($2::int, greatest(0, floor($3::float8 * extract(epoch from
  statement_timestamp() + interval '1 second' - greatest(p.full_at, statement_timestamp())) + ${roundingSlack})::int))`;

const text = `
insert into request_permits as p (organization_id, full_at, granted)
select id, statement_timestamp() + $2::int / $3::float8 * interval '1 second', $2::int from organizations where id = $1
on conflict (organization_id) do update
   set granted = ${granted},
       full_at = greatest(p.full_at, statement_timestamp()) + ${granted} / $3::float8 * interval '1 second'
returning granted, extract(epoch from greatest(full_at, statement_timestamp()) - statement_timestamp())::float8 as owed_seconds`;
