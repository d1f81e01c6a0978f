import type { ActivityItem } from '@fanfare/client';
import { ActionIcon, Badge, Group, Menu, Stack, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { useList } from '../api/index.ts';
import { type Column, DataTable, Moment, Nothing } from '../elements/index.ts';
import { ParticipantSelect } from '../pickers/index.ts';
import { useMay } from '../session/index.ts';
import { activityWords } from './activity-words.ts';
import { useCampaign } from './campaign.ts';
import { RevokeDialog } from './corrections/revoke-dialog.tsx';
import { CsvLink } from './csv-link.tsx';
import { useDesignNames } from './design-names.ts';
import { ParticipantLink } from './participant-link.tsx';
import { change, points } from './points.ts';

const text = campaignTabs.activity;
const route = getRouteApi('/signed-in/campaigns/$campaignId/activity');

export type Completion = Extract<ActivityItem, { kind: 'completion' }>;

export function ActivityTab() {
  const { id } = useCampaign();
  const { participant } = route.useSearch();
  const navigate = route.useNavigate();
  const mayRevoke = useMay('people');
  const names = useDesignNames(id);
  const [revoked, setRevoked] = useState<Completion | null>(null);
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/activity',
    { path: { id }, query: { ...(participant && { participant_id: participant }) } },
  );
  const columns = useMemo(() => {
    const words = (item: ActivityItem) => activityWords(item, (subject) => names.get(subject));
    return [...columnsWith(words), ...(mayRevoke ? [actions(words, setRevoked)] : [])];
  }, [names, mayRevoke]);
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <ParticipantSelect
          label={text.onlyOf}
          placeholder={text.anybody}
          clearable
          w={280}
          value={participant ?? null}
          onChange={(chosen) => void navigate({ search: chosen === null ? {} : { participant: chosen } })}
        />
        <CsvLink campaignId={id} table="activity" />
      </Group>
      <DataTable
        label={text.label}
        columns={columns}
        rows={rows}
        rowId={(item) => item.id}
        error={error}
        again={() => void refetch()}
        empty={
          <Nothing
            title={text.empty.title}
            description={participant === undefined ? text.empty.description : text.empty.filtered}
          />
        }
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
      <RevokeDialog
        campaignId={id}
        completion={revoked}
        name={revoked === null ? '' : (names.get(revoked.subject_id) ?? text.gone)}
        onClose={() => setRevoked(null)}
      />
    </Stack>
  );
}

function columnsWith(words: (item: ActivityItem) => string): readonly Column<ActivityItem>[] {
  return [
    {
      id: 'what',
      header: text.what,
      cell: (item) => (
        <Group gap="xs">
          <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
            {words(item)}
          </Text>
          {item.kind === 'completion' && item.account !== null && (
            <Text size="sm" c="dimmed" component="span" style={{ overflowWrap: 'anywhere' }}>
              {text.as(item.account.platform, item.account.name)}
            </Text>
          )}
          {item.kind === 'completion' && item.revoked_at !== null && (
            <Badge color="orange" variant="light" tt="none">
              {text.revoked}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      id: 'person',
      header: campaignTabs.person,
      cell: ({ participant_id }) => <ParticipantLink id={participant_id} />,
    },
    {
      id: 'points',
      header: text.points,
      align: 'right',
      cell: (item) =>
        item.kind === 'points' ? (
          <strong>{change(item.points)}</strong>
        ) : (
          <Text size="sm" c="dimmed" component="span">
            {text.worth(points(item.points))}
          </Text>
        ),
    },
    { id: 'when', header: text.when, cell: ({ at }) => <Moment at={at} /> },
  ];
}

function actions(
  words: (item: ActivityItem) => string,
  revoke: (completion: Completion) => void,
): Column<ActivityItem> {
  return {
    id: 'actions',
    header: '',
    align: 'right',
    width: 56,
    cell: (item) =>
      item.kind === 'completion' &&
      item.revoked_at === null && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={text.actions(words(item))}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item color="red" onClick={() => revoke(item)}>
              {text.revoke}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ),
  };
}
