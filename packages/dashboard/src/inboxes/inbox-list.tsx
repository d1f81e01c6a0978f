import type { Inbox } from '@fanfare/client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconInbox, IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { inboxes as text } from '#strings/inboxes.ts';
import { useList } from '../api/index.ts';
import { type Column, Copyable, DataTable, Moment, Nothing, Page, RowLink } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { answerWords, inboxUrl } from './answer-words.ts';
import { InboxDialog } from './inbox-form.tsx';

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
  const none = inboxes.rows?.length === 0;
  return (
    <Page title={text.title} description={text.description} actions={!none && <CreateButton />}>
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
      action={<CreateButton />}
    />
  );
}

function CreateButton() {
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  if (!useMay('webhooks')) return null;
  return (
    <>
      <Button leftSection={<IconPlus size={16} />} onClick={open}>
        {text.create}
      </Button>
      <InboxDialog
        opened={opened}
        onClose={close}
        onSaved={({ id }) => void navigate({ to: '/inboxes/$inboxId', params: { inboxId: id } })}
      />
    </>
  );
}
