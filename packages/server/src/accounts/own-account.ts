import { recorded } from '../audit/index.ts';
import { idFromUuid, type PersonSessionId, type Uuid, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import { createPeopleStore, createSessionsStore, type Database, type SessionRow } from '../storage/index.ts';
import type { Accounts, Organization } from './accounts.ts';
import { checkPresentPassword, wrongPresentPassword } from './present-password.ts';
import type { PersonPrincipal } from './principal.ts';
import { type Person, passwordNotes, type Sessions } from './sessions.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';

/** A session of somebody who looks at their own. */
export interface OwnSession {
  readonly id: PersonSessionId;
  readonly createdAt: Date;
  readonly usedAt: Date;
  readonly expiresAt: Date;
  /** Null: not used since its person signed in. */
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

/** Who may make organizations beside the first: people who own the one they work in, or nobody. */
export type NewOrganizations = 'owners' | 'off';

/** What people do with their own account. */
export interface OwnAccount {
  sessions(by: PersonPrincipal, before: Uuid | null, limit: number): Promise<readonly OwnSession[]>;
  /** Ends at once, on every node. Throws `not_found`. */
  endSession(by: PersonPrincipal, session: PersonSessionId): Promise<void>;
  endOtherSessions(by: PersonPrincipal): Promise<void>;
  rename(by: PersonPrincipal, name: string): Promise<Person>;
  /** Ends all other sessions. Throws `invalid_request` for another present password, `too_many_requests`. */
  changePassword(
    by: PersonPrincipal,
    given: { readonly present: string; readonly next: string; readonly address: string },
  ): Promise<void>;
  /** The person is its owner. Throws `forbidden` where this Fanfare has no new ones. */
  createOrganization(by: PersonPrincipal, name: string): Promise<Organization>;
}

export function createOwnAccount(parts: {
  readonly database: Database;
  readonly accounts: Pick<Accounts, 'createOrganization'>;
  readonly passwords: Sessions['passwords'];
  readonly newOrganizations: NewOrganizations;
  readonly clock: { now(): number };
}): OwnAccount {
  const { clock, passwords } = parts;
  const people = createPeopleStore(parts.database);
  const sessions = createSessionsStore(parts.database);
  const throttle = createSignInThrottle(parts);
  const now = () => new Date(clock.now());

  return {
    async sessions({ person, sessionId }, before, limit) {
      const rows = await sessions.list(uuidOf(person.id), now(), before, limit);
      return rows.map((row) => shownSession(row, uuidOf(sessionId)));
    },

    async endSession({ person }, session) {
      if (!(await sessions.end(uuidOf(person.id), uuidOf(session)))) throw notFound();
    },

    endOtherSessions: ({ person, sessionId }) => sessions.endOthers(uuidOf(person.id), uuidOf(sessionId)),

    async rename({ person }, name) {
      await people.rename(uuidOf(person.id), name, now());
      return { ...person, name };
    },

    async changePassword({ person, sessionId }, { present, next, address }) {
      const id = uuidOf(person.id);
      const from = await checkPresentPassword({ people, passwords, throttle }, person, {
        password: present,
        address,
      });
      const to = await passwords.hash(next);
      const memberships = await people.memberships(id);
      const changed = await recorded(
        () => people.changePassword(id, { from, to }, uuidOf(sessionId), now()),
        (done) => (done ? passwordNotes(person, memberships) : []),
      );
      if (!changed) throw wrongPresentPassword();
    },

    async createOrganization({ person }, name) {
      if (parts.newOrganizations === 'off') {
        throw new Problem(
          'forbidden',
          'This Fanfare has no new organizations. Ask whoever operates it (FANFARE_NEW_ORGANIZATIONS).',
        );
      }
      return parts.accounts.createOrganization(name, person.id);
    },
  };
}

function shownSession({ id, usedAt, ...row }: SessionRow, current: Uuid): OwnSession {
  return { ...row, id: idFromUuid('pss', id), usedAt: usedAt ?? row.createdAt, current: id === current };
}
