import { type Uuid, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import type { Person, Sessions } from './sessions.ts';
import { changes, type SignInThrottle } from './sign-in-throttle.ts';

/** What is asked of who is signed in before they change what they sign in with. */
export interface PresentPassword {
  readonly password: string;
  /** Where the request comes from. */
  readonly address: string;
}

/**
 * Gives the hash of the present password. Throws `invalid_request` for another one, `too_many_requests` after too many:
 * whoever found an open session cannot guess it.
 */
export async function checkPresentPassword(
  parts: {
    readonly people: { passwordHash(personId: Uuid): Promise<string | null> };
    readonly passwords: Sessions['passwords'];
    readonly throttle: SignInThrottle;
  },
  person: Person,
  { password, address }: PresentPassword,
): Promise<string> {
  const attempt = await parts.throttle.enter(changes, { email: person.email, address });
  const hash = await parts.people.passwordHash(uuidOf(person.id));
  if (hash === null || !(await parts.passwords.isOf(hash, password))) throw wrongPresentPassword();
  await attempt.succeeded();
  return hash;
}

export function wrongPresentPassword(): Problem {
  const detail = 'This is not your present password. If you forgot it, have a link sent that sets a new one.';
  return new Problem('invalid_request', detail, {
    faults: [{ pointer: '/current_password', detail }],
  });
}
