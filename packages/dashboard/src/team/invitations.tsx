import type { Invitation } from '@fanfare/client';
import { Button, Stack, Text, Title } from '@mantine/core';
import { IconMailForward } from '@tabler/icons-react';
import { useMemo } from 'react';
import { frame } from '#strings/frame.ts';
import { team as text } from '#strings/team.ts';
import { fanfare, useChange, useList } from '../api/index.ts';
import { type Column, confirmFirst, DataTable, Moment, Nothing } from '../elements/index.ts';

/** Invitations that nobody has accepted yet. */
export function Invitations({ onInvite }: { readonly onInvite: () => void }) {
  const invitations = useList('/v1/invitations');
  const members = useList('/v1/members');
  const names = useMemo(
    () => new Map(members.rows?.map(({ person_id, name }) => [person_id, name])),
    [members.rows],
  );
  const columns = useMemo(
    (): readonly Column<Invitation>[] => [
      {
        id: 'email',
        header: text.email,
        cell: ({ email }) => (
          <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
            {email}
          </Text>
        ),
      },
      { id: 'role', header: text.role, cell: ({ role }) => frame.roles[role], width: 140 },
      {
        id: 'by',
        header: text.invitations.by,
        cell: ({ invited_by }) => names.get(invited_by) ?? invited_by,
        wide: true,
      },
      {
        id: 'sent',
        header: text.invitations.sent,
        cell: ({ created_at }) => <Moment at={created_at} />,
        wide: true,
      },
      {
        id: 'ends',
        header: text.invitations.ends,
        cell: ({ expires_at }) => <Moment at={expires_at} />,
        width: 140,
      },
      {
        id: 'actions',
        buttons: true,
        header: text.invitations.actions,
        cell: (invitation) => <Withdraw invitation={invitation} />,
        align: 'right',
        width: 130,
      },
    ],
    [names],
  );
  return (
    <Stack gap="sm">
      <div>
        <Title order={2} size="h4">
          {text.invitations.title}
        </Title>
        <Text size="sm" c="dimmed">
          {text.invitations.description}
        </Text>
      </div>
      <DataTable
        label={text.invitations.title}
        columns={columns}
        rows={invitations.rows}
        rowId={({ id }) => id}
        error={invitations.error}
        again={() => void invitations.refetch()}
        empty={
          <Nothing
            {...text.invitations.empty}
            icon={<IconMailForward />}
            action={
              <Button variant="default" onClick={onInvite}>
                {text.invite.open}
              </Button>
            }
          />
        }
        more={{
          has: invitations.hasNextPage,
          loading: invitations.isFetchingNextPage,
          load: () => void invitations.fetchNextPage(),
        }}
      />
    </Stack>
  );
}

function Withdraw({ invitation: { id, email } }: { readonly invitation: Invitation }) {
  const withdraw = useChange(() => fanfare.delete('/v1/invitations/{id}', { path: { id } }), {
    changes: ['/v1/invitations'],
    done: text.invitations.withdrawn(email),
  });
  return (
    <Button
      size="xs"
      variant="default"
      loading={withdraw.isPending}
      aria-label={text.invitations.withdrawOf(email)}
      onClick={() =>
        confirmFirst({
          title: text.invitations.withdrawOf(email),
          consequence: text.invitations.withdraws,
          confirm: text.invitations.withdraw,
          onConfirm: () => withdraw.mutate(undefined),
        })
      }
    >
      {text.invitations.withdraw}
    </Button>
  );
}
