import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

export interface CampaignSummaryRow {
  readonly id: Uuid;
  readonly participants: number;
  /** That name it. */
  readonly webhooks: number;
  readonly last_at: Date | null;
}

/**
 * Newest first; `before` is the last one of the page before; `ids`: these; null: all. Counts no participants: it adds
 * up `participant_counts`, of which a campaign has a few rows. The last of each history is one probe of its index by campaign.
 */
export async function readCampaignSummaries(
  { kysely }: Database,
  organizationId: Uuid,
  {
    ids,
    before,
    limit,
  }: { readonly ids: readonly Uuid[] | null; readonly before: Uuid | null; readonly limit: number },
): Promise<readonly CampaignSummaryRow[]> {
  const { rows } = await sql<CampaignSummaryRow>`
    with shown as materialized (
      select id from campaigns
       where organization_id = ${organizationId}
         and (${before}::uuid is null or id < ${before}::uuid)
         and (${ids === null} or id = any(${[...(ids ?? [])]}::uuid[]))
       order by id desc limit ${limit}
    ), pinned as (
      select named.id, count(*)::int as webhooks
        from webhooks w cross join lateral unnest(w.campaigns) as named (id)
       where w.organization_id = ${organizationId} and w.deleted_at is null
         and w.campaigns && array(select id from shown)
       group by named.id
    )
    select s.id, coalesce(p.participants, 0)::int as participants, coalesce(w.webhooks, 0) as webhooks,
           greatest(
             (select completed_at from completions c where c.campaign_id = s.id order by c.id desc limit 1),
             (select created_at from ledger l where l.campaign_id = s.id order by l.id desc limit 1),
             (select played_at from plays y where y.campaign_id = s.id order by y.id desc limit 1),
             (select created_at from referrals r where r.campaign_id = s.id order by r.id desc limit 1)) as last_at
      from shown s
      left join pinned w on w.id = s.id
      left join lateral (
        select sum(count) as participants from participant_counts n where n.campaign_id = s.id) p on true
     order by s.id desc`.execute(kysely);
  return rows;
}

/** Puts the counts of up to `limit` campaigns together; returns how many rows that spared. */
export async function foldParticipantCounts(
  { pool }: Pick<Database, 'pool'>,
  limit: number,
): Promise<number> {
  const { rows } = await pool.query<{ spared: number }>(
    `with several as (
       select campaign_id from participant_counts group by campaign_id having count(*) > 1 limit $1
     ), folded as (
       delete from participant_counts where campaign_id in (select campaign_id from several)
       returning campaign_id, count
     ), written as (
       insert into participant_counts (campaign_id, count)
       select campaign_id, sum(count)::int from folded group by campaign_id
     )
     select (count(*) - count(distinct campaign_id))::int as spared from folded`,
    [limit],
  );
  return rows[0]?.spared ?? 0;
}
