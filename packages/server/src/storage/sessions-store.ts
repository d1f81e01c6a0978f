import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import type { StopListening } from './listener.ts';
import type { MembershipRow, PersonRow } from './people-store.ts';

export interface SessionRow {
  readonly id: Uuid;
  readonly createdAt: Date;
  /** Null: not since its person signed in. */
  readonly usedAt: Date | null;
  readonly expiresAt: Date;
  /** Of its last use, as are the two that follow. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface UsedSession extends MembershipRow {
  readonly sessionId: Uuid;
  readonly expiresAt: Date;
  readonly person: PersonRow;
}

/** Sessions of people who are signed in; better-auth makes them. */
export interface SessionsStore {
  /**
   * The session with this token and who uses it in which organization, in one round trip; null when it has ended, when
   * its person no longer belongs to the organization it works in, or that is being deleted. Writes down the use,
   * in the session and for the organization, unless one was written down since `writtenBefore`.
   */
  use(
    token: string,
    by: { readonly address: string; readonly userAgent: string | null },
    now: Date,
    writtenBefore: Date,
  ): Promise<UsedSession | null>;
  /** Of one person, newest first. */
  list(personId: Uuid, now: Date, before: Uuid | null, limit: number): Promise<readonly SessionRow[]>;
  /** False when the person has no such session. */
  end(personId: Uuid, session: Uuid): Promise<boolean>;
  endOthers(personId: Uuid, stays: Uuid): Promise<void>;
  /** Hears whose sessions ended or moved and whose roles changed (triggers of migration 0097), on any node. */
  listen(onChanged: (personId: Uuid) => void, onMissed: () => void): Promise<StopListening>;
}

const sessionsChannel = 'fanfare_sessions';

/** Reads by the unique index on the token and by primary keys; writes rows only when a use is to be written down. */
const useStatement = `
  with found as (
    select s.id as "sessionId", s.expires_at as "expiresAt",
           p.id, p.name, p.email,
           o.id as "organizationId", o.name as "organizationName", m.role, m.id as member
      from person_sessions s
      join persons p on p.id = s.person_id
      join members m on m.person_id = s.person_id and m.organization_id = s.active_organization_id
      join organizations o on o.id = m.organization_id
     where s.token = $1 and s.expires_at > $2 and o.deleting_at is null
  ), written as (
    update person_sessions set used_at = $2, ip_address = $3, user_agent = $4
     where id = (select "sessionId" from found) and (used_at is null or used_at < $5)
  ), seen as (
    update members set seen_at = $2
     where id = (select member from found) and (seen_at is null or seen_at < $5)
  )
  select "sessionId", "expiresAt", id, name, email, "organizationId", "organizationName", role from found`;

export function createSessionsStore(database: Pick<Database, 'pool' | 'kysely' | 'listen'>): SessionsStore {
  const { pool, kysely } = database;
  return {
    async use(token, { address, userAgent }, now, writtenBefore) {
      const { rows } = await pool.query<Omit<UsedSession, 'person'> & PersonRow>(useStatement, [
        token,
        now,
        address,
        userAgent,
        writtenBefore,
      ]);
      const [row] = rows;
      if (row === undefined) return null;
      const { id, name, email, ...session } = row;
      return { ...session, person: { id, name, email } };
    },

    async list(personId, now, before, limit) {
      let query = kysely
        .selectFrom('person_sessions')
        .select([
          'id',
          'created_at as createdAt',
          'used_at as usedAt',
          'expires_at as expiresAt',
          'ip_address as address',
          'user_agent as userAgent',
        ])
        .where('person_id', '=', personId)
        .where('expires_at', '>', now)
        .orderBy('id', 'desc')
        .limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async end(personId, session) {
      const ended = await kysely
        .deleteFrom('person_sessions')
        .where('id', '=', session)
        .where('person_id', '=', personId)
        .returning('id')
        .executeTakeFirst();
      return ended !== undefined;
    },

    async endOthers(personId, stays) {
      await kysely
        .deleteFrom('person_sessions')
        .where('person_id', '=', personId)
        .where('id', '!=', stays)
        .execute();
    },

    listen: (onChanged, onMissed) => database.listen(sessionsChannel, onChanged, onMissed),
  };
}
