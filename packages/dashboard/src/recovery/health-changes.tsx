import type { WebhookHealthChange } from '@fanfare/client';
import { recovery } from '#strings/recovery.ts';
import { useList } from '../api/index.ts';
import { type Column, count, DataTable, Moment, Nothing, none, StateBadge } from '../elements/index.ts';

const { trouble: text } = recovery;

const columns: readonly Column<WebhookHealthChange>[] = [
  {
    id: 'changed',
    header: text.columns.changed,
    width: 130,
    cell: ({ changed_at }) => <Moment at={changed_at} />,
  },
  { id: 'state', header: text.columns.state, width: 170, cell: ({ state }) => <StateBadge state={state} /> },
  {
    id: 'failures',
    header: text.failures,
    width: 130,
    align: 'right',
    cell: ({ failures }) => (failures === null ? none : count(failures)),
  },
  { id: 'reason', header: text.columns.reason, cell: ({ reason }) => reason ?? none },
];

/** When the health of a webhook changed, and why. */
export function HealthChanges({ webhookId }: { readonly webhookId: string }) {
  const list = useList('/v1/webhooks/{id}/health-changes', { path: { id: webhookId }, query: { limit: 10 } });
  return (
    <DataTable
      label={text.changes}
      columns={columns}
      rows={list.rows}
      rowId={({ event_id }) => event_id}
      error={list.error}
      again={() => void list.refetch()}
      empty={<Nothing title={text.noChanges} description={text.noChangesDetail} />}
      more={{
        has: list.hasNextPage,
        loading: list.isFetchingNextPage,
        load: () => void list.fetchNextPage(),
      }}
    />
  );
}
