import type { CampaignId } from '../../ids.ts';
import { idArray, int2Array, int4Array, int8Array, textArray } from '../column-arrays.ts';
import type { Queryable } from '../database.ts';

export interface CounterDelta {
  readonly campaignId: CampaignId;
  readonly level: number;
  readonly prefix: number;
  readonly digit: number;
  readonly delta: number;
}

/** Moves the counts of the leaderboard. Rows are taken in the order of their key, so that writers cannot deadlock. */
export async function moveLeaderboardCounts(
  transaction: Queryable,
  deltas: readonly CounterDelta[],
): Promise<void> {
  await transaction.query({
    name: 'move_leaderboard_counts',
    text: `
      insert into leaderboard_counts as c (campaign_id, level, prefix, digit, count)
      select campaign_id, level, prefix, digit, delta
        from unnest($1::uuid[], $2::int2[], $3::int8[], $4::int2[], $5::int4[])
             as d (campaign_id, level, prefix, digit, delta)
       order by campaign_id, level, prefix, digit
      on conflict (campaign_id, level, prefix, digit) do update set count = c.count + excluded.count`,
    values: [
      idArray(deltas.map((row) => row.campaignId)),
      int2Array(deltas.map((row) => row.level)),
      int8Array(deltas.map((row) => row.prefix)),
      int2Array(deltas.map((row) => row.digit)),
      int4Array(deltas.map((row) => row.delta)),
    ],
  });
}

/**
 * The leaderboard position of each of these totals, as this transaction sees it: one more than the number of
 * participants with more points. Costs at most 31 counts for each of 11 digits, whatever the number of participants.
 * In the order given. How totals become digits is told in campaigns/rules/leaderboard.ts.
 */
export async function readRanks(
  transaction: Queryable,
  totals: readonly { readonly campaignId: CampaignId; readonly total: string }[],
): Promise<readonly number[]> {
  const result = await transaction.query<{ rank: string }>({
    name: 'read_ranks',
    text: `
      select 1 + (
          select coalesce(sum(c.count), 0)
            from generate_series(0, 10) as l (place)
            join leaderboard_counts c
              on c.campaign_id = t.campaign_id and c.level = l.place - 3
             and c.prefix = (t.digits >> (5 * (l.place + 1)))
             and c.digit > ((t.digits >> (5 * l.place)) & 31)
        ) as rank
        from (select n, campaign_id,
                     (floor(total::numeric) * 32768 + mod(total::numeric, 1) * 10000)::bigint as digits
                from unnest($1::uuid[], $2::text[]) with ordinality as k (campaign_id, total, n)) as t
       order by t.n`,
    values: [idArray(totals.map((row) => row.campaignId)), textArray(totals.map((row) => row.total))],
  });
  return result.rows.map((row) => Number(row.rank));
}
