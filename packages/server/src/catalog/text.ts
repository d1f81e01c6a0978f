import { z } from 'zod';
import type { ParticipantId } from '../ids.ts';

const loneSurrogate = /\p{Surrogate}/u;

/**
 * Text that PostgreSQL can store and every receiver's JSON parser can read: no NUL character, and no
 * half of a surrogate pair (which has no UTF-8 form).
 */
export function isSafeText(text: string): boolean {
  return !text.includes('\u0000') && !loneSurrogate.test(text);
}

export const unsafeTextDetail =
  'Found a NUL character or half of a surrogate pair; expected text that has a UTF-8 form. Remove the character.';

/** Text of 1 to `max` UTF-16 units. */
export function text(max: number) {
  return z.string().min(1).max(max).refine(isSafeText, { error: unsafeTextDetail });
}

/** Text that may be unknown: left out and null mean the same. */
export function optionalText(max: number) {
  return text(max).nullable().default(null);
}

/** The id of something the organization names itself: a task, a quest, a trigger, a reward. */
export const identifier = text(128);

/** An organization's own id for a person. */
export const externalId = text(200);

export const participantId = z
  .custom<ParticipantId>(
    (value) => typeof value === 'string' && /^usr_[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(value),
    { error: 'Expected a participant id of the form usr_… (26 characters after the underscore).' },
  )
  .meta({ type: 'string', pattern: '^usr_[0-7][0-9a-hjkmnp-tv-z]{25}$' });

/** A thing with an id and a name. */
export const named = z.strictObject({ id: identifier, name: text(200) });

/** Something that has an id and nothing else worth telling. */
export const identified = z.strictObject({ id: identifier });

/** The account through which somebody acted: a platform and the person's name on it. */
export const account = z
  .strictObject({ platform: text(50), name: text(200) })
  .nullable()
  .default(null);

interface Identified {
  readonly id: string | null;
  readonly external_id: string | null;
}

export const namelessPerson = { error: 'Found neither id nor external_id; expected at least one of them.' };

/** Whether a person is known by our id, by the organization's own, or both. */
export function isIdentified(person: Identified): boolean {
  return person.id !== null || person.external_id !== null;
}

/** Another person than the one the event is about: by our id, by the organization's own, or both. */
export const personReference = z
  .strictObject({
    id: participantId.nullable().default(null),
    external_id: externalId.nullable().default(null),
  })
  .refine(isIdentified, namelessPerson);

export type PersonReference = z.output<typeof personReference>;
