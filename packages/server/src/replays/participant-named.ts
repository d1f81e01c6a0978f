import type { Participants } from '../campaigns/index.ts';
import { type OrganizationId, type ParticipantId, parseId } from '../ids.ts';
import { Problem } from '../problems.ts';

/** Whom our id or the organization's own means. Throws `unknown_participant`. */
export async function participantNamed(
  participants: Pick<Participants, 'find' | 'findByExternalId'>,
  organization: OrganizationId,
  text: string,
  pointer = '/participant_id',
): Promise<ParticipantId> {
  const id = parseId('usr', text);
  const participant =
    id === null
      ? await participants.findByExternalId(organization, text)
      : await participants.find(organization, id);
  if (participant !== null) return id ?? participant.id;
  const detail = `Nobody in this organization is ${text}. Expected our id (usr_…) or your own id of a participant.`;
  throw new Problem('unknown_participant', detail, { faults: [{ pointer, detail }] });
}
