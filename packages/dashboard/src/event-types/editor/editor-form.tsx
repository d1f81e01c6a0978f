import type { EventType, EventTypeSettings } from '@fanfare/client';
import { Button, Grid, Group, Stack, Text, type TextareaProps, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCircleCheck } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { eventTypeEditor as text } from '#strings/event-type-editor.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { CodeInput, FormProblem, FormSection, useUnsavedGuard } from '../../elements/index.ts';
import { SchemaTree } from '../schema-tree.tsx';
import { parseObject } from './json-object.ts';
import { type Check, type Draft, useCheck } from './use-check.ts';

interface Values extends Draft {
  readonly description: string;
}

const fields = ['type', 'description', 'schema', 'example'];

const starter: Values = {
  type: '',
  description: '',
  schema: JSON.stringify(
    {
      type: 'object',
      properties: { level: { type: 'string', description: 'What they were upgraded to' } },
      required: ['level'],
      additionalProperties: false,
    },
    null,
    2,
  ),
  example: JSON.stringify({ level: 'gold' }, null, 2),
};

function valuesOf({ type, description, schema, example }: EventType): Values {
  return {
    type,
    description,
    schema: JSON.stringify(schema, null, 2),
    example: JSON.stringify(example, null, 2),
  };
}

/** A new event type, or one of the organization's own to change. */
export function EditorForm({ eventType }: { readonly eventType?: EventType }) {
  const form = useForm<Values>({ initialValues: eventType === undefined ? starter : valuesOf(eventType) });
  const { type, schema, example } = form.values;
  const check = useCheck({ type, schema, example });
  const navigate = useNavigate();
  const leave = useUnsavedGuard(form.isDirty());
  const save = useChange(
    ({ body, name }: { readonly name: string; readonly body: EventTypeSettings }) =>
      fanfare.put('/v1/event-types/{type}', { path: { type: name }, body }),
    {
      changes: ['/v1/event-types', '/v1/formats'],
      done: (saved) => (eventType === undefined ? text.registered(saved.type) : text.saved),
      onDone: (saved) => {
        leave();
        void navigate({ to: '/event-types/$type', params: { type: saved.type } });
      },
      problem: 'shown',
    },
  );
  const submit = ({ type: name, description, ...written }: Values) => {
    const parsed = { schema: parseObject(written.schema), example: parseObject(written.example) };
    if (!parsed.schema.ok || !parsed.example.ok) return;
    const body = { description, schema: parsed.schema.value, example: parsed.example.value };
    save.mutate({ name: name.trim(), body });
  };

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack gap="md">
        <FormSection title={text.about.title} description={text.about.description}>
          <TextInput
            label={text.name}
            description={text.nameHint}
            required
            disabled={eventType !== undefined}
            {...form.getInputProps('type')}
            error={form.errors['type'] ?? (type === '' ? undefined : lines(check.type))}
          />
          <TextInput
            label={text.meaning}
            description={text.meaningHint}
            required
            {...form.getInputProps('description')}
          />
        </FormSection>
        <FormSection title={text.schema.title} description={text.schema.description}>
          <Grid gap="lg">
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <JsonField label={text.schema.label} faults={check.schema} {...form.getInputProps('schema')} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Preview schema={schema} />
            </Grid.Col>
          </Grid>
        </FormSection>
        <FormSection title={text.example.title} description={text.example.description}>
          <JsonField label={text.example.label} faults={check.example} {...form.getInputProps('example')} />
          <Verdict check={check} />
        </FormSection>
        <FormProblem form={form} error={save.error} fields={fields} />
        {eventType !== undefined && (
          <Text size="sm" c="dimmed">
            {text.changeHint}
          </Text>
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {eventType === undefined ? text.register : text.save}
          </Button>
          <Button
            variant="default"
            onClick={() =>
              void (eventType === undefined
                ? navigate({ to: '/event-types' })
                : navigate({ to: '/event-types/$type', params: { type: eventType.type } }))
            }
          >
            {text.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface JsonFieldProps extends TextareaProps {
  readonly faults: readonly string[];
}

function JsonField({ faults, error, ...props }: JsonFieldProps) {
  return <CodeInput minRows={6} maxRows={28} required {...props} error={error ?? lines(faults)} />;
}

function lines(faults: readonly string[]): ReactNode {
  if (faults.length === 0) return undefined;
  return faults.map((fault) => (
    <span key={fault} style={{ display: 'block', overflowWrap: 'anywhere' }}>
      {fault}
    </span>
  ));
}

function Preview({ schema }: { readonly schema: string }) {
  const parsed = parseObject(schema);
  if (!parsed.ok) return null;
  return (
    <>
      <Text size="sm" fw={600} mb={4}>
        {text.schema.preview}
      </Text>
      <SchemaTree schema={parsed.value} />
    </>
  );
}

function Verdict({ check: { checking, fits } }: { readonly check: Check }) {
  return (
    <Text size="sm" role="status" mih={22} c={fits && !checking ? 'var(--fanfare-text-green)' : 'dimmed'}>
      {checking ? (
        text.checking
      ) : fits ? (
        <Group gap={6} component="span" display="inline-flex">
          <IconCircleCheck size={16} aria-hidden /> {text.fits}
        </Group>
      ) : null}
    </Text>
  );
}
