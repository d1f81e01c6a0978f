import { useMemo } from 'react';
import { DeliveryHistory } from '../history/index.ts';
import { useParticipant } from './participant.ts';

/** Everything that was delivered about them. */
export function DeliveriesTab() {
  const { id } = useParticipant();
  const fixed = useMemo(() => ({ participantId: id }), [id]);
  return <DeliveryHistory fixed={fixed} />;
}
