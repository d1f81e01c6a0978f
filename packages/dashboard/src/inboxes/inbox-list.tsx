import type { Inbox } from '@fanfare/client';
import { IconInbox } from '@tabler/icons-react';
import { inboxes as text } from '#strings/inboxes.ts';
import { useList } from '../api/index.ts';
import { type Column, Copyable, DataTable, Moment, Nothing, Page, RowLink } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { answerWords, inboxUrl } from './answer-words.ts';

const { list } = text;

const columns: readonly Column<Inbox>[] = [
  {
    id: 'name',
    header: list.columns.name,
    cell: ({ id, name }) => (
      <RowLink to="/inboxes/$inboxId" params={{ inboxId: id }}>
        {name}
      </RowLink>
    ),
  },
  {
    id: 'url',
    header: list.columns.url,
    cell: (inbox) => <Copyable value={inboxUrl(inbox)} what={text.theUrl} />,
  },
  { id: 'answer', header: list.columns.answer, cell: ({ answer }) => answerWords(answer) },
  { id: 'made', header: list.columns.made, cell: ({ created_at }) => <Moment at={created_at} />, wide: true },
];

export function InboxList() {
  const inboxes = useList('/v1/inboxes');
  return (
    <Page title={text.title} description={text.description}>
      <DataTable
        label={list.label}
        columns={columns}
        rows={inboxes.rows}
        rowId={({ id }) => id}
        error={inboxes.error}
        again={() => void inboxes.refetch()}
        empty={<NoInboxes />}
        more={{
          has: inboxes.hasNextPage,
          loading: inboxes.isFetchingNextPage,
          load: () => void inboxes.fetchNextPage(),
        }}
      />
    </Page>
  );
}

function NoInboxes() {
  const may = useMay('webhooks');
  const { title, description, readOnly } = list.empty;
  return (
    <Nothing
      title={title}
      description={may ? description : `${description} ${readOnly}`}
      icon={<IconInbox />}
    />
  );
}
