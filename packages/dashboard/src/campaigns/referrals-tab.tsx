import type { Referral } from '@fanfare/client';
import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { useList } from '../api/index.ts';
import { type Column, DataTable, Moment, Nothing, none, StateBadge } from '../elements/index.ts';
import { ParticipantSelect } from '../pickers/index.ts';
import { useCampaign } from './campaign.ts';
import { ParticipantLink } from './participant-link.tsx';
import { points } from './points.ts';

const text = campaignTabs.referrals;
const route = getRouteApi('/signed-in/campaigns/$campaignId/referrals');
const states = ['linked', 'qualified', 'converted'] as const;

export function ReferralsTab() {
  const { id } = useCampaign();
  const { state, referrer } = route.useSearch();
  const navigate = route.useNavigate();
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/referrals',
    { path: { id }, query: { ...(state && { state }), ...(referrer && { referrer }) } },
  );
  return (
    <Stack>
      <Group align="flex-end" gap="md">
        <SegmentedControl
          aria-label={text.state}
          value={state ?? 'any'}
          onChange={(chosen) => {
            const chosenState = states.find((name) => name === chosen);
            void navigate({
              search: { ...(referrer && { referrer }), ...(chosenState && { state: chosenState }) },
            });
          }}
          data={[
            { value: 'any', label: text.any },
            ...states.map((value) => ({ value, label: text.states[value] })),
          ]}
        />
        <ParticipantSelect
          label={text.onlyOf}
          clearable
          w={260}
          value={referrer ?? null}
          onChange={(chosen) =>
            void navigate({ search: { ...(state && { state }), ...(chosen && { referrer: chosen }) } })
          }
        />
      </Group>
      {state !== undefined && (
        <Text size="sm" c="dimmed">
          {text.meanings[state]}
        </Text>
      )}
      <DataTable
        label={text.label}
        columns={columns}
        rows={rows}
        rowId={(referral) => referral.id}
        error={error}
        again={() => void refetch()}
        empty={
          <Nothing
            title={text.empty.title}
            description={(state ?? referrer) ? text.empty.filtered : text.empty.description}
          />
        }
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
    </Stack>
  );
}

const columns: readonly Column<Referral>[] = [
  { id: 'claimer', header: text.claimer, cell: ({ claimer }) => <ParticipantLink id={claimer.id} /> },
  { id: 'referrer', header: text.referrer, cell: ({ referrer }) => <ParticipantLink id={referrer.id} /> },
  { id: 'state', header: text.state, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'bonus',
    header: text.bonus,
    align: 'right',
    cell: ({ bonus_points }) => points(bonus_points),
  },
  { id: 'linked', header: text.linked, cell: ({ linked_at }) => <Moment at={linked_at} /> },
  {
    id: 'qualified',
    header: text.qualified,
    cell: ({ qualified_at }) => (qualified_at === null ? none : <Moment at={qualified_at} />),
    wide: true,
  },
  {
    id: 'converted',
    header: text.converted,
    cell: ({ converted_at }) => (converted_at === null ? none : <Moment at={converted_at} />),
    wide: true,
  },
];
