import type { PayoutDetail } from '@fanfare/client';
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { payouts as text } from '#strings/payouts.ts';
import { type Column, DataTable, Moment, none, StateBadge } from '../elements/index.ts';

const { page } = text;
const { attempts: words } = page;

type Attempt = PayoutDetail['attempts'][number];

/** Every request to pay, the newest first, leading to what was sent and answered. */
export function PayoutAttempts({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const rows = useMemo(() => attempts.toReversed(), [attempts]);
  return (
    <DataTable
      label={words.label}
      columns={columns}
      rows={rows}
      rowId={({ number }) => String(number)}
      empty={
        <Text size="sm" c="dimmed" p="md">
          {words.none}
        </Text>
      }
    />
  );
}

const columns: readonly Column<Attempt>[] = [
  { id: 'number', header: words.columns.number, cell: ({ number }) => words.number(number) },
  {
    id: 'asked',
    header: words.columns.asked,
    cell: ({ requested_at }) => <Moment at={requested_at} />,
  },
  { id: 'by', header: words.columns.by, cell: ({ requested_by }) => page.requesters[requested_by] },
  {
    id: 'outcome',
    header: words.columns.outcome,
    cell: ({ outcome }) => (outcome === null ? words.open : <StateBadge state={outcome} />),
  },
  { id: 'answer', header: words.columns.answer, cell: Answer },
  { id: 'settled', header: words.columns.settled, cell: Settled },
  {
    id: 'delivery',
    header: words.columns.delivery,
    cell: ({ delivery_id }) =>
      delivery_id === null ? (
        words.gone
      ) : (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/history/$deliveryId" params={{ deliveryId: delivery_id }} {...props} />
          )}
        >
          {words.look}
        </Anchor>
      ),
  },
];

function Answer({ status, reason, outcome }: Attempt) {
  if (status === null && reason === null) return outcome === null ? none : words.noAnswer;
  return (
    <>
      {status}
      {reason !== null && (
        <Text size="xs" c="dimmed" maw={320} style={{ overflowWrap: 'anywhere' }}>
          {reason}
        </Text>
      )}
    </>
  );
}

function Settled({ settled_at, settled_by, reference }: Attempt) {
  if (settled_at === null) return none;
  return (
    <>
      <Moment at={settled_at} />
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {settled_by !== null && page.settlers[settled_by]}
        {reference !== null && ` · ${reference}`}
      </Text>
    </>
  );
}
