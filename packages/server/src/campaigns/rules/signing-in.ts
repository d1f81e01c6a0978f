import type { Action } from './action.ts';
import { tell } from './events.ts';
import type { Turn } from './turn.ts';

/** Signing in is told and changes no counter. It makes nobody a participant and is possible whenever the campaign is. */
export function signIn(turn: Turn, action: Extract<Action, { kind: 'sign_in' }>): void {
  const { sessionId, method, account } = action;
  tell(turn, turn.actor, 'user.signed_in', { session: { id: sessionId }, method, account });
}
