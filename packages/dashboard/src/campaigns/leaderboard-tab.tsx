import type { HighScore, LeaderboardEntry } from '@fanfare/client';
import { Group, SegmentedControl, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { useList } from '../api/index.ts';
import { type Column, count, DataTable, Nothing, none } from '../elements/index.ts';
import { useCampaign } from './campaign.ts';
import { CsvLink } from './csv-link.tsx';
import { ParticipantLink } from './participant-link.tsx';
import { points } from './points.ts';

const text = campaignTabs.leaderboard;
const route = getRouteApi('/signed-in/campaigns/$campaignId/leaderboard');

export function LeaderboardTab() {
  const { id } = useCampaign();
  const { by = 'points' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={text.by}
          value={by}
          onChange={(chosen) => void navigate({ search: chosen === 'score' ? { by: 'score' } : {} })}
          data={[
            { value: 'points', label: text.byPoints },
            { value: 'score', label: text.byScore },
          ]}
        />
        <CsvLink campaignId={id} table="leaderboard" />
      </Group>
      {by === 'points' ? <ByPoints campaignId={id} /> : <ByScore campaignId={id} />}
    </Stack>
  );
}

function ByPoints({ campaignId }: { readonly campaignId: string }) {
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/leaderboard',
    { path: { id: campaignId } },
  );
  return (
    <DataTable
      label={text.label}
      columns={pointColumns}
      rows={rows}
      rowId={({ participant_id }) => participant_id}
      error={error}
      again={() => void refetch()}
      empty={<Nothing title={text.empty.title} description={text.empty.description} />}
      more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
    />
  );
}

const pointColumns: readonly Column<LeaderboardEntry>[] = [
  {
    id: 'person',
    header: campaignTabs.person,
    cell: (entry) => (
      <Group gap="sm" wrap="nowrap">
        <span style={{ minWidth: 28, textAlign: 'right' }}>{entry.rank ?? none}</span>
        <ParticipantLink row id={entry.participant_id} known={entry} />
      </Group>
    ),
  },
  {
    id: 'total',
    header: text.total,
    align: 'right',
    cell: ({ total_points }) => <strong>{points(total_points)}</strong>,
  },
  { id: 'tier', header: text.tier, cell: ({ tier }) => tier?.name ?? none },
  {
    id: 'referral',
    header: text.referral,
    align: 'right',
    cell: ({ referral_points }) => points(referral_points),
    wide: true,
  },
  {
    id: 'ugc',
    header: text.ugc,
    align: 'right',
    cell: ({ ugc_points }) => points(ugc_points),
    wide: true,
  },
  {
    id: 'referrals',
    header: text.referrals,
    align: 'right',
    cell: ({ referral_count }) => count(referral_count),
    wide: true,
  },
  {
    id: 'multiplier',
    header: text.multiplier,
    align: 'right',
    cell: ({ multiplier_percent }) => (multiplier_percent === 0 ? none : `+${points(multiplier_percent)} %`),
    wide: true,
  },
  { id: 'team', header: text.team, cell: ({ team }) => team ?? none, wide: true },
];

function ByScore({ campaignId }: { readonly campaignId: string }) {
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/high-scores',
    { path: { id: campaignId } },
  );
  return (
    <DataTable
      label={text.scoresLabel}
      columns={scoreColumns}
      rows={rows}
      rowId={({ participant_id }) => participant_id}
      error={error}
      again={() => void refetch()}
      empty={<Nothing title={text.emptyScores.title} description={text.emptyScores.description} />}
      more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
    />
  );
}

const scoreColumns: readonly Column<HighScore>[] = [
  {
    id: 'person',
    header: campaignTabs.person,
    cell: (entry) => <ParticipantLink row id={entry.participant_id} known={entry} />,
  },
  {
    id: 'score',
    header: text.score,
    align: 'right',
    cell: ({ best_score }) => <strong>{points(best_score)}</strong>,
  },
];
