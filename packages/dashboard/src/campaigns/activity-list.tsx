import type { ActivityItem } from '@fanfare/client';
import { ActionIcon, Badge, Group, Menu, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { campaignTabs } from '#strings/campaign-tabs.ts';
import { elements } from '#strings/elements.ts';
import { useList } from '../api/index.ts';
import { type Column, DataTable, Moment, Nothing } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { activityWords } from './activity-words.ts';
import { RevokeDialog } from './corrections/revoke-dialog.tsx';
import { useDesignNames } from './design-names.ts';
import { ParticipantLink } from './participant-link.tsx';
import { change, points } from './points.ts';

const text = campaignTabs.activity;

export type Completion = Extract<ActivityItem, { kind: 'completion' }>;

/** What happened in a campaign, of everybody or of one participant. */
export function ActivityList({
  campaignId,
  participantId,
  ofOne = false,
}: {
  readonly campaignId: string;
  readonly participantId: string | undefined;
  /** On the page of that participant: it need not say whose it is. */
  readonly ofOne?: boolean;
}) {
  const mayRevoke = useMay('people');
  const names = useDesignNames(campaignId);
  const [revoked, setRevoked] = useState<Completion | null>(null);
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/activity',
    { path: { id: campaignId }, query: { ...(participantId && { participant_id: participantId }) } },
  );
  const columns = useMemo(() => {
    const words = (item: ActivityItem) => activityWords(item, (subject) => names.get(subject));
    return [
      ...columnsWith(words).filter(({ id }) => !(ofOne && id === 'person')),
      ...(mayRevoke ? [actions(words, setRevoked)] : []),
    ];
  }, [names, mayRevoke, ofOne]);
  return (
    <>
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
            description={participantId === undefined ? text.empty.description : text.empty.filtered}
          />
        }
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
      <RevokeDialog
        campaignId={campaignId}
        completion={revoked}
        nameOf={(subject) => names.get(subject) ?? text.gone}
        onClose={() => setRevoked(null)}
      />
    </>
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
    buttons: true,
    header: elements.actions,
    align: 'right',
    width: 72,
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
