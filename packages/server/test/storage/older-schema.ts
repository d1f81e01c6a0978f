import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import { openDatabase } from '../../src/storage/database.ts';
import { migrations } from '../../src/storage/migrations/index.ts';
import { ensurePartitions } from '../../src/storage/partitions.ts';

/** The last migration of the schema that `makeOlderSchema` makes. */
const lastMigration = '0019-autovacuum';

/** What the older schema holds. */
export interface OlderData {
  readonly organization: string;
  readonly events: number;
  readonly participants: number;
}

/** Brings an empty database to an older schema, and puts an organization with a history into it. */
export async function makeOlderSchema(connectionString: string, data: OlderData): Promise<void> {
  const pool = new pg.Pool({ connectionString, max: 2 });
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const known = Object.entries(migrations).filter(([name]) => name <= lastMigration);
  const migrator = new Migrator({
    db: kysely,
    provider: { getMigrations: async () => Object.fromEntries(known) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  });
  const { error } = await migrator.migrateToLatest();
  await kysely.destroy();
  if (error !== undefined) throw error;

  const database = openDatabase({ connectionString });
  try {
    await ensurePartitions(database, new Date());
    const id = (n: string) =>
      `(lpad(to_hex((extract(epoch from now()) * 1000)::int8), 12, '0') || '7' || substr(md5(${n}), 1, 3) || '8' || substr(md5(${n}), 4, 15))::uuid`;
    await database.pool.query(`insert into organizations (id, name) values ($1, 'Harbour')`, [
      data.organization,
    ]);
    await database.pool.query(
      `insert into communities (id, organization_id, name, is_default) values (${id(`'community'`)}, $1, 'Harbour', true)`,
      [data.organization],
    );
    await database.pool.query(
      `insert into participants (id, organization_id, external_id)
       select ${id(`'person' || n`)}, $1, 'person-' || n from generate_series(1, $2::int) n`,
      [data.organization, data.participants],
    );
    await database.pool.query(
      `insert into webhooks (uid, organization_id, id, name, url, method, format, format_version, retry_delays_ms,
                             timeout_ms, status)
       values (${id(`'webhook'`)}, $1, 'crm', 'CRM', 'http://127.0.0.1:9/', 'POST', 'standard', 1, '{1000}', 1000,
               'inactive')`,
      [data.organization],
    );
    await database.pool.query(
      `with made as (
         insert into events (id, organization_id, type, occurred_at, body)
         select ${id(`'event' || n`)}, $1, 'user.signed_in', now(), '{}' from generate_series(1, $2::int) n returning id
       )
       insert into open_deliveries (id, organization_id, webhook_uid, event_id, format, format_version, webhook_name,
                                    created_at, due_at)
       select made.id, $1, ${id(`'webhook'`)}, made.id, 'standard', 1, 'CRM', now(), now() from made`,
      [data.organization, data.events],
    );
  } finally {
    await database.close();
  }
}
