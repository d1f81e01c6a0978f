import type { Referral } from '@fanfare/client';
import { Group, Stack, Text } from '@mantine/core';
import { IconUsersPlus } from '@tabler/icons-react';
import { participants } from '#strings/participants.ts';
import { useList } from '../api/index.ts';
import { ParticipantLink, points } from '../campaigns/index.ts';
import { type Column, DataTable, Moment, Nothing, StateBadge } from '../elements/index.ts';
import { InCampaign } from './in-campaign.tsx';
import { useParticipant } from './participant.ts';

const text = participants.referrals;

const columns: readonly Column<Referral>[] = [
  {
    id: 'who',
    header: text.columns.who,
    cell: ({ claimer }) => <ParticipantLink id={claimer.id} row />,
  },
  { id: 'state', header: text.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'bonus',
    header: text.columns.bonus,
    align: 'right',
    cell: ({ bonus_points }) => points(bonus_points),
  },
  { id: 'linked', header: text.columns.linked, cell: ({ linked_at }) => <Moment at={linked_at} /> },
  {
    id: 'converted',
    header: text.columns.converted,
    cell: ({ converted_at }) => <Moment at={converted_at} />,
  },
];

/** Through whom they came, and whom they brought. */
export function ReferralsTab() {
  const { id, participations } = useParticipant();
  return (
    <InCampaign>
      {(campaignId) => (
        <Stack gap="md">
          <BroughtBy
            id={participations.find(({ campaign_id }) => campaign_id === campaignId)?.referrer_id ?? null}
          />
          <Brought campaignId={campaignId} participantId={id} />
        </Stack>
      )}
    </InCampaign>
  );
}

function BroughtBy({ id }: { readonly id: string | null }) {
  return (
    <Group gap={6}>
      <Text size="sm" c="dimmed">
        {text.broughtBy}:
      </Text>
      {id === null ? <Text size="sm">{text.nobody}</Text> : <ParticipantLink id={id} />}
    </Group>
  );
}

function Brought({
  campaignId,
  participantId,
}: {
  readonly campaignId: string;
  readonly participantId: string;
}) {
  const referrals = useList('/v1/campaigns/{id}/referrals', {
    path: { id: campaignId },
    query: { referrer: participantId },
  });
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={referrals.rows}
      rowId={(referral) => referral.id}
      error={referrals.error}
      again={() => void referrals.refetch()}
      empty={
        <Nothing title={text.empty.title} description={text.empty.description} icon={<IconUsersPlus />} />
      }
      more={{
        has: referrals.hasNextPage,
        loading: referrals.isFetchingNextPage,
        load: () => void referrals.fetchNextPage(),
      }}
    />
  );
}
