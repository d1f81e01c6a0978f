import type { Play } from '@fanfare/client';
import { Badge, Group, Text } from '@mantine/core';
import { IconDeviceGamepad2 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { participants } from '#strings/participants.ts';
import { useList, useRead } from '../api/index.ts';
import { type Column, count, DataTable, Moment, Nothing, none } from '../elements/index.ts';
import { InCampaign } from './in-campaign.tsx';
import { useParticipant } from './participant.ts';

const text = participants.plays;

export function PlaysTab() {
  const { id } = useParticipant();
  return <InCampaign>{(campaignId) => <Plays campaignId={campaignId} participantId={id} />}</InCampaign>;
}

function Plays({
  campaignId,
  participantId,
}: {
  readonly campaignId: string;
  readonly participantId: string;
}) {
  const path = { id: campaignId };
  const plays = useList('/v1/campaigns/{id}/plays', { path, query: { participant_id: participantId } });
  const tasks = useRead('/v1/campaigns/{id}/tasks', { path }).data;
  const columns = useMemo(() => columnsWith(new Map(tasks?.data.map(({ id, name }) => [id, name]))), [tasks]);
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={plays.rows}
      rowId={({ id }) => id}
      error={plays.error}
      again={() => void plays.refetch()}
      empty={
        <Nothing
          title={text.empty.title}
          description={text.empty.description}
          icon={<IconDeviceGamepad2 />}
        />
      }
      more={{
        has: plays.hasNextPage,
        loading: plays.isFetchingNextPage,
        load: () => void plays.fetchNextPage(),
      }}
    />
  );
}

const columnsWith = (tasks: ReadonlyMap<string, string>): readonly Column<Play>[] => [
  { id: 'when', header: text.columns.when, cell: ({ played_at }) => <Moment at={played_at} /> },
  {
    id: 'what',
    header: text.columns.what,
    cell: ({ task_id }) => (task_id === null ? text.noTask : (tasks.get(task_id) ?? task_id)),
  },
  {
    id: 'score',
    header: text.columns.score,
    align: 'right',
    cell: ({ score, high_score }) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        {high_score && (
          <Badge variant="light" color="green" tt="none" miw="max-content">
            {text.best}
          </Badge>
        )}
        {score === null ? none : count(score)}
      </Group>
    ),
  },
  {
    id: 'fields',
    header: text.columns.fields,
    cell: ({ fields }) =>
      fields === null ? (
        none
      ) : (
        <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
          {Object.entries(fields)
            .map(([name, value]) => `${name}: ${value}`)
            .join(', ')}
        </Text>
      ),
    wide: true,
  },
];
