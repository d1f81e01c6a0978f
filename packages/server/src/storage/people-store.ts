import { sql, type Transaction } from 'kysely';
import type { Uuid } from '../ids.ts';
import type { Database } from './database.ts';
import type { RoleName, Schema } from './schema.ts';
import { violates } from './violations.ts';

export interface PersonRow {
  readonly id: Uuid;
  readonly name: string;
  readonly email: string;
}

export interface MembershipRow {
  readonly organizationId: Uuid;
  readonly organizationName: string;
  readonly role: RoleName;
}

/** Somebody new, who signs in with a password. */
export interface NewPerson extends PersonRow {
  readonly credentialId: Uuid;
  readonly passwordHash: string;
  readonly at: Date;
}

/** People and the organizations they belong to. Sessions and passwords of theirs are better-auth's. */
export interface PeopleStore {
  /** Null when the organization has members, or is none. */
  insertOwner(
    organizationId: Uuid,
    person: NewPerson,
    memberId: Uuid,
  ): Promise<'made' | 'has_members' | 'email_taken'>;
  hasMembers(organizationId: Uuid): Promise<boolean>;
  /** Null when the person does not belong to it, or it is being deleted. */
  membership(personId: Uuid, organizationId: Uuid): Promise<MembershipRow | null>;
  /** The organization joined first comes first. */
  memberships(personId: Uuid): Promise<readonly MembershipRow[]>;
  rename(personId: Uuid, name: string, at: Date): Promise<void>;
  withEmail(email: string): Promise<PersonRow | null>;
  /**
   * Makes links for a new password useless: they went to the address before. `gone`: it is no longer what it was;
   * `taken`: somebody else has the new one. Nothing is changed then.
   */
  changeEmail(
    personId: Uuid,
    emails: { readonly from: string; readonly to: string },
    at: Date,
  ): Promise<'changed' | 'gone' | 'taken'>;
  /** Null for nobody, and for who has no password. */
  passwordHash(personId: Uuid): Promise<string | null>;
  /**
   * Ends every session but one, and makes links for a new password useless. False, and nothing is changed, when the
   * password is no longer what it was.
   */
  changePassword(
    personId: Uuid,
    hashes: { readonly from: string; readonly to: string },
    staysSignedIn: Uuid,
    at: Date,
  ): Promise<boolean>;
}

export function createPeopleStore(database: Database): PeopleStore {
  const { kysely } = database;
  const memberships = (personId: Uuid) =>
    kysely
      .selectFrom('members')
      .innerJoin('organizations', 'organizations.id', 'members.organization_id')
      .select([
        'members.organization_id as organizationId',
        'organizations.name as organizationName',
        'members.role',
      ])
      .where('members.person_id', '=', personId)
      .where('organizations.deleting_at', 'is', null);
  return {
    insertOwner: (organizationId, person, memberId) =>
      database.transaction(async (transaction) => {
        if (!(await lockOrganization(transaction, organizationId))) return 'has_members';
        const members = await transaction
          .selectFrom('members')
          .select('id')
          .where('organization_id', '=', organizationId)
          .limit(1)
          .execute();
        if (members.length > 0) return 'has_members';
        if (!(await insertPerson(transaction, person))) return 'email_taken';
        await transaction
          .insertInto('members')
          .values({
            id: memberId,
            organization_id: organizationId,
            person_id: person.id,
            role: 'owner',
            created_at: person.at,
          })
          .execute();
        return 'made';
      }),

    async hasMembers(organizationId) {
      const found = await kysely
        .selectFrom('members')
        .select('id')
        .where('organization_id', '=', organizationId)
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },

    async membership(personId, organizationId) {
      const row = await memberships(personId)
        .where('members.organization_id', '=', organizationId)
        .executeTakeFirst();
      return row ?? null;
    },

    memberships: (personId) =>
      memberships(personId).orderBy('members.created_at').orderBy('members.id').execute(),

    async rename(personId, name, at) {
      await kysely.updateTable('persons').set({ name, updated_at: at }).where('id', '=', personId).execute();
    },

    async withEmail(email) {
      const found = await kysely
        .selectFrom('persons')
        .select(['id', 'name', 'email'])
        .where('email', '=', email)
        .executeTakeFirst();
      return found ?? null;
    },

    async changeEmail(personId, { from, to }, at) {
      try {
        return await database.transaction(async (transaction) => {
          const changed = await transaction
            .updateTable('persons')
            .set({ email: to, updated_at: at })
            .where('id', '=', personId)
            .where('email', '=', from)
            .returning('id')
            .executeTakeFirst();
          if (changed === undefined) return 'gone';
          await forgetLinks(transaction, personId);
          return 'changed';
        });
      } catch (error) {
        if (violates(error, 'persons_email_key')) return 'taken';
        throw error;
      }
    },

    async passwordHash(personId) {
      const found = await kysely
        .selectFrom('person_credentials')
        .select('password')
        .where('person_id', '=', personId)
        .where('provider_id', '=', 'credential')
        .executeTakeFirst();
      return found?.password ?? null;
    },

    changePassword: (personId, { from, to }, staysSignedIn, at) =>
      database.transaction(async (transaction) => {
        const changed = await transaction
          .updateTable('person_credentials')
          .set({ password: to, updated_at: at })
          .where('person_id', '=', personId)
          .where('provider_id', '=', 'credential')
          .where('password', '=', from)
          .returning('id')
          .executeTakeFirst();
        if (changed === undefined) return false;
        await transaction
          .deleteFrom('person_sessions')
          .where('person_id', '=', personId)
          .where('id', '!=', staysSignedIn)
          .execute();
        await forgetLinks(transaction, personId);
        return true;
      }),
  };
}

/** As better-auth keeps them: the link's token as the identifier, whose it is as the value. */
async function forgetLinks(transaction: Transaction<Schema>, personId: Uuid): Promise<void> {
  await transaction.deleteFrom('person_verifications').where('value', '=', personId).execute();
}

/** Whoever changes who belongs to an organization does so one after the other. False when there is no such organization. */
export async function lockOrganization(transaction: Transaction<Schema>, id: Uuid): Promise<boolean> {
  const { rows } = await sql<{ id: Uuid }>`
    select id from organizations where id = ${id} and deleting_at is null for no key update`.execute(
    transaction,
  );
  return rows.length > 0;
}

/** False when somebody has this address already. */
export async function insertPerson(transaction: Transaction<Schema>, person: NewPerson): Promise<boolean> {
  const made = await transaction
    .insertInto('persons')
    .values({
      id: person.id,
      name: person.name,
      email: person.email,
      created_at: person.at,
      updated_at: person.at,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made === undefined) return false;
  await transaction
    .insertInto('person_credentials')
    .values({
      id: person.credentialId,
      person_id: person.id,
      // As better-auth looks for it: a password, with the person's id as the name of the account.
      provider_id: 'credential',
      issuer: 'local:credential',
      account_id: person.id,
      password: person.passwordHash,
      created_at: person.at,
      updated_at: person.at,
    })
    .execute();
  return true;
}
