import type { Participant, ParticipantDetail } from '@fanfare/client';
import {
  ActionIcon,
  Button,
  Fieldset,
  Group,
  Modal,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { participantForm as text } from '#strings/participant-form.ts';
import { fanfare, useChange } from '../api/index.ts';
import { CodeInput, FormProblem } from '../elements/index.ts';
import { participantName } from '../pickers/index.ts';
import {
  accountRow,
  changedProfile,
  fieldsFrom,
  formFields,
  newParticipant,
  type ProfileValues,
  valuesOf,
} from './profile-values.ts';

interface ParticipantDialogProps {
  /** Undefined to add somebody. */
  readonly participant?: ParticipantDetail;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSaved?: (participant: Participant) => void;
}

export function ParticipantDialog({ opened, ...props }: ParticipantDialogProps) {
  const title = props.participant === undefined ? text.addTitle : text.editTitle;
  return (
    <Modal opened={opened} onClose={props.onClose} title={title} size="lg">
      <ParticipantForm {...props} />
    </Modal>
  );
}

function ParticipantForm({ participant, onClose, onSaved }: Omit<ParticipantDialogProps, 'opened'>) {
  const form = useForm<ProfileValues>({
    initialValues: valuesOf(participant),
    validate: {
      fields: (fields) => (fieldsFrom(fields) === null ? text.fieldsFault : null),
      ownId: (ownId, { accounts }) =>
        participant === undefined && ownId.trim() === '' && !accounts.some(({ name }) => name.trim() !== '')
          ? text.nobody
          : null,
    },
  });
  const save = useChange((values: ProfileValues) => saved(participant, values), {
    changes: ['/v1/participants'],
    done: ({ person, outcome }) =>
      outcome === 'saved' ? text.saved : text[outcome](participantName(person)),
    onDone: ({ person }) => {
      onClose();
      onSaved?.(person);
    },
    problem: 'shown',
  });
  const atFields = {
    setErrors: (errors: Record<string, string>) =>
      form.setErrors(
        Object.fromEntries(
          Object.entries(errors).map(([name, detail]) => [formFields[name] ?? name, detail]),
        ),
      ),
    getInputNode: (name: string) => form.getInputNode(formFields[name] ?? name),
  };

  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label={text.firstName} data-autofocus {...form.getInputProps('firstName')} />
          <TextInput label={text.lastName} {...form.getInputProps('lastName')} />
          <TextInput label={text.email} type="email" {...form.getInputProps('email')} />
          <TextInput label={text.phone} type="tel" {...form.getInputProps('phone')} />
          <TextInput
            label={text.ownId}
            description={text.ownIdHint}
            disabled={participant !== undefined && participant.external_id !== null}
            {...form.getInputProps('ownId')}
          />
          <TextInput label={text.code} description={text.codeHint} {...form.getInputProps('code')} />
        </SimpleGrid>
        <Accounts form={form} />
        <CodeInput
          label={text.fields}
          description={text.fieldsHint}
          minRows={2}
          maxRows={10}
          {...form.getInputProps('fields')}
        />
        <Switch
          label={text.test}
          description={text.testHint}
          {...form.getInputProps('test', { type: 'checkbox' })}
        />
        <FormProblem form={atFields} error={save.error} fields={Object.keys(formFields)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {participant === undefined ? text.add : text.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Form = Pick<
  UseFormReturnType<ProfileValues>,
  'values' | 'errors' | 'getInputProps' | 'insertListItem' | 'removeListItem'
>;

function Accounts({ form }: { readonly form: Form }) {
  const { accounts } = form.values;
  return (
    <Fieldset legend={text.accounts}>
      <Stack gap="sm">
        <Text size="xs" c="dimmed">
          {text.accountsHint}
        </Text>
        {accounts.map(({ key }, index) => (
          <Group key={key} gap="xs" wrap="nowrap" align="flex-end">
            <TextInput
              label={text.platform}
              aria-label={`${text.accountRow(index + 1)}, ${text.platform}`}
              flex={1}
              {...form.getInputProps(`accounts.${index}.platform`)}
            />
            <TextInput
              label={text.accountName}
              aria-label={`${text.accountRow(index + 1)}, ${text.accountName}`}
              flex={2}
              {...form.getInputProps(`accounts.${index}.name`)}
            />
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={text.removeAccount(index + 1)}
              onClick={() => form.removeListItem('accounts', index)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        {form.errors['accounts'] !== undefined && (
          <Text size="sm" c="error" role="alert">
            {form.errors['accounts']}
          </Text>
        )}
        <Group>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('accounts', accountRow())}
          >
            {text.addAccount}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** By an id or an account that somebody has already, it is they who are changed. */
async function saved(
  participant: ParticipantDetail | undefined,
  values: ProfileValues,
): Promise<{ readonly person: Participant; readonly outcome: 'added' | 'known' | 'saved' }> {
  if (participant === undefined) {
    const { status, body } = await fanfare.send('POST', '/v1/participants', { body: newParticipant(values) });
    return { person: body, outcome: status === 201 ? 'added' : 'known' };
  }
  const path = { id: participant.id };
  const body = changedProfile(participant, values);
  return { person: await fanfare.patch('/v1/participants/{id}', { path, body }), outcome: 'saved' };
}
