import type { Member } from '@fanfare/client';
import { ActionIcon, Badge, Group, Menu, Stack, Text } from '@mantine/core';
import { IconDots, IconUserEdit, IconUserMinus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { frame } from '#strings/frame.ts';
import { team as text } from '#strings/team.ts';
import { fanfare, useChange, useList } from '../api/index.ts';
import { type Column, confirmFirst, DataTable, Moment } from '../elements/index.ts';
import { useSession } from '../session/index.ts';
import { RoleChange } from './role-change.tsx';

export function Members() {
  const members = useList('/v1/members');
  const [changing, setChanging] = useState<Member | null>(null);
  const columns = useMemo(
    (): readonly Column<Member>[] => [
      { id: 'name', header: text.members.name, cell: (member) => <Name member={member} /> },
      { id: 'role', header: text.role, cell: ({ role }) => frame.roles[role], width: 140 },
      {
        id: 'since',
        header: text.members.since,
        cell: ({ joined_at }) => <Moment at={joined_at} />,
        width: 140,
      },
      {
        id: 'seen',
        header: text.members.seen,
        cell: ({ last_seen_at }) => <Moment at={last_seen_at} />,
        width: 140,
      },
      {
        id: 'actions',
        buttons: true,
        header: text.members.actions,
        cell: (member) => <Actions member={member} onChangeRole={() => setChanging(member)} />,
        align: 'right',
        width: 90,
      },
    ],
    [],
  );
  return (
    <>
      <DataTable
        label={text.members.title}
        columns={columns}
        rows={members.rows}
        rowId={({ person_id }) => person_id}
        error={members.error}
        again={() => void members.refetch()}
        // There is always somebody: whoever looks.
        empty={null}
        more={{
          has: members.hasNextPage,
          loading: members.isFetchingNextPage,
          load: () => void members.fetchNextPage(),
        }}
      />
      {changing !== null && (
        <RoleChange key={changing.person_id} member={changing} onClose={() => setChanging(null)} />
      )}
    </>
  );
}

function Name({ member: { person_id, name, email } }: { readonly member: Member }) {
  const { person } = useSession();
  return (
    <Stack gap={0} miw={0}>
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        {person_id === person.id && (
          <Badge variant="light" color="gray" tt="none" size="sm">
            {text.members.you}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {email}
      </Text>
    </Stack>
  );
}

/** Nothing for owners unless an owner looks: nobody else decides about them. */
function Actions({ member, onChangeRole }: { readonly member: Member; readonly onChangeRole: () => void }) {
  const { person_id, name } = member;
  const { role, person, organization } = useSession();
  const own = person_id === person.id;
  const remove = useChange(() => fanfare.delete('/v1/members/{id}', { path: { id: person_id } }), {
    changes: ['/v1/members', '/v1/session'],
    done: text.members.removed(name),
  });
  if (member.role === 'owner' && role !== 'owner') return null;
  const confirmRemoval = () =>
    confirmFirst({
      title: own ? text.members.leaveOf(organization.name) : text.members.removeOf(name),
      consequence: own
        ? text.members.leaves(organization.name)
        : text.members.removes(name, organization.name),
      confirm: own ? text.members.leave : text.members.remove,
      onConfirm: () => remove.mutate(undefined),
    });
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={text.members.menu(name)}
          loading={remove.isPending}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserEdit size={16} />} onClick={onChangeRole}>
          {text.members.change}
        </Menu.Item>
        <Menu.Item leftSection={<IconUserMinus size={16} />} onClick={confirmRemoval}>
          {own ? text.members.leaveOf(organization.name) : text.members.removeOf(name)}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
