import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { account as text } from '#strings/account.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem, FormSection } from '../elements/index.ts';
import { useSession } from '../session/index.ts';

export function OwnName() {
  const { name, email } = useSession().person;
  return (
    <FormSection title={text.person.title}>
      <div>
        <Text size="xs" c="dimmed" fw={600}>
          {text.person.email}
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      </div>
      <NameForm key={name} saved={name} />
    </FormSection>
  );
}

function NameForm({ saved }: { readonly saved: string }) {
  const form = useForm({ initialValues: { name: saved } });
  const rename = useChange((body: { name: string }) => fanfare.patch('/v1/person', { body }), {
    changes: ['/v1/session', '/v1/members'],
    done: ({ name }) => text.person.saved(name),
    problem: 'shown',
  });
  return (
    <form onSubmit={form.onSubmit((values) => rename.mutate(values))}>
      <Stack>
        <TextInput
          label={text.person.name}
          autoComplete="name"
          required
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <FormProblem form={form} error={rename.error} fields={['name']} />
        <Group>
          <Button type="submit" loading={rename.isPending} disabled={!form.isDirty()}>
            {text.person.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
