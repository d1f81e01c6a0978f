import { type AuditNote, recorded } from '../audit/index.ts';
import { idFromUuid, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import { createPeopleStore, type Database } from '../storage/index.ts';
import { addressChangedMail, newAddressMail, type SendMail } from './account-mails.ts';
import { checkPresentPassword, type PresentPassword } from './present-password.ts';
import type { PersonPrincipal } from './principal.ts';
import { actorFrom, invalidLink, type Person, type Sessions } from './sessions.ts';
import { createSignInThrottle, emailChanges } from './sign-in-throttle.ts';

/** A change of the address that somebody signs in with. It counts once a link that goes to the new one is opened. */
export interface OwnEmail {
  /**
   * Mails the link. Throws `invalid_request` for another present password or the present address, `forbidden` where
   * there is no mail server, `too_many_requests`, and `unavailable` when the mail server does not take it.
   */
  requestChange(
    by: PersonPrincipal,
    given: PresentPassword & { readonly email: string },
  ): Promise<{ readonly email: string; readonly expiresAt: Date }>;
  /**
   * Nobody but the person opens it, so an address that was mistyped gets nobody an account. Throws `invalid_link`, and
   * `conflict` when somebody else has the address.
   */
  confirmChange(by: PersonPrincipal, token: string): Promise<Person>;
  /** The link, for whoever operates Fanfare to hand over; null when nobody has an account with the present address. */
  linkFor(present: string, next: string): Promise<string | null>;
}

/** Whether a text may be an e-mail address: what the API checks more closely. */
export function isAddress(text: string | undefined): text is string {
  return text !== undefined && text.length <= 254 && /^[^@\s]+@[^@\s]+$/.test(text);
}

const linkLifeMs = 3_600_000;

export function createOwnEmail(parts: {
  readonly database: Database;
  readonly sessions: Pick<Sessions, 'passwords' | 'linkToken' | 'isLinkToken'>;
  /** Null: no mail server was configured. */
  readonly send: SendMail | null;
  /** Of a mail that nobody waits for. */
  readonly onMailTrouble: (error: unknown) => void;
  readonly origin: string;
  readonly clock: { now(): number };
}): OwnEmail {
  const { sessions, clock, origin, send } = parts;
  const people = createPeopleStore(parts.database);
  const throttle = createSignInThrottle(parts);

  /** Once the address or the password is another, none of them is valid any more. */
  function secretOf(person: Person, next: string, expiresMs: number, hash: string): string {
    return `address of ${person.id} from ${person.email} to ${next} until ${expiresMs} with ${hash}`;
  }

  function linkOf(person: Person, next: string, hash: string, expiresMs: number): string {
    const mac = sessions.linkToken(secretOf(person, next, expiresMs, hash));
    return `${origin}/new-address#${expiresMs}.${Buffer.from(next).toString('base64url')}.${mac}`;
  }

  async function notesOn(
    person: Person,
    action: string,
    change: { readonly from: string; readonly to: string },
  ): Promise<readonly AuditNote[]> {
    return (await people.memberships(uuidOf(person.id))).map(({ organizationId }) => ({
      organizationId: idFromUuid('org', organizationId),
      actor: actorFrom(person),
      action,
      target: { kind: 'person', id: person.id, name: person.name },
      before: { email: change.from },
      after: { email: change.to },
    }));
  }

  return {
    async requestChange({ person }, { email, ...present }) {
      const next = email.toLowerCase();
      const hash = await checkPresentPassword(
        { people, passwords: sessions.passwords, throttle },
        person,
        present,
      );
      if (send === null) throw noMailServer();
      if (next === person.email) throw isPresentAddress();
      await throttle.enter(emailChanges, { email: person.email, address: present.address });
      const expiresMs = clock.now() + linkLifeMs;
      const notes = await notesOn(person, 'person.email_change_requested', { from: person.email, to: next });
      await recorded(
        async () => {
          try {
            await send(newAddressMail({ to: next, link: linkOf(person, next, hash, expiresMs), origin }));
          } catch (error) {
            throw new Problem(
              'unavailable',
              'The mail server did not take the mail. Check the address and try again, or ask whoever operates this Fanfare.',
              { cause: error },
            );
          }
        },
        () => notes,
      );
      return { email: next, expiresAt: new Date(expiresMs) };
    },

    async confirmChange({ person }, token) {
      const [expires = '', encoded = '', mac = ''] = token.split('.', 3);
      const expiresMs = Number(expires);
      const next = Buffer.from(encoded, 'base64url').toString();
      const hash = await people.passwordHash(uuidOf(person.id));
      if (hash === null || !(clock.now() < expiresMs)) throw invalidLink();
      if (!sessions.isLinkToken(secretOf(person, next, expiresMs, hash), mac)) throw invalidLink();
      const change = { from: person.email, to: next };
      const notes = await notesOn(person, 'person.email_changed', change);
      const done = await recorded(
        () => people.changeEmail(uuidOf(person.id), change, new Date(clock.now())),
        (outcome) => (outcome === 'changed' ? notes : []),
      );
      if (done === 'gone') throw invalidLink();
      if (done === 'taken') throw addressTaken(next);
      // Whoever has the old address learns of it, whether the mail server takes it or not.
      send?.(addressChangedMail({ to: person.email, next, origin })).catch(parts.onMailTrouble);
      return { ...person, email: next };
    },

    async linkFor(present, next) {
      const row = await people.withEmail(present.toLowerCase());
      if (row === null) return null;
      const hash = await people.passwordHash(row.id);
      if (hash === null) return null;
      const person = { ...row, id: idFromUuid('psn', row.id) };
      return linkOf(person, next.toLowerCase(), hash, clock.now() + linkLifeMs);
    },
  };
}

function noMailServer(): Problem {
  return new Problem(
    'forbidden',
    'This Fanfare has no mail server to send the link with. Ask whoever operates it for one: fanfare people address <e-mail> <new e-mail>.',
  );
}

function isPresentAddress(): Problem {
  const detail = 'This is your address already; expected another one.';
  return new Problem('invalid_request', detail, { faults: [{ pointer: '/email', detail }] });
}

function addressTaken(email: string): Problem {
  return new Problem(
    'conflict',
    `Somebody has an account with the address ${email} already. Use another one.`,
  );
}
