import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';

export interface AlertRow {
  readonly id: Uuid;
  readonly state: 'failing' | 'warned' | 'recovered' | 'disabled';
  readonly reason: string | null;
  readonly failures: number | null;
  readonly changed_at: Date;
  readonly mail_tries: number;
  readonly webhook_id: string;
  readonly webhook_name: string;
  readonly organization_name: string;
  readonly emails: readonly string[];
}

/** Who is told of failing webhooks by e-mail, and what they are still to be told. */
export interface AlertsStore {
  emails(organizationId: Uuid): Promise<readonly string[]>;
  putEmails(organizationId: Uuid, emails: readonly string[]): Promise<void>;
  /** Changes that are to be told now, the oldest first. */
  due(now: Date, limit: number): Promise<readonly AlertRow[]>;
  /** Notes that somebody was told, or when to try again; null: no more. */
  noteMailed(id: Uuid, again: Date | null): Promise<void>;
}

export function createAlertsStore(database: Database): AlertsStore {
  const { kysely } = database;
  return {
    async emails(organizationId) {
      const row = await kysely
        .selectFrom('organizations')
        .select('alert_emails')
        .where('id', '=', organizationId)
        .executeTakeFirst();
      return row?.alert_emails ?? [];
    },

    async putEmails(organizationId, emails) {
      await kysely
        .updateTable('organizations')
        .set({ alert_emails: sql<string[]>`${[...emails]}::text[]` })
        .where('id', '=', organizationId)
        .execute();
    },

    async due(now, limit) {
      const { rows } = await sql<AlertRow>`
        select c.id, c.state, c.reason, c.failures, c.changed_at, c.mail_tries, w.id as webhook_id,
               w.name as webhook_name, o.name as organization_name, o.alert_emails as emails
          from webhook_health_changes c
          join webhooks w on w.uid = c.webhook_uid
          join organizations o on o.id = c.organization_id
         where c.mail_at <= ${now}
         order by c.mail_at limit ${limit}`.execute(kysely);
      return rows;
    },

    async noteMailed(id, again) {
      await kysely
        .updateTable('webhook_health_changes')
        .set((expression) => ({ mail_at: again, mail_tries: expression('mail_tries', '+', 1) }))
        .where('id', '=', id)
        .execute();
    },
  };
}
