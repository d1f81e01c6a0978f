import type { Member } from '@fanfare/client';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { elements } from '#strings/elements.ts';
import { frame } from '#strings/frame.ts';
import { team as text } from '#strings/team.ts';
import { fanfare, useChange } from '../api/index.ts';
import { Problem } from '../elements/index.ts';
import { useSession } from '../session/index.ts';
import { type Role, RoleChoice } from './roles.tsx';

export function RoleChange({ member, onClose }: { readonly member: Member; readonly onClose: () => void }) {
  const own = useSession().person.id === member.person_id;
  const [role, setRole] = useState(member.role);
  const change = useChange(
    (to: Role) => fanfare.patch('/v1/members/{id}', { path: { id: member.person_id }, body: { role: to } }),
    {
      changes: ['/v1/members', '/v1/session'],
      done: (changed) => text.members.changed(changed.name, frame.roles[changed.role]),
      problem: 'shown',
      onDone: onClose,
    },
  );
  return (
    <Modal opened onClose={onClose} title={text.members.changeOf(member.name)} centered>
      <Stack>
        <Text size="sm">{own ? text.members.changesYou : text.members.changes}</Text>
        <RoleChoice value={role} onChange={setRole} />
        <Problem error={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {elements.cancel}
          </Button>
          <Button
            disabled={role === member.role}
            loading={change.isPending}
            onClick={() => change.mutate(role)}
          >
            {text.members.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
