import type { PayoutDetail } from '@fanfare/client';
import { Alert, type MantineColor, Text } from '@mantine/core';
import { payouts as text } from '#strings/payouts.ts';
import { Moment } from '../elements/index.ts';

const { page } = text;

const colors: Record<PayoutDetail['state'], MantineColor> = {
  requested: 'blue',
  sending: 'blue',
  processing: 'blue',
  failed: 'red',
  paid: 'green',
};

/** Where a payout stands, what it waits for, and what can be done. */
export function PayoutState({ payout }: { readonly payout: PayoutDetail }) {
  const { state } = payout;
  return (
    <Alert color={colors[state]} variant="light" title={page.state[state].title} role="status">
      {state === 'failed' ? (
        <Failed payout={payout} />
      ) : state === 'paid' ? (
        <Paid payout={payout} />
      ) : (
        page.state[state].detail
      )}
    </Alert>
  );
}

function Failed({ payout: { reason, next_attempt_at } }: { readonly payout: PayoutDetail }) {
  return (
    <>
      {reason !== null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {reason}
        </Text>
      )}
      <Text size="sm">
        {next_attempt_at === null ? (
          page.state.failed.claim
        ) : (
          <>
            {page.state.failed.auto} <Moment at={next_attempt_at} />.
          </>
        )}
      </Text>
    </>
  );
}

function Paid({ payout: { settled_at, settled_by, reason } }: { readonly payout: PayoutDetail }) {
  return (
    <>
      <Text size="sm">
        <Moment at={settled_at} />
        {settled_by !== null && `, ${page.settlers[settled_by]}`}
      </Text>
      {reason !== null && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {reason}
        </Text>
      )}
    </>
  );
}
