import type { Earning, PayoutDetail } from '@fanfare/client';
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { payouts as text } from '#strings/payouts.ts';
import { useList } from '../api/index.ts';
import { Amount, type Column, Copyable, DataTable, Moment, StateBadge } from '../elements/index.ts';

const { earnings: words } = text.page;
const mostRead = 250;

/** Which earnings a payout pays, each with its exact amount. */
export function PayoutEarnings({ payout }: { readonly payout: PayoutDetail }) {
  const earnings = useList('/v1/campaigns/{id}/earnings', {
    path: { id: payout.campaign_id },
    query: { participant_id: payout.participant_id, reward_id: payout.reward_id, limit: mostRead },
  });
  const rows = useMemo(
    () => earnings.rows?.filter(({ id }) => payout.earning_ids.includes(id)),
    [earnings.rows, payout.earning_ids],
  );
  const columns = useMemo(() => columnsIn(payout.unit), [payout.unit]);
  return (
    <DataTable
      label={words.label}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      error={earnings.error}
      again={() => void earnings.refetch()}
      empty={
        <Text size="sm" c="dimmed" p="md">
          {words.gone}
        </Text>
      }
      more={{
        has: earnings.hasNextPage && (rows?.length ?? 0) < payout.earning_ids.length,
        loading: earnings.isFetchingNextPage,
        load: () => void earnings.fetchNextPage(),
      }}
    />
  );
}

const columnsIn = (unit: string): readonly Column<Earning>[] => [
  { id: 'earning', header: words.columns.earning, cell: ({ id }) => <Copyable value={id} what={id} /> },
  {
    id: 'amount',
    header: words.columns.amount,
    cell: ({ amount }) => <Amount value={amount} unit={unit} />,
    align: 'right',
  },
  { id: 'state', header: words.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'earned', header: words.columns.earned, cell: ({ created_at }) => <Moment at={created_at} /> },
];
