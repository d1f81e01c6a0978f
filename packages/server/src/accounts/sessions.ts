import { createHmac, timingSafeEqual } from 'node:crypto';
import { isAPIError } from 'better-auth/api';
import { type AuditNote, recorded } from '../audit/index.ts';
import { idFromUuid, newId, type OrganizationId, type PersonId, type Uuid, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import { createPeopleStore, createSessionsStore, type Database, type NewPerson } from '../storage/index.ts';
import type { Keyring } from '../webhooks/index.ts';
import { type Authentication, createAuthentication, isRenewalDue } from './authentication.ts';
import { permissionsOf, type Role } from './permissions.ts';
import type { PersonPrincipal } from './principal.ts';
import { sessionTokenOf } from './session-cookie.ts';
import { createSignInThrottle, resets, signIns } from './sign-in-throttle.ts';

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

/** What makes a request. */
export interface Client {
  readonly address: string;
  /** Null: it did not say. */
  readonly userAgent: string | null;
}

/** People who sign in, and their sessions. */
export interface Sessions {
  /**
   * Whose session the `Cookie` header names; null for none that is valid, or when the person no longer belongs to the
   * organization it works in. Asks the database each time, so what is changed anywhere counts at once.
   */
  authenticate(cookie: string, by: Client): Promise<WithCookies<PersonPrincipal> | null>;
  /** For the one link that makes the first account. Null when the organization has members already. */
  ownerToken(organization: OrganizationId): Promise<string | null>;
  /** Makes the first account of the organization and signs it in. Throws `invalid_link`, `conflict`. */
  createOwner(
    organization: OrganizationId,
    owner: Omit<Credentials, 'address'> & { readonly token: string; readonly name: string },
  ): Promise<WithCookies<Session>>;
  /** Throws `wrong_password` and `too_many_requests`. */
  signIn(credentials: Credentials): Promise<WithCookies<Session>>;
  signOut(cookie: string): Promise<readonly string[]>;
  session(principal: PersonPrincipal): Promise<Session>;
  /** The session works in another organization from now on. Throws `not_found` where the person does not belong to it. */
  switchTo(
    principal: PersonPrincipal,
    cookie: string,
    organization: OrganizationId,
  ): Promise<WithCookies<Session>>;
  /**
   * As `signIn`, in this organization. `known` runs once the password has turned out right, and may make the person a
   * member of it.
   */
  signInTo(
    credentials: Credentials,
    organization: OrganizationId,
    known?: (person: Person) => Promise<void>,
  ): Promise<WithCookies<Session>>;
  /** Passwords as they are stored. */
  readonly passwords: {
    hash(password: string): Promise<string>;
    isOf(hash: string, password: string): Promise<boolean>;
  };
  /** Somebody who is not stored yet. */
  newPerson(person: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
  }): Promise<NewPerson>;
  /** A secret that only this Fanfare can make, for what the text says; it is stored nowhere. */
  linkToken(text: string): string;
  isLinkToken(text: string, given: string): boolean;
  /**
   * Makes a link that sets a new password and hands it to `onReset`, when there is such an account; nobody learns
   * whether. `address` null: the operator asks, who is not counted. Throws `too_many_requests`.
   */
  requestReset(asked: { readonly email: string; readonly address: string | null }): Promise<void>;
  /** Ends all sessions of the account. Throws `invalid_link` when the token was used, or an hour has passed. */
  resetPassword(token: string, password: string): Promise<void>;
}

export interface SessionsParts {
  readonly database: Database;
  readonly keyring: Pick<Keyring, 'derive'>;
  /** Where browsers reach this Fanfare. */
  readonly origin: string;
  readonly clock: { now(): number };
  /** What kept somebody from being authenticated, but for their credentials. */
  readonly onTrouble: (error: unknown) => void;
  readonly onReset: (reset: { readonly email: string; readonly name: string; readonly link: string }) => void;
}

/** A use is written down no more often than this. */
const usesAreWrittenMs = 60_000;

export function createSessions(parts: SessionsParts): Sessions {
  const { clock } = parts;
  const store = createPeopleStore(parts.database);
  const sessions = createSessionsStore(parts.database);
  const throttle = createSignInThrottle(parts);
  const linkKey = parts.keyring.derive('links');
  const authentication: Authentication = createAuthentication({
    ...parts,
    firstOrganizationOf: async (personId) => (await store.memberships(personId))[0]?.organizationId ?? null,
    onReset: ({ email, name, token }) =>
      parts.onReset({ email, name, link: `${parts.origin}/new-password#${token}` }),
  });

  /** Throws `wrong_password`. */
  async function open({
    email,
    password,
  }: Pick<Credentials, 'email' | 'password'>): Promise<WithCookies<Session>> {
    return recorded(
      () => openSession(email, password),
      ({ result }) => [noteOf(result, 'session.created')],
    );
  }

  async function openSession(email: string, password: string): Promise<WithCookies<Session>> {
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
      if (isRefusal(error)) throw wrongPassword();
      throw error;
    }
  }

  async function renew(cookie: string): Promise<readonly string[]> {
    try {
      const headers = new Headers({ cookie });
      return (await authentication.api.getSession({ headers, returnHeaders: true })).headers.getSetCookie();
    } catch (error) {
      throw isAPIError(error) ? unavailable(error) : error;
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

  async function signIn(credentials: Credentials): Promise<WithCookies<Session>> {
    const attempt = await throttle.enter(signIns, credentials);
    const opened = await open(credentials);
    await attempt.succeeded();
    return opened;
  }

  /** `cookie`: of a session of this person, who belongs to the organization. */
  async function activate(
    person: Person,
    cookie: string,
    organization: OrganizationId,
  ): Promise<WithCookies<Session>> {
    const { headers } = await authentication.api.setActiveOrganization({
      body: { organizationId: uuidOf(organization) },
      headers: new Headers({ cookie }),
      returnHeaders: true,
    });
    const session = await sessionOf(person, organization);
    if (session === null) throw notFound();
    return { result: session, cookies: headers.getSetCookie() };
  }

  const passwords: Sessions['passwords'] = {
    hash: async (password) => (await authentication.$context).password.hash(password),
    isOf: async (hash, password) => (await authentication.$context).password.verify({ hash, password }),
  };

  async function setPassword(token: string, newPassword: string): Promise<void> {
    try {
      await authentication.api.resetPassword({ body: { token, newPassword } });
    } catch (error) {
      if (isRefusal(error)) throw invalidLink();
      throw error;
    }
  }

  async function newPerson({
    name,
    email,
    password,
  }: Parameters<Sessions['newPerson']>[0]): Promise<NewPerson> {
    return {
      id: uuidOf(newId('psn')),
      name,
      email: email.toLowerCase(),
      credentialId: uuidOf(newId('crd')),
      passwordHash: await passwords.hash(password),
      at: new Date(clock.now()),
    };
  }

  function linkToken(text: string): string {
    return createHmac('sha256', linkKey).update(text).digest('base64url');
  }

  function isLinkToken(text: string, token: string): boolean {
    const given = Buffer.from(token);
    const expected = Buffer.from(linkToken(text));
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  return {
    async authenticate(cookie, by) {
      const { authCookies, secret } = await authentication.$context;
      const token = sessionTokenOf(cookie, { name: authCookies.sessionToken.name, secret });
      if (token === null) return null;
      const nowMs = clock.now();
      const session = await sessions.use(token, by, new Date(nowMs), new Date(nowMs - usesAreWrittenMs));
      if (session === null) return null;
      const { role, person } = session;
      return {
        result: {
          kind: 'person',
          organizationId: idFromUuid('org', session.organizationId),
          organizationName: session.organizationName,
          person: { ...person, id: idFromUuid('psn', person.id) },
          sessionId: idFromUuid('pss', session.sessionId),
          role,
          permissions: permissionsOf(role),
          unrestricted: role === 'owner',
        },
        cookies: isRenewalDue(session.expiresAt, nowMs) ? await renew(cookie) : [],
      };
    },

    async ownerToken(organization) {
      if (await store.hasMembers(uuidOf(organization))) return null;
      return linkToken(`owner of ${organization}`);
    },

    async createOwner(organization, { token, name, email, password }) {
      if (!isLinkToken(`owner of ${organization}`, token)) throw invalidLink();
      const person = await newPerson({ name, email, password });
      const made = await recorded(
        () => store.insertOwner(uuidOf(organization), person, uuidOf(newId('mem'))),
        (outcome) => (outcome === 'made' ? [ownerNote(organization, person)] : []),
      );
      if (made === 'has_members') throw invalidLink();
      if (made === 'email_taken') {
        throw new Problem(
          'conflict',
          'Somebody has an account with this e-mail address already. Use another one.',
        );
      }
      return open({ email, password });
    },

    signIn,
    passwords,
    newPerson,
    linkToken,
    isLinkToken,

    async signInTo(credentials, organization, known) {
      const { result, cookies } = await signIn(credentials);
      await known?.(result.person);
      return activate(result.person, cookieHeader(cookies), organization);
    },

    async switchTo({ person }, cookie, organization) {
      if ((await store.membership(uuidOf(person.id), uuidOf(organization))) === null) throw notFound();
      return recorded(
        () => activate(person, cookie, organization),
        ({ result }) => [noteOf(result, 'session.switched')],
      );
    },

    async requestReset({ email, address }) {
      if (address !== null) await throttle.enter(resets, { email, address });
      await authentication.api.requestPasswordReset({ body: { email } });
    },

    async resetPassword(token, password) {
      const { internalAdapter } = await authentication.$context;
      const asked = await internalAdapter.findVerificationValue(`reset-password:${token}`);
      const person = asked === null ? null : await internalAdapter.findUserById(asked.value);
      if (person === null) throw invalidLink();
      const memberships = await store.memberships(person.id);
      const whose = { id: idFromUuid('psn', person.id), name: person.name, email: person.email };
      await recorded(
        () => setPassword(token, password),
        () => passwordNotes(whose, memberships),
      );
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

/** Somebody who is signed in, in the audit log. */
export function actorFrom({ id, name, email }: Person) {
  return { kind: 'person', id, name, email } as const;
}

/** A new password, in every organization that the person belongs to. */
export function passwordNotes(
  person: Person,
  memberships: readonly { readonly organizationId: Uuid }[],
): readonly AuditNote[] {
  return memberships.map(({ organizationId }) => ({
    organizationId: idFromUuid('org', organizationId),
    actor: actorFrom(person),
    action: 'person.password_set',
    target: { kind: 'person', id: person.id, name: person.name },
    before: null,
    after: null,
  }));
}

function noteOf({ person, organization }: Session, action: string): AuditNote {
  return {
    organizationId: organization.id,
    actor: actorFrom(person),
    action,
    target: { kind: 'session', id: person.id, name: person.name },
    before: null,
    after: null,
  };
}

function ownerNote(organizationId: OrganizationId, { id, name, email }: NewPerson): AuditNote {
  const person = { id: idFromUuid('psn', id), name, email };
  return {
    organizationId,
    actor: actorFrom(person),
    action: 'member.became_owner',
    target: { kind: 'member', id: person.id, name },
    before: null,
    after: { email, role: 'owner' },
  };
}

/** Whether better-auth refused; throws on what it failed at, which `onTrouble` was told. */
function isRefusal(error: unknown): boolean {
  if (!isAPIError(error)) return false;
  if (error.statusCode < 500) return true;
  throw unavailable(error);
}

function unavailable(cause: unknown): Problem {
  return new Problem('unavailable', 'Nobody can be authenticated just now. Try again.', {
    retryAfterSeconds: 2,
    cause,
  });
}

/** As the browser would send them back. */
function cookieHeader(setCookies: readonly string[]): string {
  return setCookies.map((text) => text.split(';', 1)[0]).join('; ');
}

/** One answer for unknown addresses and wrong passwords. */
function wrongPassword(): Problem {
  return new Problem('wrong_password', 'Check both, or have a link sent that sets a new password.');
}

export function invalidLink(): Problem {
  return new Problem(
    'invalid_link',
    'This link is not valid, has expired, or was used already. Ask whoever gave it to you for a new one; that of the first owner is shown by the server when it starts.',
  );
}
