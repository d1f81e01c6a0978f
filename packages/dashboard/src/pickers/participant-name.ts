import type { Participant } from '@fanfare/client';

type Named = Pick<Participant, 'id' | 'external_id' | 'email' | 'first_name' | 'last_name' | 'wallet'>;

/** What to call somebody: by name, address, own id or wallet, whichever is known first. */
export function participantName({ id, external_id, email, first_name, last_name, wallet }: Named): string {
  const name = [first_name, last_name].filter((part) => part !== null).join(' ');
  if (name !== '') return name;
  return email ?? external_id ?? wallet ?? id;
}
