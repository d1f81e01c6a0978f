import type { Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import { insertPerson, lockOrganization, type NewPerson } from './people-store.ts';
import type { RoleName, Schema } from './schema.ts';

export interface MemberRow {
  readonly personId: Uuid;
  readonly name: string;
  readonly email: string;
  readonly role: RoleName;
  readonly joinedAt: Date;
  /** When they used a session in this organization last. */
  readonly seenAt: Date | null;
}

export interface InvitationRow {
  readonly id: Uuid;
  readonly organizationId: Uuid;
  readonly email: string;
  readonly role: RoleName;
  readonly inviterId: Uuid;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** An invitation as it is shown to whoever has its link. */
export interface OfferedInvitation extends InvitationRow {
  readonly organizationName: string;
  readonly inviterName: string;
  /** Whether there is an account with its address. */
  readonly hasAccount: boolean;
}

/** What came of a change of who belongs to an organization; when it is refused, nothing was written. */
export type TeamChange = 'changed' | 'not_found' | 'owners_only' | 'last_owner';
export type Acceptance = 'accepted' | 'gone' | 'has_account' | 'has_no_account';

/**
 * Who belongs to organizations, and who is invited. Changes of one organization come one after the other: of two owners
 * who leave at the same time one stays.
 */
export interface TeamStore {
  /** Newest people first; `before` is the last one of the page before. */
  members(organizationId: Uuid, before: Uuid | null, limit: number): Promise<readonly MemberRow[]>;
  member(organizationId: Uuid, personId: Uuid): Promise<MemberRow | null>;
  /** `byOwner`: whether an owner asks; nobody else changes owners or makes them. */
  changeRole(organizationId: Uuid, personId: Uuid, role: RoleName, byOwner: boolean): Promise<TeamChange>;
  /** Ends their sessions there. Who belongs to nothing else is deleted. */
  remove(organizationId: Uuid, personId: Uuid, byOwner: boolean): Promise<TeamChange>;
  /** Takes the place of an earlier one to the same address. */
  invite(invitation: InvitationRow, most: number): Promise<'invited' | 'is_member' | 'too_many'>;
  /** Those that can be accepted, newest first. */
  invitations(
    organizationId: Uuid,
    now: Date,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly InvitationRow[]>;
  /** Null when it cannot be accepted. */
  invitation(id: Uuid, now: Date): Promise<OfferedInvitation | null>;
  cancelInvitation(organizationId: Uuid, id: Uuid): Promise<boolean>;
  /** `person`: somebody new; null: who has the account with this address. */
  accept(id: Uuid, now: Date, memberId: Uuid, person: NewPerson | null): Promise<Acceptance>;
}

export function createTeamStore(database: Database): TeamStore {
  const { kysely } = database;
  const members = (organizationId: Uuid) =>
    kysely
      .selectFrom('members')
      .innerJoin('persons', 'persons.id', 'members.person_id')
      .select([
        'persons.id as personId',
        'persons.name',
        'persons.email',
        'members.role',
        'members.created_at as joinedAt',
        'members.seen_at as seenAt',
      ])
      .where('members.organization_id', '=', organizationId);
  const invitations = (executor: Pick<Transaction<Schema>, 'selectFrom'>, now: Date) =>
    executor
      .selectFrom('invitations')
      .select([
        'id',
        'organization_id as organizationId',
        'email',
        'role',
        'inviter_id as inviterId',
        'created_at as createdAt',
        'expires_at as expiresAt',
      ])
      .where('status', '=', 'pending')
      .where('expires_at', '>', now);

  /** Throws nothing away unless somebody else stays an owner. */
  async function change(
    organizationId: Uuid,
    personId: Uuid,
    { byOwner, toOwner }: { readonly byOwner: boolean; readonly toOwner: boolean },
    write: (transaction: Transaction<Schema>) => Promise<void>,
  ): Promise<TeamChange> {
    return database.transaction(async (transaction) => {
      if (!(await lockOrganization(transaction, organizationId))) return 'not_found';
      const all = await transaction
        .selectFrom('members')
        .select(['person_id', 'role'])
        .where('organization_id', '=', organizationId)
        .where((where) => where.or([where('role', '=', 'owner'), where('person_id', '=', personId)]))
        .execute();
      const current = all.find(({ person_id }) => person_id === personId);
      if (current === undefined) return 'not_found';
      if (!byOwner && (toOwner || current.role === 'owner')) return 'owners_only';
      const others = all.filter(({ person_id, role }) => role === 'owner' && person_id !== personId);
      if (!toOwner && others.length === 0) return 'last_owner';
      await write(transaction);
      return 'changed';
    });
  }

  return {
    async members(organizationId, before, limit) {
      let query = members(organizationId).orderBy('members.person_id', 'desc').limit(limit);
      if (before !== null) query = query.where('members.person_id', '<', before);
      return query.execute();
    },

    async member(organizationId, personId) {
      return (await members(organizationId).where('persons.id', '=', personId).executeTakeFirst()) ?? null;
    },

    changeRole: (organizationId, personId, role, byOwner) =>
      change(organizationId, personId, { byOwner, toOwner: role === 'owner' }, async (transaction) => {
        await transaction
          .updateTable('members')
          .set({ role })
          .where('organization_id', '=', organizationId)
          .where('person_id', '=', personId)
          .execute();
      }),

    remove: (organizationId, personId, byOwner) =>
      change(organizationId, personId, { byOwner, toOwner: false }, async (transaction) => {
        await transaction
          .deleteFrom('person_sessions')
          .where('person_id', '=', personId)
          .where('active_organization_id', '=', organizationId)
          .execute();
        await transaction
          .deleteFrom('members')
          .where('organization_id', '=', organizationId)
          .where('person_id', '=', personId)
          .execute();
        await transaction
          .deleteFrom('persons')
          .where('id', '=', personId)
          .where((where) =>
            where.not(
              where.exists(
                where.selectFrom('members').select('members.id').where('members.person_id', '=', personId),
              ),
            ),
          )
          .execute();
      }),

    invite: (invitation, most) =>
      database.transaction(async (transaction) => {
        const { organizationId, email } = invitation;
        await lockOrganization(transaction, organizationId);
        const member = await transaction
          .selectFrom('members')
          .innerJoin('persons', 'persons.id', 'members.person_id')
          .select('persons.id')
          .where('members.organization_id', '=', organizationId)
          .where('persons.email', '=', email)
          .executeTakeFirst();
        if (member !== undefined) return 'is_member';
        await transaction
          .deleteFrom('invitations')
          .where('organization_id', '=', organizationId)
          .where('email', '=', email)
          .where('status', '=', 'pending')
          .execute();
        const open = await invitations(transaction, invitation.createdAt)
          .where('organization_id', '=', organizationId)
          .limit(most)
          .execute();
        if (open.length >= most) return 'too_many';
        await transaction
          .insertInto('invitations')
          .values({
            id: invitation.id,
            organization_id: organizationId,
            email,
            role: invitation.role,
            inviter_id: invitation.inviterId,
            expires_at: invitation.expiresAt,
            created_at: invitation.createdAt,
          })
          .execute();
        return 'invited';
      }),

    async invitations(organizationId, now, before, limit) {
      let query = invitations(kysely, now)
        .where('organization_id', '=', organizationId)
        .orderBy('id', 'desc')
        .limit(limit);
      if (before !== null) query = query.where('id', '<', before);
      return query.execute();
    },

    async invitation(id, now) {
      const found = await invitations(kysely, now).where('id', '=', id).executeTakeFirst();
      if (found === undefined) return null;
      const organization = await kysely
        .selectFrom('organizations')
        .select('name')
        .where('id', '=', found.organizationId)
        .where('deleting_at', 'is', null)
        .executeTakeFirst();
      if (organization === undefined) return null;
      const people = await kysely
        .selectFrom('persons')
        .select(['id', 'name', 'email'])
        .where((where) => where.or([where('id', '=', found.inviterId), where('email', '=', found.email)]))
        .execute();
      const inviter = people.find((person) => person.id === found.inviterId);
      if (inviter === undefined) return null;
      return {
        ...found,
        organizationName: organization.name,
        inviterName: inviter.name,
        hasAccount: people.some((person) => person.email === found.email),
      };
    },

    async cancelInvitation(organizationId, id) {
      const gone = await kysely
        .deleteFrom('invitations')
        .where('organization_id', '=', organizationId)
        .where('id', '=', id)
        .where('status', '=', 'pending')
        .returning('id')
        .executeTakeFirst();
      return gone !== undefined;
    },

    accept: (id, now, memberId, person) =>
      database.transaction(async (transaction) => {
        const found = await invitations(transaction, now).where('id', '=', id).executeTakeFirst();
        if (found === undefined || !(await lockOrganization(transaction, found.organizationId)))
          return 'gone';
        // What it was before the lock may have changed.
        const invitation = await invitations(transaction, now).where('id', '=', id).executeTakeFirst();
        if (invitation === undefined) return 'gone';
        let personId = person?.id;
        if (person === null) {
          const existing = await transaction
            .selectFrom('persons')
            .select('id')
            .where('email', '=', invitation.email)
            .executeTakeFirst();
          if (existing === undefined) return 'has_no_account';
          personId = existing.id;
        } else if (!(await insertPerson(transaction, person))) return 'has_account';
        if (personId === undefined) return 'gone';
        await transaction
          .updateTable('invitations')
          .set({ status: 'accepted' })
          .where('id', '=', id)
          .execute();
        await transaction
          .insertInto('members')
          .values({
            id: memberId,
            organization_id: invitation.organizationId,
            person_id: personId,
            role: invitation.role,
            created_at: now,
          })
          .onConflict((conflict) => conflict.columns(['organization_id', 'person_id']).doNothing())
          .execute();
        return 'accepted';
      }),
  };
}
