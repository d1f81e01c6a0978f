import type { Trigger } from '@fanfare/client';
import { ActionIcon, Button, Menu, Text } from '@mantine/core';
import { IconDots, IconEye, IconPencil, IconPlus, IconTargetArrow, IconTrash } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { elements } from '#strings/elements.ts';
import { triggers as text } from '#strings/triggers.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import {
  type Column,
  confirmFirst,
  DataTable,
  Nothing,
  none,
  Page,
  RowLink,
  SideDrawer,
  useLast,
} from '../elements/index.ts';
import { useCampaigns } from '../pickers/index.ts';
import { useMay } from '../session/index.ts';
import { TriggerForm } from './trigger-form.tsx';

const route = getRouteApi('/signed-in/triggers');

export function TriggerList() {
  const navigate = route.useNavigate();
  const mayChange = useMay('campaigns');
  const { data, error, refetch } = useRead('/v1/triggers');
  const campaigns = useCampaigns();
  const columns = useMemo(
    () => columnsWith((id) => campaigns.data?.find((campaign) => campaign.id === id)?.name ?? id),
    [campaigns.data],
  );
  const create = mayChange ? (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => void navigate({ search: { add: true }, resetScroll: false })}
    >
      {text.create}
    </Button>
  ) : undefined;
  return (
    <Page title={text.title} description={text.description} actions={create}>
      <DataTable
        label={text.listLabel}
        columns={columns}
        rows={data?.data}
        rowId={({ id }) => id}
        error={error}
        again={() => void refetch()}
        empty={
          <Nothing
            icon={<IconTargetArrow />}
            title={text.empty.title}
            description={mayChange ? text.empty.may : text.empty.mayNot}
            action={create}
          />
        }
      />
      {data !== undefined && <Editor triggers={data.data} />}
    </Page>
  );
}

/** The form beside the list, of the trigger that the address names. */
function Editor({ triggers }: { readonly triggers: readonly Trigger[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const mayChange = useMay('campaigns');
  const close = () => void navigate({ search: {}, resetScroll: false });
  const opened = search.edit !== undefined || (search.add === true && mayChange);
  const { edit, add } = useLast(opened ? search : null) ?? {};
  const trigger = triggers.find(({ id }) => id === edit) ?? null;
  const adding = add === true;
  const title = adding
    ? text.form.addTitle
    : trigger === null
      ? text.gone.title
      : text.form.editTitle(trigger.name);
  return (
    <SideDrawer opened={opened} onClose={close} title={title}>
      {adding || trigger !== null ? (
        <TriggerForm
          key={trigger?.id ?? ''}
          trigger={trigger}
          taken={triggers.map(({ id }) => id)}
          onClose={close}
        />
      ) : (
        edit !== undefined && <Nothing title={text.gone.title} description={text.gone.description} />
      )}
    </SideDrawer>
  );
}

function columnsWith(campaignName: (id: string) => string): readonly Column<Trigger>[] {
  return [
    {
      id: 'name',
      header: text.name,
      cell: ({ id, name }) => (
        <RowLink to="/triggers" search={{ edit: id }}>
          {name}
        </RowLink>
      ),
    },
    {
      id: 'id',
      header: text.id,
      cell: ({ id }) => (
        <Text ff="monospace" size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
          {id}
        </Text>
      ),
    },
    { id: 'campaign', header: text.campaign, cell: ({ campaign_id }) => campaignName(campaign_id) },
    { id: 'gives', header: text.gives, cell: ({ credit }) => gives(credit) },
    {
      id: 'task',
      header: text.task,
      cell: ({ campaign_id, task_id }) =>
        task_id === null ? none : <TaskName campaignId={campaign_id} taskId={task_id} />,
      wide: true,
    },
    {
      id: 'actions',
      buttons: true,
      header: elements.actions,
      align: 'right',
      width: 72,
      cell: (trigger) => <Actions trigger={trigger} />,
    },
  ];
}

const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });

function gives(credit: Trigger['credit']): string {
  if ('rate' in credit) return text.givesRate(exact.format(credit.rate));
  return credit.amount === 0 ? text.givesNothing : text.givesAmount(exact.format(credit.amount));
}

function TaskName({ campaignId, taskId }: { readonly campaignId: string; readonly taskId: string }) {
  const { data } = useRead('/v1/campaigns/{id}/tasks', { path: { id: campaignId } });
  return data?.data.find(({ id }) => id === taskId)?.name ?? none;
}

function Actions({ trigger: { id, name } }: { readonly trigger: Trigger }) {
  const navigate = route.useNavigate();
  const mayChange = useMay('campaigns');
  const remove = useChange(() => fanfare.delete('/v1/triggers/{trigger_id}', { path: { trigger_id: id } }), {
    changes: ['/v1/triggers'],
    done: text.deleting.done(name),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={text.actions(name)}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={mayChange ? <IconPencil size={16} /> : <IconEye size={16} />}
          onClick={() => void navigate({ search: { edit: id }, resetScroll: false })}
        >
          {mayChange ? text.edit : text.look}
        </Menu.Item>
        {mayChange && (
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() =>
              confirmFirst({
                title: text.deleting.title(name),
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
