import type { Job, Taking } from '@fanfare/client';
import { Button, Group, MultiSelect, SimpleGrid, Stack, Title } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { campaignCorrections } from '#strings/campaign-corrections.ts';
import { fanfare, useChange, useList, useRead } from '../../api/index.ts';
import {
  type Column,
  count,
  DataTable,
  FormSection,
  Moment,
  Nothing,
  none,
  RowLink,
  StateBadge,
} from '../../elements/index.ts';
import { TaskChoice } from '../task-choice.tsx';

const text = campaignCorrections.recalculate;

export type Recalculating = Taking<'recalculate'>['body'];

/** Starts a recalculation; `onStarted` gets the id of its job. */
export function useRecalculation(campaignId: string, onStarted: (jobId: string) => void) {
  return useChange(
    (body: Recalculating) =>
      fanfare.post('/v1/campaigns/{id}/recalculations', { path: { id: campaignId }, body }),
    { changes: ['/v1/jobs'], onDone: ({ job }) => onStarted(job.id) },
  );
}

/** Begins with a trial run of all or some of the tasks and quests; below, the runs there were. */
export function Recalculate({
  campaignId,
  onOpen,
}: {
  readonly campaignId: string;
  readonly onOpen: (jobId: string) => void;
}) {
  const [tasks, setTasks] = useState<string[]>([]);
  const [chosenQuests, setQuests] = useState<string[]>([]);
  const quests = useRead('/v1/campaigns/{id}/quests', { path: { id: campaignId } });
  const start = useRecalculation(campaignId, onOpen);
  return (
    <FormSection title={text.title} description={text.description}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
          <TaskChoice
            campaignId={campaignId}
            label={text.tasks}
            description={text.tasksHint}
            nothing={text.noTasks}
            value={tasks}
            onChange={setTasks}
          />
          <MultiSelect
            label={text.quests}
            description={text.questsHint}
            searchable
            clearable
            nothingFoundMessage={text.noQuests}
            data={quests.data?.data.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={chosenQuests}
            onChange={setQuests}
          />
        </SimpleGrid>
        <Group>
          <Button
            variant="default"
            loading={start.isPending}
            onClick={() =>
              start.mutate({
                dry_run: true,
                ...(tasks.length > 0 && { task_ids: tasks }),
                ...(chosenQuests.length > 0 && { quest_ids: chosenQuests }),
              })
            }
          >
            {text.trial}
          </Button>
        </Group>
        <Title order={3} size="h5">
          {text.earlier}
        </Title>
        <EarlierRuns campaignId={campaignId} />
      </Stack>
    </FormSection>
  );
}

function EarlierRuns({ campaignId }: { readonly campaignId: string }) {
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList('/v1/jobs', {
    query: { kind: 'recalculate' },
  });
  const own = useMemo(
    () => rows?.filter(({ params }) => params['campaign_id'] === campaignId),
    [rows, campaignId],
  );
  return (
    <DataTable
      label={text.earlierLabel}
      columns={columns}
      rows={own}
      rowId={({ id }) => id}
      error={error}
      again={() => void refetch()}
      empty={<Nothing title={text.none.title} description={text.none.description} />}
      more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
    />
  );
}

const route = getRouteApi('/signed-in/campaigns/$campaignId/corrections');

function RunLink({ job }: { readonly job: Job }) {
  const { campaignId } = route.useParams();
  return (
    <RowLink to="/campaigns/$campaignId/corrections" params={{ campaignId }} search={{ job: job.id }}>
      {job.params['dry_run'] === true ? text.kinds.trial : text.kinds.real}
    </RowLink>
  );
}

const columns: readonly Column<Job>[] = [
  { id: 'kind', header: text.kind, cell: (job) => <RunLink job={job} /> },
  { id: 'state', header: text.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'started', header: text.started, cell: ({ created_at }) => <Moment at={created_at} /> },
  {
    id: 'participants',
    header: text.participants,
    align: 'right',
    cell: ({ counts }) => (counts['changed'] === undefined ? none : count(counts['changed'])),
    wide: true,
  },
];
