import type { Session } from '@fanfare/client';
import { Radio, Stack } from '@mantine/core';
import { frame } from '#strings/frame.ts';
import { team as text } from '#strings/team.ts';
import { useSession } from '../session/index.ts';

export type Role = Session['role'];

const roles = ['owner', 'admin', 'developer', 'manager', 'viewer'] as const satisfies readonly Role[];

/** A role, with what it may do. Only owners decide who is one. */
export function RoleChoice({
  value,
  onChange,
}: {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}) {
  const mine = useSession().role;
  return (
    <Radio.Group
      label={text.role}
      value={value}
      onChange={(chosen) => {
        const role = roles.find((one) => one === chosen);
        if (role !== undefined) onChange(role);
      }}
    >
      <Stack gap="xs" mt={6}>
        {roles
          .filter((role) => role !== 'owner' || mine === 'owner')
          .map((role) => (
            <Radio key={role} value={role} label={frame.roles[role]} description={text.roles[role]} />
          ))}
      </Stack>
    </Radio.Group>
  );
}
