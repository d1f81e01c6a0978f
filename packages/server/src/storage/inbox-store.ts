import { sql } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { hasRoom } from './quota-room.ts';

/** Carries the UUID of each inbox that changed or was deleted. */
export const inboxesChannel = 'fanfare_inboxes';

export interface InboxRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly name: string;
  readonly answer: unknown;
  readonly secret: { readonly ciphertext: Buffer; readonly keyId: string } | null;
  readonly createdAt: Date;
}

export interface InboxRequestRow {
  readonly id: Uuid;
  readonly inboxId: Uuid;
  readonly receivedAt: Date;
  readonly method: string;
  /** Path and query as they stood in the request line. */
  readonly target: string;
  /** Name and value, as they came and in their order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly bodyCut: boolean;
  readonly verification: unknown;
  readonly answered: unknown;
}

export interface InboxStore {
  /** False, and nothing is written, when the organization has as many as this. */
  insert(inbox: InboxRow, most: number | null): Promise<boolean>;
  find(id: Uuid): Promise<InboxRow | null>;
  findOf(organizationId: Uuid, id: Uuid): Promise<InboxRow | null>;
  list(
    organizationId: Uuid,
    page: { readonly before: Uuid | null; readonly limit: number },
  ): Promise<readonly InboxRow[]>;
  /** What is left out stays as it is. */
  change(
    organizationId: Uuid,
    id: Uuid,
    change: {
      readonly name?: string | undefined;
      readonly answer?: unknown;
      readonly secret?: InboxRow['secret'] | undefined;
    },
  ): Promise<InboxRow | null>;
  /** With everything it received. */
  delete(organizationId: Uuid, id: Uuid): Promise<boolean>;
  /** Writes many in one statement. */
  insertRequests(requests: readonly InboxRequestRow[]): Promise<void>;
  /** Newest first. The caller has checked whose inbox it is. */
  listRequests(
    inboxId: Uuid,
    page: { readonly before: Uuid | null; readonly limit: number },
  ): Promise<readonly InboxRequestRow[]>;
  findRequest(inboxId: Uuid, id: Uuid): Promise<InboxRequestRow | null>;
  /** How many there were. */
  deleteRequests(inboxId: Uuid): Promise<number>;
  listen(onChange: (id: Uuid) => void, onMissed: () => void): Promise<() => Promise<void>>;
}

export function createInboxStore(database: Database): InboxStore {
  const { kysely } = database;
  const inboxes = () =>
    kysely
      .selectFrom('inboxes')
      .select([
        'id',
        'organization_id as organizationId',
        'name',
        'answer',
        'ciphertext',
        'key_id as keyId',
        'created_at as createdAt',
      ]);
  const requests = (inboxId: Uuid) =>
    kysely
      .selectFrom('inbox_requests')
      .select([
        'id',
        'inbox_id as inboxId',
        'received_at as receivedAt',
        'method',
        'target',
        'headers',
        'body',
        'body_cut as bodyCut',
        'verification',
        'answered',
      ])
      .where('inbox_id', '=', inboxId);

  return {
    insert: (inbox, most) =>
      database.transaction(async (transaction) => {
        if (!(await hasRoom(transaction, 'inboxes', inbox.organizationId, most))) return false;
        await transaction
          .insertInto('inboxes')
          .values({
            id: inbox.id,
            organization_id: inbox.organizationId,
            name: inbox.name,
            answer: JSON.stringify(inbox.answer),
            ciphertext: inbox.secret?.ciphertext ?? null,
            key_id: inbox.secret?.keyId ?? null,
            created_at: inbox.createdAt,
          })
          .execute();
        return true;
      }),

    async find(id) {
      const row = await inboxes().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },

    async findOf(organizationId, id) {
      const row = await inboxes()
        .where('id', '=', id)
        .where('organization_id', '=', organizationId)
        .executeTakeFirst();
      return row === undefined ? null : fromRow(row);
    },

    async list(organizationId, page) {
      let query = inboxes()
        .where('organization_id', '=', organizationId)
        .orderBy('id', 'desc')
        .limit(page.limit);
      if (page.before !== null) query = query.where('id', '<', page.before);
      return (await query.execute()).map(fromRow);
    },

    async change(organizationId, id, change) {
      return database.transaction(async (transaction) => {
        const row = await transaction
          .updateTable('inboxes')
          .set({
            // Setting the id to itself keeps the statement valid when nothing else is to change.
            id,
            ...(change.name !== undefined && { name: change.name }),
            ...(change.answer !== undefined && { answer: JSON.stringify(change.answer) }),
            ...(change.secret !== undefined && {
              ciphertext: change.secret?.ciphertext ?? null,
              key_id: change.secret?.keyId ?? null,
            }),
          })
          .where('id', '=', id)
          .where('organization_id', '=', organizationId)
          .returning([
            'id',
            'organization_id as organizationId',
            'name',
            'answer',
            'ciphertext',
            'key_id as keyId',
            'created_at as createdAt',
          ])
          .executeTakeFirst();
        if (row === undefined) return null;
        await sql`select pg_notify(${inboxesChannel}, ${id})`.execute(transaction);
        return fromRow(row);
      });
    },

    async delete(organizationId, id) {
      return database.transaction(async (transaction) => {
        const row = await transaction
          .deleteFrom('inboxes')
          .where('id', '=', id)
          .where('organization_id', '=', organizationId)
          .returning('id')
          .executeTakeFirst();
        if (row === undefined) return false;
        await transaction.deleteFrom('inbox_requests').where('inbox_id', '=', id).execute();
        await sql`select pg_notify(${inboxesChannel}, ${id})`.execute(transaction);
        return true;
      });
    },

    async insertRequests(rows) {
      if (rows.length === 0) return;
      await sql`
        insert into inbox_requests (id, inbox_id, received_at, method, target, headers, body, body_cut, verification, answered)
        select * from unnest(
          ${rows.map((row) => row.id)}::uuid[],
          ${rows.map((row) => row.inboxId)}::uuid[],
          ${rows.map((row) => row.receivedAt)}::timestamptz[],
          ${rows.map((row) => row.method)}::text[],
          ${rows.map((row) => row.target)}::text[],
          ${rows.map((row) => JSON.stringify(row.headers))}::jsonb[],
          ${rows.map((row) => row.body)}::bytea[],
          ${rows.map((row) => row.bodyCut)}::boolean[],
          ${rows.map((row) => JSON.stringify(row.verification))}::jsonb[],
          ${rows.map((row) => JSON.stringify(row.answered))}::jsonb[])`.execute(kysely);
    },

    async listRequests(inboxId, page) {
      let query = requests(inboxId).orderBy('id', 'desc').limit(page.limit);
      if (page.before !== null) query = query.where('id', '<', page.before);
      return (await query.execute()).map(fromRequestRow);
    },

    async findRequest(inboxId, id) {
      const row = await requests(inboxId).where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : fromRequestRow(row);
    },

    async deleteRequests(inboxId) {
      const result = await kysely
        .deleteFrom('inbox_requests')
        .where('inbox_id', '=', inboxId)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },

    listen: (onChange, onMissed) => database.listen(inboxesChannel, onChange, onMissed),
  };
}

function fromRow(row: {
  id: Uuid;
  organizationId: Uuid;
  name: string;
  answer: unknown;
  ciphertext: Buffer | null;
  keyId: string | null;
  createdAt: Date;
}): InboxRow {
  const { ciphertext, keyId, ...inbox } = row;
  return { ...inbox, secret: ciphertext === null || keyId === null ? null : { ciphertext, keyId } };
}

/** `headers` holds what `insertRequests` wrote: a list of pairs. */
function fromRequestRow(
  row: Omit<InboxRequestRow, 'headers'> & { readonly headers: unknown },
): InboxRequestRow {
  return { ...row, headers: row.headers as InboxRequestRow['headers'] };
}
