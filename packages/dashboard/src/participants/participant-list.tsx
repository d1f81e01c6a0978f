import type { Participant } from '@fanfare/client';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { participants as text } from '#strings/participants.ts';
import { useList } from '../api/index.ts';
import { useLiveLists } from '../campaigns/index.ts';
import {
  type Column,
  DataTable,
  Moment,
  Nothing,
  none,
  Page,
  RowLink,
  SearchField,
} from '../elements/index.ts';
import { participantName } from '../pickers/index.ts';
import { useMay } from '../session/index.ts';
import { ParticipantDialog } from './participant-form.tsx';

const route = getRouteApi('/signed-in/participants');
const { list } = text;

const columns: readonly Column<Participant>[] = [
  {
    id: 'who',
    header: list.columns.who,
    cell: (person) => (
      <Group gap="xs">
        <RowLink to="/participants/$participantId" params={{ participantId: person.id }}>
          {participantName(person)}
        </RowLink>
        {person.test && (
          <Badge variant="light" color="gray" tt="none">
            {text.test}
          </Badge>
        )}
        {person.erased_at !== null && (
          <Badge variant="light" color="gray" tt="none">
            {text.erased}
          </Badge>
        )}
      </Group>
    ),
  },
  {
    id: 'own',
    header: list.columns.ownId,
    cell: ({ external_id }) => <Broken>{external_id}</Broken>,
    width: '22%',
  },
  { id: 'email', header: list.columns.email, cell: ({ email }) => <Broken>{email}</Broken>, wide: true },
  {
    id: 'wallet',
    header: list.columns.wallet,
    cell: ({ wallet }) => (wallet === null ? none : <Shortened value={wallet} />),
    wide: true,
  },
  { id: 'since', header: list.columns.since, cell: ({ created_at }) => <Moment at={created_at} /> },
];

function Broken({ children }: { readonly children: string | null }) {
  return <span style={{ overflowWrap: 'break-word' }}>{children ?? none}</span>;
}

/** Both ends of a long value, which is how people recognise an address; all of it on hover. */
function Shortened({ value }: { readonly value: string }) {
  if (value.length <= 16) return value;
  return (
    <Text span inherit ff="monospace" title={value}>
      {value.slice(0, 8)}…{value.slice(-6)}
    </Text>
  );
}

export function ParticipantList() {
  const { search } = route.useSearch();
  const navigate = route.useNavigate();
  useLiveLists(['/v1/participants']);
  const people = useList('/v1/participants', { query: { ...(search !== undefined && { search }) } });

  return (
    <Page title={text.title} description={text.description} actions={<Actions />}>
      <SearchField
        placeholder={list.searchHint}
        value={search}
        onChange={(typed) => void navigate({ search: { search: typed }, replace: true })}
      />
      <DataTable
        label={list.label}
        columns={columns}
        rows={people.rows}
        rowId={({ id }) => id}
        error={people.error}
        again={() => void people.refetch()}
        empty={search === undefined ? <Nobody /> : <NobodyFound search={search} />}
        more={{
          has: people.hasNextPage,
          loading: people.isFetchingNextPage,
          load: () => void people.fetchNextPage(),
        }}
      />
    </Page>
  );
}

function Actions() {
  const [opened, { open, close }] = useDisclosure();
  const navigate = route.useNavigate();
  const may = useMay('people');
  return (
    <>
      <Button variant="default" renderRoot={(props) => <Link to="/participants/imports" {...props} />}>
        {may ? text.transfer : text.transfers}
      </Button>
      {may && (
        <>
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            {text.add}
          </Button>
          <ParticipantDialog
            opened={opened}
            onClose={close}
            onSaved={({ id }) =>
              void navigate({ to: '/participants/$participantId', params: { participantId: id } })
            }
          />
        </>
      )}
    </>
  );
}

function Nobody() {
  const { title, description } = list.empty;
  return <Nothing title={title} description={description} icon={<IconUsers />} />;
}

function NobodyFound({ search }: { readonly search: string }) {
  const { title, description, action } = list.nothingMatches;
  return (
    <Nothing
      title={title}
      description={description(search)}
      action={
        <Button variant="default" renderRoot={(props) => <Link to="/participants" search={{}} {...props} />}>
          {action}
        </Button>
      }
    />
  );
}
