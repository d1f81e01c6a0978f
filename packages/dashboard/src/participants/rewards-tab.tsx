import type { Earning, Reward } from '@fanfare/client';
import { Anchor, Group } from '@mantine/core';
import { IconGift } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { participants } from '#strings/participants.ts';
import { useList, useRead } from '../api/index.ts';
import { Amount, type Column, DataTable, Moment, Nothing, none, StateBadge } from '../elements/index.ts';
import { InCampaign } from './in-campaign.tsx';
import { useParticipant } from './participant.ts';

const text = participants.rewards;

export function RewardsTab() {
  const { id } = useParticipant();
  return (
    <>
      <InCampaign>{(campaignId) => <Earnings campaignId={campaignId} participantId={id} />}</InCampaign>
      <Group mt="md">
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/payouts" search={{ participant: id }} {...props} />}
        >
          {text.payouts}
        </Anchor>
      </Group>
    </>
  );
}

function Earnings({
  campaignId,
  participantId,
}: {
  readonly campaignId: string;
  readonly participantId: string;
}) {
  const path = { id: campaignId };
  const earnings = useList('/v1/campaigns/{id}/earnings', { path, query: { participant_id: participantId } });
  const rewards = useRead('/v1/campaigns/{id}/rewards', { path }).data;
  const columns = useMemo(
    () => columnsWith(new Map(rewards?.data.map((reward) => [reward.id, reward]))),
    [rewards],
  );
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={earnings.rows}
      rowId={({ id }) => id}
      error={earnings.error}
      again={() => void earnings.refetch()}
      empty={<Nothing title={text.empty.title} description={text.empty.description} icon={<IconGift />} />}
      more={{
        has: earnings.hasNextPage,
        loading: earnings.isFetchingNextPage,
        load: () => void earnings.fetchNextPage(),
      }}
    />
  );
}

function columnsWith(rewards: ReadonlyMap<string, Reward>): readonly Column<Earning>[] {
  return [
    {
      id: 'reward',
      header: text.columns.reward,
      cell: ({ reward_id }) => rewards.get(reward_id)?.name ?? text.gone,
    },
    {
      id: 'amount',
      header: text.columns.amount,
      align: 'right',
      cell: ({ amount, reward_id }) => <Amount value={amount} unit={rewards.get(reward_id)?.unit} />,
    },
    { id: 'state', header: text.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
    { id: 'earned', header: text.columns.earned, cell: ({ created_at }) => <Moment at={created_at} /> },
    { id: 'claimed', header: text.columns.claimed, cell: ({ claimed_at }) => <Moment at={claimed_at} /> },
    {
      id: 'payout',
      header: text.columns.payout,
      cell: ({ payout_id }) =>
        payout_id === null ? (
          none
        ) : (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/payouts/$payoutId" params={{ payoutId: payout_id }} {...props} />
            )}
          >
            {text.payout}
          </Anchor>
        ),
    },
  ];
}
