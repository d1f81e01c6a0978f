import type { Recalculation, RecalculationDifference } from '@fanfare/client';
import { Button, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { campaignCorrections } from '#strings/campaign-corrections.ts';
import { fanfare, useChange, useChanged, useList, useRead } from '../../api/index.ts';
import {
  type Column,
  confirmFirst,
  count,
  DataTable,
  Facts,
  Nothing,
  none,
  Problem,
  StateBadge,
} from '../../elements/index.ts';
import { useLive } from '../../live/index.ts';
import { ParticipantLink } from '../participant-link.tsx';
import { change, points } from '../points.ts';
import { type Recalculating, useRecalculation } from './recalculate.tsx';

const text = campaignCorrections.recalculate;

interface ResultProps {
  readonly campaignId: string;
  readonly jobId: string;
  readonly onOpen: (jobId: string) => void;
  readonly onClose: () => void;
}

const isOver = ({ job }: Recalculation) => job.state !== 'queued' && job.state !== 'running';

/** One recalculation: how far it is, what it comes to, for whom; after a trial run, the booking of it. */
export function RecalculationResult({ campaignId, jobId, onOpen, onClose }: ResultProps) {
  const changed = useChanged();
  useLive((message) => {
    if (message.kind !== 'job' || message.data.job_id !== jobId) return;
    void changed('/v1/campaigns/{id}/recalculations/{job_id}', '/v1/campaigns/{id}/leaderboard');
  });
  const { data, error, refetch } = useRead('/v1/campaigns/{id}/recalculations/{job_id}', {
    path: { id: campaignId, job_id: jobId },
  });
  return (
    <Stack>
      <Group>
        <Button variant="subtle" size="xs" leftSection={<IconArrowLeft size={14} />} onClick={onClose}>
          {text.close}
        </Button>
      </Group>
      <Problem error={error} again={() => void refetch()} />
      {data === undefined && error === null && <Skeleton h={220} />}
      {data !== undefined && (
        <>
          <Group justify="space-between">
            <Group gap="sm">
              <Title order={2} size="h4">
                {data.dry_run ? text.resultTrial : text.resultReal}
              </Title>
              <StateBadge state={data.job.state} />
            </Group>
            <Actions campaignId={campaignId} recalculation={data} onOpen={onOpen} />
          </Group>
          <Advance recalculation={data} />
          <Totals recalculation={data} />
          <Differences campaignId={campaignId} jobId={jobId} over={isOver(data)} />
        </>
      )}
    </Stack>
  );
}

function Actions({
  campaignId,
  recalculation,
  onOpen,
}: Pick<ResultProps, 'campaignId' | 'onOpen'> & { readonly recalculation: Recalculation }) {
  const { job, dry_run, participants, points_given, points_taken } = recalculation;
  const start = useRecalculation(campaignId, onOpen);
  const cancel = useChange(() => fanfare.post('/v1/jobs/{id}/cancel', { path: { id: job.id } }), {
    changes: ['/v1/jobs', '/v1/campaigns/{id}/recalculations/{job_id}'],
  });
  if (!isOver(recalculation)) {
    return (
      <Button
        variant="default"
        loading={cancel.isPending || job.cancelling}
        onClick={() =>
          confirmFirst({
            title: text.cancelTitle,
            consequence: text.cancelConsequence,
            confirm: text.cancelConfirm,
            onConfirm: () => cancel.mutate(undefined),
          })
        }
      >
        {text.cancel}
      </Button>
    );
  }
  if (!dry_run || job.state !== 'done' || participants === 0) return null;
  return (
    <Button
      loading={start.isPending}
      onClick={() =>
        confirmFirst({
          title: text.applyTitle,
          consequence: text.applyConsequence(count(participants), points_given, points_taken),
          confirm: text.applyConfirm,
          onConfirm: () => start.mutate({ ...scopeOf(job.params), dry_run: false }),
        })
      }
    >
      {text.apply}
    </Button>
  );
}

/** The same tasks and quests as the trial run. */
function scopeOf(params: Readonly<Record<string, unknown>>): Recalculating {
  const ids = (name: string): string[] | undefined => {
    const found = params[name];
    return Array.isArray(found) ? found.map(String) : undefined;
  };
  const tasks = ids('task_ids');
  const quests = ids('quest_ids');
  return { ...(tasks && { task_ids: tasks }), ...(quests && { quest_ids: quests }) };
}

function Advance({ recalculation }: { readonly recalculation: Recalculation }) {
  const { job } = recalculation;
  if (job.error !== null) return <Text role="alert">{job.error}</Text>;
  if (isOver(recalculation)) return null;
  const { done, total } = job.progress;
  const words =
    job.state === 'queued'
      ? text.waiting
      : total === null
        ? text.runningUnknown(count(done))
        : text.running(count(done), count(total));
  return (
    <Stack gap={4} role="status">
      <Progress value={total ? (done / total) * 100 : 0} animated aria-label={words} />
      <Text size="sm" c="dimmed">
        {words}
      </Text>
    </Stack>
  );
}

function Totals({ recalculation }: { readonly recalculation: Recalculation }) {
  const { participants, completions, points_given, points_taken, points_missing } = recalculation;
  return (
    <Facts
      facts={[
        { label: text.participants, value: count(participants) },
        { label: text.completions, value: count(completions) },
        { label: text.given, value: points_given },
        {
          label: text.taken,
          value: points_taken,
          ...(Number(points_missing) > 0 && { note: text.missing(points_missing) }),
        },
      ]}
    />
  );
}

function Differences({
  campaignId,
  jobId,
  over,
}: {
  readonly campaignId: string;
  readonly jobId: string;
  readonly over: boolean;
}) {
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList(
    '/v1/campaigns/{id}/recalculations/{job_id}/differences',
    { path: { id: campaignId, job_id: jobId } },
  );
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {text.differences}
      </Title>
      <DataTable
        label={text.differencesLabel}
        columns={columns}
        rows={over || rows?.length !== 0 ? rows : undefined}
        rowId={({ participant_id }) => participant_id}
        error={error}
        again={() => void refetch()}
        empty={<Nothing title={text.same.title} description={text.same.description} />}
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
    </Stack>
  );
}

const columns: readonly Column<RecalculationDifference>[] = [
  {
    id: 'person',
    header: campaignCorrections.book.participant,
    cell: ({ participant_id }) => <ParticipantLink id={participant_id} />,
  },
  {
    id: 'completions',
    header: text.completions,
    align: 'right',
    cell: ({ completions }) => count(completions),
    wide: true,
  },
  {
    id: 'points',
    header: text.points,
    align: 'right',
    cell: (difference) => <Booked booked={difference.points} missing={difference.points_missing} />,
  },
  {
    id: 'referrer',
    header: text.referrer,
    cell: ({ referrer_id }) => (referrer_id === null ? none : <ParticipantLink id={referrer_id} />),
  },
  {
    id: 'bonus',
    header: text.bonus,
    align: 'right',
    cell: ({ bonus, bonus_missing }) => <Booked booked={bonus} missing={bonus_missing} />,
  },
];

function Booked({ booked, missing }: { readonly booked: number; readonly missing: number }) {
  return (
    <>
      {change(booked)}
      {missing > 0 && (
        <Text size="xs" c="dimmed">
          {text.missing(points(missing))}
        </Text>
      )}
    </>
  );
}
