import { createHmac, timingSafeEqual } from 'node:crypto';
import { isAPIError } from 'better-auth/api';
import { idFromUuid, newId, type OrganizationId, type PersonId, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import { createPeopleStore, type Database } from '../storage/index.ts';
import type { Keyring } from '../webhooks/index.ts';
import { type Authentication, createAuthentication } from './authentication.ts';
import { permissionsOf, type Role } from './permissions.ts';
import type { PersonPrincipal } from './principal.ts';
import { createSignInThrottle, signIns } from './sign-in-throttle.ts';

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly email: string;
}

/** Who is signed in, and where. */
export interface Session {
  readonly person: Person;
  readonly organization: { readonly id: OrganizationId; readonly name: string };
  readonly role: Role;
  /** The ones to switch to, this one among them; the one joined first comes first. */
  readonly organizations: readonly {
    readonly id: OrganizationId;
    readonly name: string;
    readonly role: Role;
  }[];
}

/** A result, and the `Set-Cookie` headers that go with it. */
export interface WithCookies<T> {
  readonly result: T;
  readonly cookies: readonly string[];
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Where the request comes from. */
  readonly address: string;
}

/** People who sign in, and their sessions. */
export interface Sessions {
  /**
   * Whose session the `Cookie` header names; null for none that is valid, or when the person no longer belongs to the
   * organization it works in. Asks the database each time, so what is changed anywhere counts at once.
   */
  authenticate(cookie: string): Promise<WithCookies<PersonPrincipal> | null>;
  /** For the one link that makes the first account. Null when the organization has members already. */
  ownerToken(organization: OrganizationId): Promise<string | null>;
  /** Makes the first account of the organization and signs it in. Throws `invalid_link`, `conflict`. */
  createOwner(
    organization: OrganizationId,
    owner: Omit<Credentials, 'address'> & { readonly token: string; readonly name: string },
  ): Promise<WithCookies<Session>>;
  /** Throws `unauthenticated` and `too_many_requests`. */
  signIn(credentials: Credentials): Promise<WithCookies<Session>>;
  signOut(cookie: string): Promise<readonly string[]>;
  session(principal: PersonPrincipal): Promise<Session>;
}

export interface SessionsParts {
  readonly database: Database;
  readonly keyring: Pick<Keyring, 'derive'>;
  /** Where browsers reach this Fanfare. */
  readonly origin: string;
  readonly clock: { now(): number };
}

export function createSessions(parts: SessionsParts): Sessions {
  const { clock } = parts;
  const store = createPeopleStore(parts.database);
  const throttle = createSignInThrottle(parts);
  const linkKey = parts.keyring.derive('links');
  const authentication: Authentication = createAuthentication({
    ...parts,
    firstOrganizationOf: async (personId) => (await store.memberships(personId))[0]?.organizationId ?? null,
    onReset: () => {},
  });

  /** Throws `unauthenticated`. */
  async function open({
    email,
    password,
  }: Pick<Credentials, 'email' | 'password'>): Promise<WithCookies<Session>> {
    try {
      const { headers, response } = await authentication.api.signInEmail({
        body: { email, password },
        returnHeaders: true,
      });
      const session = await sessionOf({
        id: idFromUuid('psn', response.user.id),
        name: response.user.name,
        email: response.user.email,
      });
      if (session === null) throw wrongPassword();
      return { result: session, cookies: headers.getSetCookie() };
    } catch (error) {
      if (isAPIError(error)) throw wrongPassword();
      throw error;
    }
  }

  /** In the organization given, or the first. */
  async function sessionOf(person: Person, active?: OrganizationId): Promise<Session | null> {
    const organizations = (await store.memberships(uuidOf(person.id))).map((row) => ({
      id: idFromUuid('org', row.organizationId),
      name: row.organizationName,
      role: row.role,
    }));
    const organization = organizations.find(({ id }) => active === undefined || id === active);
    if (organization === undefined) return null;
    return {
      person,
      organization: { id: organization.id, name: organization.name },
      role: organization.role,
      organizations,
    };
  }

  function linkToken(text: string): string {
    return createHmac('sha256', linkKey).update(text).digest('base64url');
  }

  return {
    async authenticate(cookie) {
      const { headers, response } = await authentication.api.getSession({
        headers: new Headers({ cookie }),
        returnHeaders: true,
      });
      const active = response?.session.activeOrganizationId;
      if (response === null || active === null || active === undefined) return null;
      const membership = await store.membership(response.user.id, active);
      if (membership === null) return null;
      const { role } = membership;
      const { id, name, email } = response.user;
      return {
        result: {
          kind: 'person',
          organizationId: idFromUuid('org', membership.organizationId),
          organizationName: membership.organizationName,
          person: { id: idFromUuid('psn', id), name, email },
          role,
          permissions: permissionsOf(role),
          unrestricted: role === 'owner',
        },
        cookies: headers.getSetCookie(),
      };
    },

    async ownerToken(organization) {
      if (await store.hasMembers(uuidOf(organization))) return null;
      return linkToken(`owner of ${organization}`);
    },

    async createOwner(organization, { token, name, email, password }) {
      const given = Buffer.from(token);
      const expected = Buffer.from(linkToken(`owner of ${organization}`));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw usedLink();
      const { password: hasher } = await authentication.$context;
      const person = {
        id: uuidOf(newId('psn')),
        name,
        email: email.toLowerCase(),
        credentialId: uuidOf(newId('crd')),
        passwordHash: await hasher.hash(password),
        at: new Date(clock.now()),
      };
      const made = await store.insertOwner(uuidOf(organization), person, uuidOf(newId('mem')));
      if (made === 'has_members') throw usedLink();
      if (made === 'email_taken') {
        throw new Problem(
          'conflict',
          'Somebody has an account with this e-mail address already. Use another one.',
        );
      }
      return open({ email, password });
    },

    async signIn(credentials) {
      const attempt = await throttle.enter(signIns, credentials);
      const opened = await open(credentials);
      await attempt.succeeded();
      return opened;
    },

    async signOut(cookie) {
      const { headers } = await authentication.api.signOut({
        headers: new Headers({ cookie }),
        returnHeaders: true,
      });
      return headers.getSetCookie();
    },

    async session({ person, organizationId }) {
      const session = await sessionOf(person, organizationId);
      if (session === null) throw new Problem('unauthenticated', 'The session has ended. Sign in again.');
      return session;
    },
  };
}

/** One answer for unknown addresses and wrong passwords. */
function wrongPassword(): Problem {
  return new Problem(
    'unauthenticated',
    'E-mail address and password do not belong together. Check both, or have a link sent that sets a new password.',
  );
}

function usedLink(): Problem {
  return new Problem(
    'invalid_link',
    'This link is not valid, or was used already. The first account is made with the one that the server shows when it starts; everybody else is invited.',
  );
}
