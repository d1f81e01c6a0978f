import type { OwnSession } from '@fanfare/client';
import { Badge, Button, Group, Text } from '@mantine/core';
import { account as text } from '#strings/account.ts';
import { fanfare, useChange, useList } from '../api/index.ts';
import { type Column, confirmFirst, DataTable, FormSection, Moment, none } from '../elements/index.ts';
import { browserName } from './browser-name.ts';

const columns: readonly Column<OwnSession>[] = [
  {
    id: 'browser',
    header: text.sessions.browser,
    cell: ({ user_agent, current }) => (
      <Group gap="xs">
        <Text size="sm" fw={600} title={user_agent ?? ''} style={{ overflowWrap: 'anywhere' }}>
          {browserName(user_agent)}
        </Text>
        {current && (
          <Badge variant="light" color="green" tt="none" size="sm">
            {text.sessions.here}
          </Badge>
        )}
      </Group>
    ),
  },
  {
    id: 'address',
    header: text.sessions.address,
    cell: ({ address }) => (
      <Text size="sm" ff="monospace" component="span" style={{ overflowWrap: 'anywhere' }}>
        {address ?? none}
      </Text>
    ),
  },
  {
    id: 'signedIn',
    header: text.sessions.signedIn,
    cell: ({ created_at }) => <Moment at={created_at} />,
  },
  {
    id: 'lastUsed',
    header: text.sessions.lastUsed,
    cell: ({ last_used_at }) => <Moment at={last_used_at} />,
  },
  {
    id: 'actions',
    buttons: true,
    header: text.sessions.actions,
    // Who wants to end this one signs out.
    cell: (session) => (session.current ? null : <End session={session} />),
    align: 'right',
  },
];

export function OwnSessions() {
  const sessions = useList('/v1/sessions');
  const endOthers = useChange(() => fanfare.delete('/v1/sessions'), {
    changes: ['/v1/sessions'],
    done: text.sessions.endOthersDone,
  });
  const others = sessions.rows?.some(({ current }) => !current) === true;
  return (
    <FormSection title={text.sessions.title} description={text.sessions.description}>
      <DataTable
        label={text.sessions.title}
        columns={columns}
        rows={sessions.rows}
        rowId={({ id }) => id}
        error={sessions.error}
        again={() => void sessions.refetch()}
        // There is always one: that of whoever looks.
        empty={null}
        more={{
          has: sessions.hasNextPage,
          loading: sessions.isFetchingNextPage,
          load: () => void sessions.fetchNextPage(),
        }}
      />
      {others && (
        <Group>
          <Button
            variant="default"
            loading={endOthers.isPending}
            onClick={() =>
              confirmFirst({
                title: text.sessions.endOthersTitle,
                consequence: text.sessions.ends,
                confirm: text.sessions.end,
                onConfirm: () => endOthers.mutate(undefined),
              })
            }
          >
            {text.sessions.endOthers}
          </Button>
        </Group>
      )}
    </FormSection>
  );
}

function End({ session: { id, user_agent } }: { readonly session: OwnSession }) {
  const end = useChange(() => fanfare.delete('/v1/sessions/{id}', { path: { id } }), {
    changes: ['/v1/sessions'],
    done: text.sessions.ended,
  });
  const title = text.sessions.endOf(browserName(user_agent));
  return (
    <Button
      size="xs"
      variant="default"
      loading={end.isPending}
      aria-label={title}
      onClick={() =>
        confirmFirst({
          title,
          consequence: text.sessions.ends,
          confirm: text.sessions.end,
          onConfirm: () => end.mutate(undefined),
        })
      }
    >
      {text.sessions.end}
    </Button>
  );
}
