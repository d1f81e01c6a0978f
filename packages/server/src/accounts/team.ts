import { recorded } from '../audit/index.ts';
import {
  type InvitationId,
  idFromUuid,
  newId,
  type OrganizationId,
  type PersonId,
  parseId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import {
  createTeamStore,
  type Database,
  type InvitationRow,
  type MemberRow,
  type NewPerson,
  type OfferedInvitation,
  type TeamChange,
} from '../storage/index.ts';
import type { SendMail } from './account-mails.ts';
import type { Role } from './permissions.ts';
import type { PersonPrincipal } from './principal.ts';
import {
  actorFrom,
  invalidLink,
  type Person,
  type Session,
  type Sessions,
  type WithCookies,
} from './sessions.ts';

export interface Member {
  readonly personId: PersonId;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly joinedAt: Date;
  /** When they used a session in this organization last, to the minute. Null: not yet. */
  readonly seenAt: Date | null;
}

export interface Invitation {
  readonly id: InvitationId;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: PersonId;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** What the link of an invitation leads to. */
export interface InvitationOffer {
  readonly email: string;
  readonly role: Role;
  readonly organizationName: string;
  readonly inviterName: string;
  /** Whether there is an account with this address, whose password accepts. */
  readonly hasAccount: boolean;
  readonly expiresAt: Date;
}

/** Who belongs to an organization, with which role, and who is invited. */
export interface Team {
  members(organization: OrganizationId, before: Uuid | null, limit: number): Promise<readonly Member[]>;
  /** Counts at once, on every node. Throws `not_found`, `forbidden` where only owners may, `conflict` for the last owner. */
  changeRole(by: PersonPrincipal, person: PersonId, role: Role): Promise<Member>;
  /** Signs them out. Throws as `changeRole`. */
  remove(by: PersonPrincipal, person: PersonId): Promise<void>;
  /** `link`: to be given to them; null when it was mailed to them. Throws `forbidden`, `conflict`. */
  invite(
    by: PersonPrincipal,
    to: { readonly email: string; readonly role: Role },
  ): Promise<Invitation & { readonly link: string | null }>;
  invitations(
    organization: OrganizationId,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Invitation[]>;
  /** False when there is none that could be accepted. */
  cancelInvitation(organization: OrganizationId, invitation: InvitationId): Promise<boolean>;
  /** What the link with this token leads to. Throws `invalid_link`. */
  offer(token: string): Promise<InvitationOffer>;
  /**
   * Makes an account, or adds to the one with this address, whose password it must then be; and signs in. Throws
   * `invalid_link`, `wrong_password`, `too_many_requests`, and `invalid_request` for a new account without `name`.
   */
  accept(given: {
    readonly token: string;
    readonly name: string | undefined;
    readonly password: string;
    readonly address: string;
  }): Promise<WithCookies<Session>>;
}

const invitationLifeMs = 7 * 86_400_000;
/** Open ones of an organization. */
const mostInvitations = 100;

export function createTeam(parts: {
  readonly database: Database;
  readonly sessions: Pick<Sessions, 'newPerson' | 'signInTo' | 'linkToken' | 'isLinkToken'>;
  /** Null: no mail server was configured. */
  readonly send: SendMail | null;
  readonly origin: string;
  readonly clock: { now(): number };
}): Team {
  const { sessions, clock } = parts;
  const store = createTeamStore(parts.database);
  const now = () => new Date(clock.now());
  const secretOf = (id: InvitationId) => `invitation ${id}`;

  async function invitationOf(token: string): Promise<OfferedInvitation> {
    const [text = '', mac = ''] = token.split('.', 2);
    const id = parseId('inv', text);
    if (id === null || !sessions.isLinkToken(secretOf(id), mac)) throw invalidLink();
    const invitation = await store.invitation(uuidOf(id), now());
    if (invitation === null) throw invalidLink();
    return invitation;
  }

  return {
    members: async (organization, before, limit) =>
      (await store.members(uuidOf(organization), before, limit)).map(shownMember),

    async changeRole(by, person, role) {
      const organization = uuidOf(by.organizationId);
      refuse(await store.changeRole(organization, uuidOf(person), role, by.role === 'owner'));
      const member = await store.member(organization, uuidOf(person));
      if (member === null) throw notFound();
      return shownMember(member);
    },

    async remove(by, person) {
      refuse(await store.remove(uuidOf(by.organizationId), uuidOf(person), by.role === 'owner'));
    },

    async invite(by, { email, role }) {
      if (role === 'owner' && by.role !== 'owner') throw ownersOnly();
      const id = newId('inv');
      const at = clock.now();
      const row: InvitationRow = {
        id: uuidOf(id),
        organizationId: uuidOf(by.organizationId),
        email: email.toLowerCase(),
        role,
        inviterId: uuidOf(by.person.id),
        createdAt: new Date(at),
        expiresAt: new Date(at + invitationLifeMs),
      };
      const done = await store.invite(row, mostInvitations);
      if (done === 'is_member') {
        throw new Problem(
          'conflict',
          `${row.email} belongs to this organization already. Change their role instead.`,
        );
      }
      if (done === 'too_many') {
        throw new Problem(
          'conflict',
          `There are ${mostInvitations} invitations that nobody has accepted yet. Take some back first.`,
        );
      }
      const link = `${parts.origin}/invitation#${id}.${sessions.linkToken(secretOf(id))}`;
      if (parts.send === null) return { ...shownInvitation(row), link };
      try {
        await parts.send({
          to: [row.email],
          subject: oneLine(`${by.person.name} invites you to ${by.organizationName}`),
          text: [
            `${oneLine(by.person.name)} (${by.person.email}) invites you to ${oneLine(by.organizationName)} on Fanfare, as ${role}.`,
            '',
            'This link accepts, within seven days:',
            link,
          ].join('\n'),
          messageId: `<${id}@${new URL(parts.origin).host}>`,
        });
      } catch (error) {
        await store.cancelInvitation(row.organizationId, row.id);
        throw new Problem(
          'unavailable',
          'The mail server did not take the invitation. Try again, or ask whoever operates this Fanfare.',
          {
            cause: error,
          },
        );
      }
      return { ...shownInvitation(row), link: null };
    },

    invitations: async (organization, before, limit) =>
      (await store.invitations(uuidOf(organization), now(), before, limit)).map(shownInvitation),

    cancelInvitation: (organization, id) => store.cancelInvitation(uuidOf(organization), uuidOf(id)),

    async offer(token) {
      const { email, role, organizationName, inviterName, hasAccount, expiresAt } = await invitationOf(token);
      return { email, role, organizationName, inviterName, hasAccount, expiresAt };
    },

    async accept({ token, name, password, address }) {
      const invitation = await invitationOf(token);
      const { email } = invitation;
      const id = idFromUuid('inv', invitation.id);
      const organization = idFromUuid('org', invitation.organizationId);
      const memberId = uuidOf(newId('mem'));
      const acceptAs = (who: Person, newcomer: NewPerson | null) =>
        recorded(
          () => store.accept(uuidOf(id), now(), memberId, newcomer),
          (outcome) =>
            outcome !== 'accepted'
              ? []
              : [
                  {
                    organizationId: organization,
                    actor: actorFrom(who),
                    action: 'invitation.accepted',
                    target: { kind: 'invitation', id, name: email },
                    before: null,
                    after: { person_id: who.id, role: invitation.role },
                  },
                ],
        );
      if (!invitation.hasAccount) {
        if (name === undefined) throw nameMissing();
        const person = await sessions.newPerson({ name, email, password });
        const asNew = await acceptAs({ id: idFromUuid('psn', person.id), name, email }, person);
        if (asNew === 'accepted') return sessions.signInTo({ email, password, address }, organization);
        if (asNew !== 'has_account') throw invalidLink();
      }
      // Whoever has the link must also be who has the account.
      return sessions.signInTo({ email, password, address }, organization, async (who) => {
        if ((await acceptAs(who, null)) !== 'accepted') throw invalidLink();
      });
    },
  };
}

function refuse(change: TeamChange): void {
  if (change === 'not_found') throw notFound();
  if (change === 'owners_only') throw ownersOnly();
  if (change === 'last_owner') {
    throw new Problem('conflict', 'This is the last owner. Make somebody else an owner first.');
  }
}

function nameMissing(): Problem {
  const detail = 'expected the name of the new account: nobody has one with this address yet';
  return new Problem('invalid_request', `The body is not as expected at /name: ${detail}.`, {
    faults: [{ pointer: '/name', detail }],
  });
}

function ownersOnly(): Problem {
  return new Problem(
    'forbidden',
    'Only an owner makes somebody an owner, or changes or removes one. Ask an owner.',
  );
}

function shownMember(row: MemberRow): Member {
  return { ...row, personId: idFromUuid('psn', row.personId) };
}

function shownInvitation(row: InvitationRow): Invitation {
  const { email, role, createdAt, expiresAt } = row;
  return {
    id: idFromUuid('inv', row.id),
    email,
    role,
    invitedBy: idFromUuid('psn', row.inviterId),
    createdAt,
    expiresAt,
  };
}

/** Names are the owner's: none may begin a header of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300);
}
