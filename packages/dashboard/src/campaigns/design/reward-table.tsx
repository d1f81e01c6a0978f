import type { Reward } from '@fanfare/client';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { campaignDesign } from '#strings/campaign-design.ts';
import { elements } from '#strings/elements.ts';
import { type Column, DataTable, Nothing, none, RowLink } from '../../elements/index.ts';
import { useWebhookNames } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { useArranging } from './arranging.ts';
import type { Design } from './design.ts';
import { withoutZeros } from './reward-badge.tsx';
import { RowMenu } from './row-menu.tsx';
import { useEditing } from './use-editing.ts';

const text = campaignDesign.rewards;

/** The rewards of the campaign: what is left of each, and how it is paid. */
export function RewardTable({ design }: { readonly design: Design }) {
  const { campaignId, rewards } = design;
  const { add } = useEditing();
  const mayDesign = useMay('campaigns');
  const webhooks = useWebhookNames(rewards.flatMap(({ payout }) => payingWebhook(payout)));
  const columns = useMemo(
    () => columnsOf(campaignId, (id) => webhooks.get(id) ?? id),
    [campaignId, webhooks],
  );
  const addReward = mayDesign && (
    <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => add('reward')}>
      {campaignDesign.addReward}
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={2} size="h4">
            {text.title}
          </Title>
          <Text size="sm" c="dimmed">
            {text.hint}
          </Text>
        </div>
        {rewards.length > 0 && addReward}
      </Group>
      <DataTable
        label={text.label}
        columns={columns}
        rows={rewards}
        rowId={({ id }) => id}
        empty={
          <Nothing
            title={text.empty.title}
            description={text.empty.description}
            action={addReward || undefined}
          />
        }
      />
    </Stack>
  );
}

function columnsOf(campaignId: string, webhookName: (id: string) => string): readonly Column<Reward>[] {
  return [
    {
      id: 'name',
      header: text.name,
      cell: ({ id, name }) => (
        <RowLink to="/campaigns/$campaignId/design" params={{ campaignId }} search={{ edit: id }}>
          {name}
        </RowLink>
      ),
    },
    { id: 'kind', header: text.kind, cell: ({ kind }) => text.kinds[kind] },
    { id: 'unit', header: text.unit, cell: ({ unit }) => unit },
    {
      id: 'stock',
      header: text.stock,
      align: 'right',
      cell: ({ stock }) =>
        stock === undefined ? none : stock === null ? text.unlimited : withoutZeros(stock),
    },
    { id: 'payout', header: text.payout, cell: ({ payout }) => paidHow(payout, webhookName) },
    {
      id: 'actions',
      buttons: true,
      header: elements.actions,
      align: 'right',
      width: 72,
      cell: (reward) => <RewardActions campaignId={campaignId} reward={reward} />,
    },
  ];
}

function payingWebhook(payout: Reward['payout']): readonly string[] {
  return payout?.mode === 'webhook' ? [payout.webhook_id] : [];
}

function paidHow(payout: Reward['payout'], webhookName: (id: string) => string): string {
  if (payout === undefined) return none;
  if (payout.mode === 'internal') return text.paidInternal;
  const name = webhookName(payout.webhook_id);
  return payout.automatic ? text.paidAutomatically(name) : text.paidBy(name);
}

function RewardActions({ campaignId, reward }: { readonly campaignId: string; readonly reward: Reward }) {
  const { edit } = useEditing();
  const { remove } = useArranging(campaignId, 'reward');
  return <RowMenu name={reward.name} onEdit={() => edit(reward.id)} onDelete={() => remove(reward)} />;
}
