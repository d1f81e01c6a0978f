import type { Organization } from '@fanfare/client';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactNode } from 'react';
import { settings as text } from '#strings/settings.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import { Copyable, FormProblem, FormSection, Moment, Reading } from '../elements/index.ts';
import { useMay } from '../session/index.ts';

export function OrganizationSettings() {
  const may = useMay('settings');
  const organization = useRead('/v1/organization');
  return (
    <FormSection title={text.organization.title}>
      <Reading query={organization} height={120}>
        {(data) => (
          <>
            {may ? <NameForm key={data.name} organization={data} /> : <Text fw={600}>{data.name}</Text>}
            <Group gap="xl">
              <Labelled label={text.organization.id}>
                <Copyable value={data.id} what={text.organization.idWhat} />
              </Labelled>
              <Labelled label={text.organization.made}>
                <Moment at={data.created_at} />
              </Labelled>
            </Group>
          </>
        )}
      </Reading>
    </FormSection>
  );
}

function Labelled({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Stack gap={0} miw={0}>
      <Text size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <Text size="sm" component="div" miw={0}>
        {children}
      </Text>
    </Stack>
  );
}

function NameForm({ organization: { name } }: { readonly organization: Organization }) {
  const form = useForm({ initialValues: { name } });
  const rename = useChange((body: { name: string }) => fanfare.patch('/v1/organization', { body }), {
    changes: ['/v1/organization', '/v1/session'],
    done: (renamed) => text.organization.saved(renamed.name),
    problem: 'shown',
  });
  return (
    <form onSubmit={form.onSubmit((values) => rename.mutate(values))}>
      <Stack>
        <TextInput
          label={text.organization.name}
          description={text.organization.nameHint}
          required
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <FormProblem form={form} error={rename.error} fields={['name']} />
        <Group>
          <Button type="submit" loading={rename.isPending} disabled={!form.isDirty()}>
            {text.organization.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
