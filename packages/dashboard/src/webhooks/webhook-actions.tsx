import type { Webhook } from '@fanfare/client';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconDots, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { fanfare, useChange } from '../api/index.ts';
import { confirmFirst } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { useSetStatus } from './webhook.ts';

/** Turning a webhook on and off, and deleting it. */
export function WebhookActions({ webhook }: { readonly webhook: Webhook }) {
  const may = useMay('webhooks');
  const { actions } = text;
  const isOn = webhook.status === 'active';
  const setStatus = useSetStatus(webhook, isOn ? actions.turnedOff : actions.turnedOn);
  const remove = useDelete(webhook);
  if (!may) return null;

  return (
    <>
      <Button
        variant="default"
        leftSection={isOn ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        loading={setStatus.isPending}
        onClick={() => {
          if (!isOn) return setStatus.mutate('active');
          confirmFirst({
            title: actions.turnOffTitle(webhook.name),
            consequence: actions.turnOffConsequence,
            confirm: actions.turnOff,
            destructive: false,
            onConfirm: () => setStatus.mutate('inactive'),
          });
        }}
      >
        {isOn ? actions.turnOff : actions.turnOn}
      </Button>
      <Menu position="bottom-end" withArrow>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={actions.more}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() =>
              confirmFirst({
                title: actions.deleteTitle(webhook.name),
                consequence: actions.deleteConsequence,
                confirm: actions.delete,
                onConfirm: remove,
              })
            }
          >
            {actions.delete}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** Leaves the page first: everything on it would be read anew and not be found. */
function useDelete({ id, name }: Webhook): () => void {
  const navigate = useNavigate();
  const remove = useChange(() => fanfare.delete('/v1/webhooks/{id}', { path: { id } }), {
    changes: ['/v1/webhooks', '/v1/statistics/webhooks', '/v1/statistics/concerns'],
    done: text.actions.deleted(name),
  });
  return () => void navigate({ to: '/webhooks' }).then(() => remove.mutate(undefined));
}
