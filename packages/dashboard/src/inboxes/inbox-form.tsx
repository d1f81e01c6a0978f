import type { Inbox, Taking } from '@fanfare/client';
import {
  Button,
  Checkbox,
  Group,
  Modal,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { useId } from 'react';
import { inboxes } from '#strings/inboxes.ts';
import { fanfare, useChange } from '../api/index.ts';
import { CodeInput, FormProblem } from '../elements/index.ts';
import { headerFault, headerLines, headersFrom } from './header-lines.ts';

const text = inboxes.form;

interface Values {
  readonly name: string;
  readonly mode: 'answer' | 'reset';
  readonly status: number | string;
  readonly delaySeconds: number | string;
  readonly headers: string;
  readonly body: string;
  readonly secret: string;
  readonly forgetSecret: boolean;
}

/** Of the form, by what the API calls them. */
const fieldOf: Readonly<Record<string, keyof Values>> = {
  name: 'name',
  'answer.status': 'status',
  'answer.delay_ms': 'delaySeconds',
  'answer.headers': 'headers',
  'answer.body': 'body',
  secret: 'secret',
};

interface InboxDialogProps {
  /** Undefined to make a new one. */
  readonly inbox?: Inbox;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSaved?: (inbox: Inbox) => void;
}

export function InboxDialog({ opened, ...props }: InboxDialogProps) {
  const title = props.inbox === undefined ? text.createTitle : text.editTitle;
  return (
    <Modal opened={opened} onClose={props.onClose} title={title} size="lg" centered>
      <InboxForm {...props} />
    </Modal>
  );
}

function InboxForm({ inbox, onClose, onSaved }: Omit<InboxDialogProps, 'opened'>) {
  const modeLabel = useId();
  const form = useForm<Values>({
    initialValues: {
      name: inbox?.name ?? '',
      mode: inbox?.answer.reset === true ? 'reset' : 'answer',
      status: inbox?.answer.status ?? 204,
      delaySeconds: (inbox?.answer.delay_ms ?? 0) / 1_000,
      headers: headerLines(inbox?.answer.headers ?? {}),
      body: inbox?.answer.body ?? '',
      secret: '',
      forgetSecret: false,
    },
    validate: { headers: headerFault },
  });
  const save = useChange(
    (body: Taking<'createInbox'>['body']) =>
      inbox === undefined
        ? fanfare.post('/v1/inboxes', { body })
        : fanfare.patch('/v1/inboxes/{id}', { path: { id: inbox.id }, body }),
    {
      changes: ['/v1/inboxes'],
      done: ({ name }) => (inbox === undefined ? text.created(name) : text.saved),
      onDone: (saved) => {
        onClose();
        onSaved?.(saved);
      },
      problem: 'shown',
    },
  );
  const { mode, forgetSecret } = form.values;
  const atFields = {
    setErrors: (errors: Record<string, string>) =>
      form.setErrors(
        Object.fromEntries(Object.entries(errors).map(([name, detail]) => [fieldOf[name] ?? name, detail])),
      ),
    getInputNode: (name: string) => form.getInputNode(fieldOf[name] ?? name),
  };

  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(settingsFrom(values)))}>
      <Stack>
        <TextInput
          label={text.name}
          description={text.nameHint}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <div>
          <Text size="sm" fw={500} id={modeLabel} mb={4}>
            {text.mode}
          </Text>
          <SegmentedControl
            aria-labelledby={modeLabel}
            data={[
              { value: 'answer', label: text.modes.answer },
              { value: 'reset', label: text.modes.reset },
            ]}
            {...form.getInputProps('mode')}
          />
        </div>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          {mode === 'answer' && (
            <NumberInput
              label={text.status}
              description={text.statusHint}
              min={200}
              max={599}
              allowDecimal={false}
              required
              {...form.getInputProps('status')}
            />
          )}
          <NumberInput
            label={text.delay}
            description={text.delayHint}
            min={0}
            max={120}
            decimalScale={3}
            {...form.getInputProps('delaySeconds')}
          />
        </SimpleGrid>
        {mode === 'answer' && (
          <>
            <CodeInput
              label={text.headers}
              description={text.headersHint}
              minRows={1}
              maxRows={8}
              {...form.getInputProps('headers')}
            />
            <CodeInput
              label={text.body}
              description={text.bodyHint}
              minRows={2}
              maxRows={12}
              {...form.getInputProps('body')}
            />
          </>
        )}
        <PasswordInput
          label={text.secret}
          description={inbox?.has_secret === true ? `${text.secretHint} ${text.secretKept}` : text.secretHint}
          autoComplete="off"
          disabled={forgetSecret}
          {...form.getInputProps('secret')}
        />
        {inbox?.has_secret === true && (
          <Checkbox label={text.removeSecret} {...form.getInputProps('forgetSecret', { type: 'checkbox' })} />
        )}
        <FormProblem form={atFields} error={save.error} fields={Object.keys(fieldOf)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {inbox === undefined ? text.create : text.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function settingsFrom(values: Values): Taking<'createInbox'>['body'] {
  const { name, mode, status, delaySeconds, headers, body, secret, forgetSecret } = values;
  return {
    name: name.trim(),
    answer: {
      status: Number(status),
      delay_ms: Math.round(Number(delaySeconds) * 1_000),
      headers: headersFrom(headers),
      body,
      reset: mode === 'reset',
    },
    ...(secret !== '' && { secret }),
    ...(forgetSecret && { secret: null }),
  };
}
