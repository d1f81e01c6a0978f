import type { Session } from '@fanfare/client';
import { Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMemo } from 'react';
import { account as text } from '#strings/account.ts';
import { elements } from '#strings/elements.ts';
import { frame } from '#strings/frame.ts';
import { fanfare, useChange } from '../api/index.ts';
import { type Column, DataTable, FormProblem, FormSection } from '../elements/index.ts';
import { useMay, useSession, useSwitching } from '../session/index.ts';

type Organization = Session['organizations'][number];

export function OwnOrganizations() {
  const { organizations, organization: current } = useSession();
  const mayMake = useMay('organizations');
  const [making, { open, close }] = useDisclosure();
  const columns = useMemo(
    (): readonly Column<Organization>[] => [
      {
        id: 'name',
        header: text.organizations.name,
        cell: ({ id, name }) => (
          <Group gap="xs">
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            {id === current.id && (
              <Badge variant="light" color="green" tt="none" size="sm">
                {text.organizations.current}
              </Badge>
            )}
          </Group>
        ),
      },
      { id: 'role', header: text.organizations.role, cell: ({ role }) => frame.roles[role], width: 140 },
      {
        id: 'actions',
        buttons: true,
        header: text.organizations.actions,
        cell: (organization) =>
          organization.id === current.id ? null : <WorkIn organization={organization} />,
        align: 'right',
        width: 140,
      },
    ],
    [current.id],
  );
  return (
    <FormSection title={text.organizations.title} description={text.organizations.description}>
      <DataTable
        label={text.organizations.title}
        columns={columns}
        rows={organizations}
        rowId={({ id }) => id}
        empty={null}
      />
      {mayMake && (
        <Group>
          <Button variant="default" onClick={open}>
            {text.organizations.make}
          </Button>
        </Group>
      )}
      <Modal opened={making} onClose={close} title={text.organizations.make} centered>
        <NewOrganization onCancel={close} />
      </Modal>
    </FormSection>
  );
}

function WorkIn({ organization: { id, name } }: { readonly organization: Organization }) {
  const switching = useSwitching();
  return (
    <Button
      size="xs"
      variant="default"
      loading={switching.isPending}
      aria-label={text.organizations.workInOf(name)}
      onClick={() => switching.mutate(id)}
    >
      {text.organizations.workIn}
    </Button>
  );
}

function NewOrganization({ onCancel }: { readonly onCancel: () => void }) {
  const form = useForm({ initialValues: { name: '' } });
  const switching = useSwitching();
  const make = useChange((body: { name: string }) => fanfare.post('/v1/organizations', { body }), {
    done: ({ name }) => text.organizations.made(name),
    problem: 'shown',
    onDone: ({ id }) => switching.mutate(id),
  });
  return (
    <form onSubmit={form.onSubmit((values) => make.mutate(values))}>
      <Stack>
        <TextInput
          label={text.organizations.name}
          description={text.organizations.makeHint}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <FormProblem form={form} error={make.error} fields={['name']} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {elements.cancel}
          </Button>
          <Button type="submit" loading={make.isPending || switching.isPending}>
            {text.organizations.makeAction}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
