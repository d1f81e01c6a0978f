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
 * participants with more points. Costs at most 31 counts per level, whatever the number of participants, and a look
 * at those who share the whole part. In the order given.
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
            from generate_series(0, 7) as l (level)
            join leaderboard_counts c
              on c.campaign_id = t.campaign_id and c.level = l.level
             and c.prefix = (floor(t.total)::bigint >> (5 * (l.level + 1)))
             and c.digit > ((floor(t.total)::bigint >> (5 * l.level)) & 31)
        ) + (
          select count(*) from participations p
           where p.campaign_id = t.campaign_id and p.total > t.total and p.total < floor(t.total) + 1
             and not exists (select 1 from participants q where q.id = p.participant_id and q.test)
        ) as rank
        from (select n, campaign_id, total::numeric as total
                from unnest($1::uuid[], $2::text[]) with ordinality as k (campaign_id, total, n)) as t
       order by t.n`,
    values: [idArray(totals.map((row) => row.campaignId)), textArray(totals.map((row) => row.total))],
  });
  return result.rows.map((row) => Number(row.rank));
}
