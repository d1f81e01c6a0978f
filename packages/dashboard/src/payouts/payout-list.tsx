import type { Payout } from '@fanfare/client';
import { Button, Stack } from '@mantine/core';
import { IconCash } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { payouts as text } from '#strings/payouts.ts';
import { useList } from '../api/index.ts';
import {
  Amount,
  type Column,
  count,
  DataTable,
  Moment,
  Nothing,
  RowLink,
  StateBadge,
} from '../elements/index.ts';
import { PayoutFilters } from './payout-filters.tsx';
import { Receiver } from './receiver.tsx';

const route = getRouteApi('/signed-in/payouts');
const { list } = text;

const columns: readonly Column<Payout>[] = [
  {
    id: 'payout',
    header: list.columns.payout,
    cell: ({ id, reward_name }) => (
      <RowLink to="/payouts/$payoutId" params={{ payoutId: id }}>
        {reward_name}
      </RowLink>
    ),
  },
  {
    id: 'amount',
    header: list.columns.amount,
    cell: ({ amount, unit }) => <Amount value={amount} unit={unit} />,
    align: 'right',
  },
  { id: 'who', header: list.columns.who, cell: (payout) => <Receiver payout={payout} /> },
  { id: 'state', header: list.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'attempt', header: list.columns.attempt, cell: ({ attempt }) => count(attempt), align: 'right' },
  { id: 'campaign', header: list.columns.campaign, cell: ({ campaign_name }) => campaign_name, wide: true },
  {
    id: 'asked',
    header: list.columns.asked,
    cell: ({ requested_at, created_at }) => <Moment at={requested_at ?? created_at} />,
  },
];

/** Payouts by what the address asks for, as they change. */
export function PayoutList() {
  const { view: _, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const payouts = useList('/v1/payouts', {
    query: {
      state: search.state,
      campaign_id: search.campaign,
      reward_id: search.reward,
      participant_id: search.participant,
    },
  });
  const narrowed = Object.keys(search).length > 0;

  return (
    <Stack gap="md">
      {(narrowed || payouts.rows?.length !== 0) && (
        <PayoutFilters
          search={search}
          onChange={(change) =>
            void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
          }
        />
      )}
      <DataTable
        label={list.label}
        columns={columns}
        rows={payouts.rows}
        rowId={({ id }) => id}
        error={payouts.error}
        again={() => void payouts.refetch()}
        empty={narrowed ? <NothingMatches /> : <NoPayouts />}
        more={{
          has: payouts.hasNextPage,
          loading: payouts.isFetchingNextPage,
          load: () => void payouts.fetchNextPage(),
        }}
      />
    </Stack>
  );
}

function NoPayouts() {
  const { title, description, action } = list.empty;
  return (
    <Nothing
      title={title}
      description={description}
      icon={<IconCash />}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/campaigns" {...props} />}>
          {action}
        </Button>
      }
    />
  );
}

function NothingMatches() {
  const { title, description, action } = list.nothingMatches;
  return (
    <Nothing
      title={title}
      description={description}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/payouts" search={{}} {...props} />}>
          {action}
        </Button>
      }
    />
  );
}
