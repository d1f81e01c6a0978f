import type { Campaign } from '@fanfare/client';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { campaigns as text } from '#strings/campaigns.ts';
import { fanfare, useChange } from '../api/index.ts';
import { confirmFirst } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import type { Status } from './settings-values.ts';

const order: readonly Status[] = ['active', 'paused', 'ended', 'draft'];

/** Activates, pauses or ends a campaign, whatever it is not now. */
export function StatusMenu({ campaign }: { readonly campaign: Campaign }) {
  const mayChange = useMay('campaigns');
  const turn = useChange(
    (status: Status) => fanfare.patch('/v1/campaigns/{id}', { path: { id: campaign.id }, body: { status } }),
    {
      changes: ['/v1/campaigns'],
      done: ({ name, status }) => text.statusChanged(name, text.statuses[status].label),
    },
  );
  if (!mayChange) return null;
  const choose = (status: Status) => {
    if (status !== 'ended') return turn.mutate(status);
    confirmFirst({
      title: text.end.title(campaign.name),
      consequence: text.end.consequence,
      confirm: text.end.confirm,
      onConfirm: () => turn.mutate(status),
    });
  };
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} />} loading={turn.isPending}>
          {text.changeStatus}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {order
          .filter((status) => status !== campaign.status)
          .map((status) => (
            <Menu.Item key={status} onClick={() => choose(status)}>
              {text.statuses[status].turn}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}
