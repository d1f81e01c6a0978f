import type { Uuid } from '../ids.ts';
import { browserAccessChannel } from './browser-access-store.ts';
import { uuidArray } from './column-arrays.ts';
import type { Database } from './database.ts';
import { inboxesChannel } from './inbox-store.ts';
import type { PartitionedTable } from './partitions.ts';
import { tokensChannel } from './tokens-store.ts';
import { webhooksChannel } from './webhooks-store.ts';

/** Deletes organizations, a batch at a time: other organizations wait for nothing. */
export interface OrganizationDeleting {
  /**
   * From the commit on no token and no session of it is valid and nothing is sent to its webhooks, on any node; whatever else it has
   * asked for ends. False when it is being deleted already, or there is none.
   */
  begin(organizationId: Uuid, at: Date): Promise<boolean>;
  /** Organizations that are being deleted and that no job deletes. */
  abandoned(since: Date): Promise<readonly Uuid[]>;
  /** Deletes one batch of this part. `more`: call again, with `next` where one is given. */
  deletePart(
    part: DeletedPart,
    organizationId: Uuid,
    from: SweepPosition | null,
  ): Promise<{ readonly rows: number; readonly more: boolean; readonly next: SweepPosition | null }>;
  /** The organization itself, with the job that deletes it. After every part. */
  deleteOrganization(organizationId: Uuid): Promise<void>;
}

/** Where a walk through the partitions of a table continues. */
export interface SweepPosition {
  readonly partition: string;
  readonly block: number;
}

/** Rows per statement. */
const batch = 1_000;
const participantsPerBatch = 100;
/** Blocks of 8 KiB that one statement looks through: about 30 ms. */
const blocksPerSweep = 2_000;

/** Rows of a table that names the organization, by an index that begins with it. */
const own = (table: string) =>
  `delete from ${table} where ctid = any(array(select ctid from ${table} where organization_id = $1 limit ${batch}))`;
/** The same where rows of several partitions may have one ctid. */
const ownById = (table: PartitionedTable) =>
  `delete from ${table} where id = any(array(select id from ${table} where organization_id = $1 order by id limit ${batch}))`;
const ofCampaigns = (table: string) =>
  `delete from ${table} where ctid = any(array(select r.ctid from campaigns c cross join lateral (
     select ctid from ${table} l where l.campaign_id = c.id limit ${batch}) r
    where c.organization_id = $1 limit ${batch}))`;
const ofJobs = (table: string) =>
  `delete from ${table} where ctid = any(array(select r.ctid from jobs j cross join lateral (
     select ctid from ${table} l where l.job_id = j.id limit ${batch}) r
    where j.organization_id = $1 limit ${batch}))`;

/** Every table, whoever refers to another one before it. */
const statements = {
  open_deliveries: own('open_deliveries'),
  closed_deliveries: ownById('closed_deliveries'),
  events: ownById('events'),
  attempts: null,
  response_bodies: null,
  inbox_requests: `delete from inbox_requests where id = any(array(
    select id from inbox_requests where inbox_id = any(array(select id from inboxes where organization_id = $1))
     limit ${batch}))`,
  inboxes: own('inboxes'),
  job_refusals: ofJobs('job_refusals'),
  import_chunks: ofJobs('import_chunks'),
  replay_deliveries: ofJobs('replay_deliveries'),
  resend_selections: ofJobs('resend_selections'),
  recalculation_differences: `delete from recalculation_differences where ctid = any(array(
    select r.ctid from jobs j cross join lateral (
      select ctid from recalculation_differences l where l.recalculation_id = j.id limit ${batch}) r
     where j.organization_id = $1 limit ${batch}))`,
  completions: ofCampaigns('completions'),
  plays: ofCampaigns('plays'),
  ledger: ofCampaigns('ledger'),
  earnings: ofCampaigns('earnings'),
  payout_attempts: `delete from payout_attempts where ctid = any(array(
    select a.ctid from payouts p cross join lateral (
      select ctid from payout_attempts l where l.payout_id = p.id limit ${batch}) a
     where p.organization_id = $1 limit ${batch}))`,
  payouts: own('payouts'),
  referrals: ofCampaigns('referrals'),
  progress: ofCampaigns('progress'),
  participations: ofCampaigns('participations'),
  participant_counts: ofCampaigns('participant_counts'),
  leaderboard_counts: ofCampaigns('leaderboard_counts'),
  participants: null,
  idempotency_keys: own('idempotency_keys'),
  triggers: own('triggers'),
  tasks: ofCampaigns('tasks'),
  quests: ofCampaigns('quests'),
  rewards: ofCampaigns('rewards'),
  groups: ofCampaigns('groups'),
  // With their secrets, rates and health.
  webhooks: `delete from webhooks where uid = any(array(select uid from webhooks where organization_id = $1 limit 50))`,
  campaigns: own('campaigns'),
  audit_entries: own('audit_entries'),
  audit_heads: own('audit_heads'),
  attempt_statistics: own('attempt_statistics'),
  event_statistics: own('event_statistics'),
  communities: own('communities'),
  event_types: own('event_types'),
} as const satisfies Readonly<Record<string, string | null>>;

export type DeletedPart = keyof typeof statements;
export const deletedParts = Object.keys(statements) as readonly DeletedPart[];

export function createOrganizationDeleting(database: Pick<Database, 'pool'>): OrganizationDeleting {
  const { pool } = database;

  /** By its place in the table, as no index of these begins with the organization: one of more would slow every attempt. */
  async function sweep(table: PartitionedTable, organizationId: Uuid, from: SweepPosition | null) {
    const partitions = await partitionsFrom(table, from?.partition ?? '');
    const [current, following] = partitions;
    if (current === undefined) return { rows: 0, more: false, next: null };
    const block = current.name === from?.partition ? from.block : 0;
    const { rowCount } = await pool.query(
      `delete from ${current.name} where ctid >= $2::tid and ctid < $3::tid and organization_id = $1`,
      [organizationId, `(${block},0)`, `(${block + blocksPerSweep},0)`],
    );
    const rows = rowCount ?? 0;
    if (block + blocksPerSweep < current.blocks) {
      return { rows, more: true, next: { partition: current.name, block: block + blocksPerSweep } };
    }
    return following === undefined
      ? { rows, more: false, next: null }
      : { rows, more: true, next: { partition: following.name, block: 0 } };
  }

  /** This one and those after it. The names are those that PostgreSQL gives, quoted where they must be. */
  async function partitionsFrom(table: PartitionedTable, name: string) {
    const { rows } = await pool.query<{ name: string; blocks: number }>(
      `select inhrelid::regclass::text as name, (pg_relation_size(inhrelid) / current_setting('block_size')::int)::int as blocks
         from pg_inherits where inhparent = $1::regclass and inhrelid::regclass::text >= $2
        order by 1 limit 2`,
      [table, name],
    );
    return rows;
  }

  /** A few with everything that is theirs alone; first what there may be much of. */
  async function deleteParticipants(organizationId: Uuid) {
    const { rows: people } = await pool.query<{ id: Uuid }>(
      `select id from participants where organization_id = $1 order by id limit ${participantsPerBatch}`,
      [organizationId],
    );
    if (people.length === 0) return { rows: 0, more: false, next: null };
    const ids = uuidArray(people.map(({ id }) => id));
    const events = await pool.query(
      `delete from trigger_events where id = any(array(
         select id from trigger_events where participant_id = any($1::uuid[]) limit ${batch}))`,
      [ids],
    );
    if (events.rowCount === batch) return { rows: 0, more: true, next: null };
    // Accounts, tokens and erasures go along.
    const deleted = await pool.query('delete from participants where id = any($1::uuid[])', [ids]);
    return { rows: deleted.rowCount ?? 0, more: true, next: null };
  }

  return {
    async begin(organizationId, at) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const marked = await client.query(
          'update organizations set deleting_at = $2 where id = $1 and deleting_at is null',
          [organizationId, at],
        );
        if (marked.rowCount === 1) {
          await client.query(
            `with gone as (delete from api_tokens where organization_id = $1 returning id)
             select pg_notify($2, id::text) from gone`,
            [organizationId, tokensChannel],
          );
          // Whoever belongs to no other organization goes with it; the sessions of the others end.
          await client.query('delete from person_sessions where active_organization_id = $1', [
            organizationId,
          ]);
          await client.query('delete from invitations where organization_id = $1', [organizationId]);
          await client.query(
            `with gone as (delete from members where organization_id = $1 returning person_id)
             delete from persons p using gone
              where p.id = gone.person_id
                and not exists (select from members m where m.person_id = p.id and m.organization_id <> $1)`,
            [organizationId],
          );
          await client.query('delete from participant_token_keys where organization_id = $1', [
            organizationId,
          ]);
          await client.query('delete from allowed_origins where organization_id = $1', [organizationId]);
          await client.query('select pg_notify($2, $1)', [organizationId, browserAccessChannel]);
          await client.query(
            `with gone as (
               update webhooks set deleted_at = coalesce(deleted_at, $3), status = 'inactive', updated_at = $3
                where organization_id = $1 returning uid)
             select pg_notify($2, uid::text) from gone`,
            [organizationId, webhooksChannel, at],
          );
          await client.query('select pg_notify($2, id::text) from inboxes where organization_id = $1', [
            organizationId,
            inboxesChannel,
          ]);
          await client.query(
            `update jobs set cancelling = true,
                    state = case when state = 'queued' or lease is null then 'cancelled' else state end,
                    finished_at = case when state = 'queued' or lease is null then $2::timestamptz end
              where organization_id = $1 and state in ('queued', 'running')`,
            [organizationId, at],
          );
        }
        await client.query('commit');
        return marked.rowCount === 1;
      } catch (error) {
        await client.query('rollback').catch(() => {});
        throw error;
      } finally {
        client.release();
      }
    },

    async abandoned(since) {
      const { rows } = await pool.query<{ id: Uuid }>(
        `select id from organizations o
          where deleting_at < $1 and not exists (
            select from jobs j where j.organization_id = o.id and j.kind = 'delete_organization'
                                 and j.state in ('queued', 'running'))
          order by deleting_at limit 20`,
        [since],
      );
      return rows.map(({ id }) => id);
    },

    async deletePart(part, organizationId, from) {
      if (part === 'attempts' || part === 'response_bodies') return sweep(part, organizationId, from);
      if (part === 'participants') return deleteParticipants(organizationId);
      const { rowCount } = await pool.query(statements[part], [organizationId]);
      const rows = rowCount ?? 0;
      return { rows, more: rows > 0, next: null };
    },

    async deleteOrganization(organizationId) {
      await pool.query('delete from organizations where id = $1 and deleting_at is not null', [
        organizationId,
      ]);
    },
  };
}
