import type { Community } from '@fanfare/client';
import { ActionIcon, Badge, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconDots, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { campaigns } from '#strings/campaigns.ts';
import { elements } from '#strings/elements.ts';
import { fanfare, useChange, useList } from '../api/index.ts';
import {
  type Column,
  confirmFirst,
  DataTable,
  FormProblem,
  Moment,
  Nothing,
  useLast,
} from '../elements/index.ts';
import { useMay } from '../session/index.ts';

const text = campaigns.communities;

/** The communities that campaigns belong to: add, rename, choose the default one, delete. */
export function Communities() {
  const mayChange = useMay('campaigns');
  const [edited, setEdited] = useState<Community | 'new' | null>(null);
  const shownInForm = useLast(edited);
  const { rows, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useList('/v1/communities');
  const columns = useMemo(() => [...shown, ...(mayChange ? [actions(setEdited)] : [])], [mayChange]);
  return (
    <Stack>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Text size="sm" c="dimmed" maw={720}>
          {text.description}
        </Text>
        {mayChange && (
          <Button
            variant="default"
            leftSection={<IconPlus size={16} />}
            onClick={() => setEdited('new')}
            style={{ flexShrink: 0 }}
          >
            {text.create}
          </Button>
        )}
      </Group>
      <DataTable
        label={text.listLabel}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        error={error}
        again={() => void refetch()}
        empty={<Nothing title={text.empty.title} description={text.empty.description} />}
        more={{ has: hasNextPage, loading: isFetchingNextPage, load: () => void fetchNextPage() }}
      />
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={
          shownInForm === null || shownInForm === 'new'
            ? text.createTitle
            : text.renameTitle(shownInForm.name)
        }
        centered
      >
        {shownInForm !== null && <NameForm community={shownInForm} onDone={() => setEdited(null)} />}
      </Modal>
    </Stack>
  );
}

function NameForm({
  community,
  onDone,
}: {
  readonly community: Community | 'new';
  readonly onDone: () => void;
}) {
  const form = useForm({ initialValues: { name: community === 'new' ? '' : community.name } });
  const save = useChange(
    (body: { name: string }) =>
      community === 'new'
        ? fanfare.post('/v1/communities', { body })
        : fanfare.patch('/v1/communities/{id}', { path: { id: community.id }, body }),
    {
      changes: ['/v1/communities'],
      problem: 'shown',
      onDone: () => {
        form.reset();
        onDone();
      },
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <TextInput
          label={text.name}
          description={text.nameHint}
          required
          maxLength={200}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <FormProblem form={form} error={save.error} fields={['name']} />
        <Button type="submit" loading={save.isPending} ml="auto">
          {community === 'new' ? text.add : text.save}
        </Button>
      </Stack>
    </form>
  );
}

const shown: readonly Column<Community>[] = [
  {
    id: 'name',
    header: text.name,
    cell: ({ name, default: isDefault }) => (
      <Group gap="xs">
        {name}
        {isDefault && (
          <Badge variant="light" tt="none">
            {text.default}
          </Badge>
        )}
      </Group>
    ),
  },
  { id: 'created', header: campaigns.created, cell: ({ created_at }) => <Moment at={created_at} /> },
];

function actions(edit: (community: Community) => void): Column<Community> {
  return {
    id: 'actions',
    buttons: true,
    header: elements.actions,
    align: 'right',
    width: 72,
    cell: (community) => <Actions community={community} edit={edit} />,
  };
}

function Actions({
  community,
  edit,
}: {
  readonly community: Community;
  readonly edit: (community: Community) => void;
}) {
  const path = { id: community.id };
  const makeDefault = useChange(
    () => fanfare.patch('/v1/communities/{id}', { path, body: { default: true } }),
    { changes: ['/v1/communities'] },
  );
  const remove = useChange(() => fanfare.delete('/v1/communities/{id}', { path }), {
    changes: ['/v1/communities'],
    done: text.deleted(community.name),
  });
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.actions(community.name)}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => edit(community)}>{text.rename}</Menu.Item>
        {!community.default && (
          <Menu.Item onClick={() => makeDefault.mutate(undefined)}>{text.makeDefault}</Menu.Item>
        )}
        {!community.default && (
          <Menu.Item
            color="red"
            onClick={() =>
              confirmFirst({
                title: text.deleting.title(community.name),
                consequence: text.deleting.consequence,
                confirm: text.deleting.confirm,
                onConfirm: () => remove.mutate(undefined),
              })
            }
          >
            {text.delete}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
