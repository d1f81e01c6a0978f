import type { Payout } from '@fanfare/client';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** Whom a payout is for, leading to them. */
export function Receiver({ payout }: { readonly payout: Payout }) {
  const { participant_id, participant_email, participant_external_id } = payout;
  return (
    <Anchor
      size="sm"
      style={{ overflowWrap: 'break-word' }}
      renderRoot={(props) => (
        <Link to="/participants/$participantId" params={{ participantId: participant_id }} {...props} />
      )}
    >
      {participant_email ?? participant_external_id ?? participant_id}
    </Anchor>
  );
}
