import type { ParticipantDetail } from '@fanfare/client';
import { createContext, useContext } from 'react';

/** Whose page it is. */
export const ParticipantContext = createContext<ParticipantDetail | null>(null);

export function useParticipant(): ParticipantDetail {
  const participant = useContext(ParticipantContext);
  if (participant === null) throw new Error('This is only shown on the page of a participant');
  return participant;
}
