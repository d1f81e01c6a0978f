import type { CampaignParticipant } from '@fanfare/client';
import { Badge, Group, Stack, Text } from '@mantine/core';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { useList } from '../api/index.ts';
import { type Column, count, DataTable, Moment, Nothing, none } from '../elements/index.ts';
import { useCampaign } from './campaign.ts';
import { ParticipantLink } from './participant-link.tsx';
import { points } from './points.ts';

const text = campaignTabs.participants;
const board = campaignTabs.leaderboard;

/** Everybody in the campaign, those without points and test participants too. */
export function ParticipantsTab() {
  const { id } = useCampaign();
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/participants',
    { path: { id } },
  );
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {text.hint}
      </Text>
      <DataTable
        label={text.label}
        columns={columns}
        rows={rows}
        rowId={({ participant_id }) => participant_id}
        error={error}
        again={() => void refetch()}
        empty={<Nothing title={text.empty.title} description={text.empty.description} />}
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
    </Stack>
  );
}

const columns: readonly Column<CampaignParticipant>[] = [
  {
    id: 'person',
    header: campaignTabs.person,
    cell: (person) => (
      <Group gap="xs">
        <ParticipantLink row id={person.participant_id} known={person} />
        {person.test && (
          <Badge variant="light" color="gray" tt="none">
            {text.test}
          </Badge>
        )}
      </Group>
    ),
  },
  {
    id: 'joined',
    header: board.joined,
    cell: ({ joined_at }) => (joined_at === null ? text.notJoined : <Moment at={joined_at} />),
  },
  {
    id: 'total',
    header: board.total,
    align: 'right',
    cell: ({ total_points }) => <strong>{points(total_points)}</strong>,
  },
  { id: 'rank', header: board.rank, align: 'right', cell: ({ rank }) => rank ?? none },
  {
    id: 'referral',
    header: board.referral,
    align: 'right',
    cell: ({ referral_points }) => points(referral_points),
    wide: true,
  },
  {
    id: 'ugc',
    header: board.ugc,
    align: 'right',
    cell: ({ ugc_points }) => points(ugc_points),
    wide: true,
  },
  {
    id: 'referrals',
    header: board.referrals,
    align: 'right',
    cell: ({ referral_count }) => count(referral_count),
    wide: true,
  },
  {
    id: 'score',
    header: board.score,
    align: 'right',
    cell: ({ best_score }) => (best_score === null ? none : points(best_score)),
    wide: true,
  },
];
