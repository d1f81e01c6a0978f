import type { ParticipantSnapshot } from '../catalog/index.ts';

/** The id the organization gave this person, else ours. */
export function ownId(person: ParticipantSnapshot): string {
  return person.external_id ?? person.id;
}

/** Our id of somebody else whom the event mentions, else the organization's; the catalogue asks for one of them. */
export function mentionedId(person: {
  readonly id: string | null;
  readonly external_id: string | null;
}): string | null {
  return person.id ?? person.external_id;
}

/** First and last name in one, as far as known. */
export function fullName(person: ParticipantSnapshot): string | null {
  if (person.first_name === null) return person.last_name;
  return person.last_name === null ? person.first_name : `${person.first_name} ${person.last_name}`;
}
