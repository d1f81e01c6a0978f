import type { NewInvitation } from '@fanfare/client';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { elements } from '#strings/elements.ts';
import { team as text } from '#strings/team.ts';
import { fanfare, notifyDone, useChange } from '../api/index.ts';
import { FormProblem, ShownOnce } from '../elements/index.ts';
import { type Role, RoleChoice } from './roles.tsx';

export function Invite({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const [handOver, setHandOver] = useState<NewInvitation | null>(null);
  const close = () => {
    setHandOver(null);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={text.invite.title} centered closeOnClickOutside={false}>
      {handOver === null ? (
        <InviteForm
          onCancel={close}
          onInvited={(invitation) => {
            if (invitation.link !== null) return setHandOver(invitation);
            notifyDone(text.invite.mailed(invitation.email));
            return close();
          }}
        />
      ) : (
        <Stack>
          <Text size="sm">{text.invite.byHand(handOver.email)}</Text>
          <ShownOnce value={handOver.link ?? ''} what={text.invite.link} />
          <Button onClick={close}>{text.invite.done}</Button>
        </Stack>
      )}
    </Modal>
  );
}

function InviteForm({
  onCancel,
  onInvited,
}: {
  readonly onCancel: () => void;
  readonly onInvited: (invitation: NewInvitation) => void;
}) {
  const form = useForm<{ email: string; role: Role }>({ initialValues: { email: '', role: 'viewer' } });
  const invite = useChange(
    (body: { email: string; role: Role }) => fanfare.post('/v1/invitations', { body }),
    { changes: ['/v1/invitations'], problem: 'shown', onDone: onInvited },
  );
  return (
    <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
      <Stack>
        <TextInput
          label={text.email}
          description={text.invite.again}
          type="email"
          required
          data-autofocus
          {...form.getInputProps('email')}
        />
        <RoleChoice value={form.values.role} onChange={(role) => form.setFieldValue('role', role)} />
        <FormProblem form={form} error={invite.error} fields={['email']} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {elements.cancel}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {text.invite.action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
