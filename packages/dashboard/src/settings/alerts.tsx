import { Button, Group, List, Stack, TagsInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { settings as text } from '#strings/settings.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import { FormProblem, FormSection, Reading } from '../elements/index.ts';
import { useMay } from '../session/index.ts';

/** Who is told by e-mail of webhooks that fail. */
export function Alerts() {
  const may = useMay('settings');
  const alerts = useRead('/v1/organization/alerts');
  return (
    <FormSection title={text.alerts.title} description={text.alerts.description}>
      <Reading query={alerts} height={60}>
        {(data) =>
          may ? (
            <AlertsForm key={data.emails.join(' ')} saved={data.emails} />
          ) : (
            <Addresses emails={data.emails} />
          )
        }
      </Reading>
    </FormSection>
  );
}

function Addresses({ emails }: { readonly emails: readonly string[] }) {
  if (emails.length === 0) return <Text size="sm">{text.alerts.none}</Text>;
  return (
    <List size="sm">
      {emails.map((email) => (
        <List.Item key={email}>{email}</List.Item>
      ))}
    </List>
  );
}

function AlertsForm({ saved }: { readonly saved: readonly string[] }) {
  const form = useForm({ initialValues: { emails: [...saved] } });
  const save = useChange(
    (emails: readonly string[]) => fanfare.put('/v1/organization/alerts', { body: { emails: [...emails] } }),
    {
      changes: ['/v1/organization/alerts'],
      done: ({ emails }) => (emails.length === 0 ? text.alerts.savedNone : text.alerts.saved),
      problem: 'shown',
    },
  );
  return (
    <form onSubmit={form.onSubmit(({ emails }) => save.mutate(emails))}>
      <Stack>
        <TagsInput
          label={text.alerts.label}
          description={text.alerts.hint}
          placeholder={text.alerts.placeholder}
          maxTags={20}
          acceptValueOnBlur
          {...form.getInputProps('emails')}
        />
        <FormProblem form={form} error={save.error} fields={['emails']} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
            {text.alerts.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
