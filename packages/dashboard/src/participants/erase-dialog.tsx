import type { ParticipantDetail } from '@fanfare/client';
import { Button, Checkbox, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { participants } from '#strings/participants.ts';
import { fanfare, useChange } from '../api/index.ts';
import { Problem } from '../elements/index.ts';
import { participantName } from '../pickers/index.ts';

const text = participants.erasure;

interface EraseDialogProps {
  readonly participant: ParticipantDetail;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function EraseDialog({ opened, ...props }: EraseDialogProps) {
  return (
    <Modal
      opened={opened}
      onClose={props.onClose}
      title={text.title(participantName(props.participant))}
      size="lg"
    >
      <EraseForm {...props} />
    </Modal>
  );
}

function EraseForm({ participant, onClose }: Omit<EraseDialogProps, 'opened'>) {
  const [reason, setReason] = useState('');
  const [sure, setSure] = useState(false);
  const erase = useChange(
    () =>
      fanfare.post('/v1/participants/{id}/erasure', {
        path: { id: participant.id },
        body: reason.trim() === '' ? {} : { reason },
      }),
    { changes: ['/v1/participants', '/v1/jobs'], onDone: onClose, problem: 'shown' },
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (sure) erase.mutate(undefined);
      }}
    >
      <Stack gap="sm">
        <Losses title={text.lost} losses={text.losses} />
        <Losses title={text.later} losses={text.laterOut} />
        <Text size="sm">{text.stays}</Text>
        <TextInput
          label={text.reason}
          description={text.reasonHint}
          maxLength={200}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <Checkbox
          label={text.sure}
          checked={sure}
          onChange={({ currentTarget }) => setSure(currentTarget.checked)}
        />
        <Problem error={erase.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" color="red.9" disabled={!sure} loading={erase.isPending}>
            {text.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Losses({ title, losses }: { readonly title: string; readonly losses: readonly string[] }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <List size="sm">
        {losses.map((loss) => (
          <List.Item key={loss}>{loss}</List.Item>
        ))}
      </List>
    </div>
  );
}
