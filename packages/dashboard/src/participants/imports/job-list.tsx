import type { Job } from '@fanfare/client';
import { IconFileImport } from '@tabler/icons-react';
import { useMemo } from 'react';
import { imports } from '#strings/imports.ts';
import { useList } from '../../api/index.ts';
import { type Column, count, DataTable, Moment, Nothing, RowLink, StateBadge } from '../../elements/index.ts';
import { isShownHere, jobName, progressWords } from './job-words.ts';

const text = imports.jobs;

const columns: readonly Column<Job>[] = [
  {
    id: 'what',
    header: text.columns.what,
    cell: (job) => (
      <RowLink to="/participants/imports/$jobId" params={{ jobId: job.id }}>
        {jobName(job)}
      </RowLink>
    ),
  },
  { id: 'state', header: text.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'progress', header: text.columns.progress, cell: progressWords, align: 'right' },
  {
    id: 'refused',
    header: text.columns.refused,
    cell: ({ progress }) => count(progress.refused),
    align: 'right',
  },
  { id: 'started', header: text.columns.started, cell: ({ created_at }) => <Moment at={created_at} /> },
];

/** Jobs about participants, with their progress as it is made. */
export function JobList() {
  const jobs = useList('/v1/jobs');
  const rows = useMemo(() => jobs.rows?.filter(isShownHere), [jobs.rows]);
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      error={jobs.error}
      again={() => void jobs.refetch()}
      empty={
        <Nothing title={text.empty.title} description={text.empty.description} icon={<IconFileImport />} />
      }
      more={{
        has: jobs.hasNextPage,
        loading: jobs.isFetchingNextPage,
        load: () => void jobs.fetchNextPage(),
      }}
    />
  );
}
