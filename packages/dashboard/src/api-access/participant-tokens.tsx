import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import { apiAccess as text } from '#strings/api-access.ts';
import { fanfare, useChange } from '../api/index.ts';
import { confirmFirst, FormSection } from '../elements/index.ts';
import { ParticipantSelect } from '../pickers/index.ts';

/** Ends tokens that servers gave to the browsers of participants. */
export function ParticipantTokens() {
  const [participant, setParticipant] = useState<string | null>(null);
  const revoke = useChange(
    (id: string | null) =>
      fanfare.post('/v1/participant-tokens/revocation', {
        body: id === null ? {} : { participant_id: id },
      }),
    { done: (_, id) => (id === null ? text.participants.allDone : text.participants.oneDone) },
  );
  const { title, description, confirm } = text.participants;
  return (
    <FormSection title={title} description={description}>
      <Group align="flex-end">
        <ParticipantSelect
          label={text.participants.one}
          value={participant}
          onChange={setParticipant}
          clearable
          maw={360}
          style={{ flexGrow: 1 }}
        />
        <Button
          variant="default"
          disabled={participant === null}
          loading={revoke.isPending && revoke.variables !== null}
          onClick={() =>
            confirmFirst({
              title: text.participants.oneTitle,
              consequence: text.participants.oneConsequence,
              confirm,
              onConfirm: () => revoke.mutate(participant),
            })
          }
        >
          {text.participants.oneAction}
        </Button>
      </Group>
      <Group>
        <Button
          variant="light"
          color="red"
          loading={revoke.isPending && revoke.variables === null}
          onClick={() =>
            confirmFirst({
              title: text.participants.all,
              consequence: text.participants.allConsequence,
              confirm,
              onConfirm: () => revoke.mutate(null),
            })
          }
        >
          {text.participants.all}
        </Button>
      </Group>
    </FormSection>
  );
}
