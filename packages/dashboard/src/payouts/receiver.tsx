import type { Payout } from '@fanfare/client';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** Whom a payout is for. */
export function receiverName({ participant_id, participant_email, participant_external_id }: Payout): string {
  return participant_email ?? participant_external_id ?? participant_id;
}

/** The same, leading to them. */
export function Receiver({ payout }: { readonly payout: Payout }) {
  return (
    <Anchor
      size="sm"
      style={{ overflowWrap: 'break-word' }}
      renderRoot={(props) => (
        <Link
          to="/participants/$participantId"
          params={{ participantId: payout.participant_id }}
          {...props}
        />
      )}
    >
      {receiverName(payout)}
    </Anchor>
  );
}
