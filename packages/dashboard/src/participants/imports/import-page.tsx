import type { Job, JobRefusal } from '@fanfare/client';
import { Alert, Button, Code, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { frame } from '#strings/frame.ts';
import { imports } from '#strings/imports.ts';
import { fanfare, useChange, useList, useRead } from '../../api/index.ts';
import {
  type Column,
  confirmFirst,
  count,
  DataTable,
  Facts,
  Moment,
  Page,
  Problem,
  StateBadge,
} from '../../elements/index.ts';
import { PagePlaceholder } from '../../frame/index.ts';
import { useMay } from '../../session/index.ts';
import { jobName, progressWords } from './job-words.ts';

const route = getRouteApi('/signed-in/participants/imports/$jobId');
const text = imports.job;
const crumbs = [
  { label: frame.pages.participants, to: '/participants' },
  { label: imports.title, to: '/participants/imports' },
] as const;

export function ImportPage() {
  const { jobId } = route.useParams();
  const found = useRead('/v1/jobs/{id}', { path: { id: jobId } });
  if (found.error !== null && found.data === undefined) {
    return (
      <Page title={jobId} crumbs={crumbs}>
        <Problem error={found.error} again={() => void found.refetch()} />
      </Page>
    );
  }
  return found.data === undefined ? <PagePlaceholder /> : <Shown job={found.data} />;
}

function Shown({ job }: { readonly job: Job }) {
  const { progress, counts } = job;
  const columns = job.params['columns'];
  return (
    <Page
      title={jobName(job)}
      mark={<StateBadge state={job.state} />}
      crumbs={crumbs}
      actions={<Cancel job={job} />}
    >
      {job.error !== null && (
        <Alert color="red" variant="light" title={text.failed}>
          {job.error}
        </Alert>
      )}
      {job.cancelling && (
        <Alert color="yellow" variant="light">
          {text.cancelling}
        </Alert>
      )}
      <Progress
        value={share(job)}
        animated={job.state === 'running'}
        aria-label={text.progress}
        color={job.state === 'failed' ? 'red' : undefined}
      />
      <Facts
        facts={[
          { label: text.done, value: progressWords(job) },
          { label: text.refused, value: count(progress.refused) },
          ...Object.entries(counts).map(([name, number]) => ({
            label: text.words[name] ?? name.replaceAll('_', ' '),
            value: count(number),
          })),
        ]}
      />
      <Text size="sm" c="dimmed" component="div">
        {text.asked} <Moment at={job.created_at} />
        {job.finished_at !== null && (
          <>
            {' · '}
            {text.finished} <Moment at={job.finished_at} />
          </>
        )}
        {Array.isArray(columns) && (
          <>
            {' · '}
            {text.columns} <Code>{columns.join(', ')}</Code>
          </>
        )}
      </Text>
      {job.kind.startsWith('import_') && <Refusals job={job} />}
    </Page>
  );
}

/** Of a bar, in per cent. What ended is as far as it will get. */
function share({ state, progress: { done, total } }: Job): number {
  if (state === 'done') return 100;
  return total === null || total === 0 ? 0 : (100 * done) / total;
}

function Cancel({ job }: { readonly job: Job }) {
  const cancel = useChange(() => fanfare.post('/v1/jobs/{id}/cancel', { path: { id: job.id } }), {
    changes: ['/v1/jobs'],
    done: text.confirmCancel.done,
  });
  const open = job.state === 'queued' || job.state === 'running';
  if (!useMay('people') || !open || job.cancelling || !job.kind.startsWith('import_')) return null;
  return (
    <Button
      variant="default"
      loading={cancel.isPending}
      onClick={() =>
        confirmFirst({
          title: text.confirmCancel.title,
          consequence: text.confirmCancel.consequence,
          confirm: text.confirmCancel.confirm,
          onConfirm: () => cancel.mutate(undefined),
        })
      }
    >
      {text.cancel}
    </Button>
  );
}

const refusalColumns: readonly Column<JobRefusal>[] = [
  { id: 'line', header: text.refusals.columns.line, cell: ({ line }) => count(line), width: 80 },
  {
    id: 'field',
    header: text.refusals.columns.field,
    cell: ({ field }) => (field === null ? text.refusals.whole : <Code>{field}</Code>),
  },
  { id: 'reason', header: text.refusals.columns.reason, cell: ({ reason }) => reason },
  {
    id: 'excerpt',
    header: text.refusals.columns.excerpt,
    cell: ({ excerpt }) => <Code style={{ overflowWrap: 'anywhere' }}>{excerpt}</Code>,
    wide: true,
  },
];

function Refusals({ job }: { readonly job: Job }) {
  const refusals = useList('/v1/jobs/{id}/refusals', { path: { id: job.id } });
  const may = useMay('people');
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {text.refusals.title}
        </Title>
        {may && job.progress.refused > 0 && (
          <Button
            component="a"
            href={`/v1/jobs/${job.id}/refusals.csv`}
            download
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            {text.refusals.download}
          </Button>
        )}
      </Group>
      <DataTable
        label={text.refusals.label}
        columns={refusalColumns}
        rows={refusals.rows}
        rowId={({ line, field, reason }) => `${line} ${field} ${reason}`}
        error={refusals.error}
        again={() => void refusals.refetch()}
        empty={
          <Text size="sm" c="dimmed" p="md">
            {text.refusals.none}
          </Text>
        }
        more={{
          has: refusals.hasNextPage,
          loading: refusals.isFetchingNextPage,
          load: () => void refusals.fetchNextPage(),
        }}
      />
    </Stack>
  );
}
