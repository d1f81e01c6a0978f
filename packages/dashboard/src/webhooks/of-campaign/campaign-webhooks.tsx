import type { Webhook } from '@fanfare/client';
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { campaignWebhooks as text } from '#strings/webhook-places.ts';
import { type Column, Copyable, DataTable, Nothing, RowLink, StateBadge } from '../../elements/index.ts';
import { useWebhooks } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { AddWebhook } from './add-webhook.tsx';

const { columns: headers, empty } = text;

const columns: readonly Column<Webhook>[] = [
  {
    id: 'name',
    header: headers.name,
    cell: ({ id, name }) => (
      <RowLink to="/webhooks/$webhookId" params={{ webhookId: id }}>
        {name}
      </RowLink>
    ),
  },
  { id: 'status', header: headers.status, cell: ({ status }) => <StateBadge state={status} /> },
  {
    id: 'events',
    header: headers.events,
    cell: ({ events }) => (events.length === 0 ? text.allEvents : events.join(', ')),
  },
  {
    id: 'url',
    header: headers.url,
    cell: ({ method, url }) => (
      <Group gap={6} wrap="nowrap" maw={320}>
        {method} <Copyable value={url} what={headers.url} />
      </Group>
    ),
    wide: true,
  },
  { id: 'links', header: headers.links, cell: Links },
];

/** The webhooks that are for one campaign alone, and which others get its events. */
export function CampaignWebhooks({ campaignId }: { readonly campaignId: string }) {
  const may = useMay('webhooks');
  const webhooks = useWebhooks();
  const [adding, { open, close }] = useDisclosure();
  const isPinned = ({ campaigns }: Webhook) => campaigns.length === 1 && campaigns[0] === campaignId;
  const others = webhooks.data?.filter(
    (webhook) =>
      !isPinned(webhook) && (webhook.campaigns.length === 0 || webhook.campaigns.includes(campaignId)),
  );
  const addButton = may && (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {text.add}
    </Button>
  );
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="sm">
        <div>
          <Title order={2} size="h4">
            {text.title}
          </Title>
          <Text size="sm" c="dimmed">
            {text.description}
          </Text>
        </div>
        {addButton}
      </Group>
      <DataTable
        label={text.title}
        columns={columns}
        rows={webhooks.data?.filter(isPinned)}
        rowId={({ id }) => id}
        error={webhooks.error}
        again={() => void webhooks.refetch()}
        empty={
          <Nothing
            title={empty.title}
            description={may ? empty.description : empty.viewer}
            icon={<IconWebhook />}
          />
        }
      />
      {others !== undefined && others.length > 0 && <Others webhooks={others} />}
      {may && <AddWebhook campaignId={campaignId} opened={adding} onClose={close} />}
    </Stack>
  );
}

function Links({ id, name }: Webhook) {
  const may = useMay('webhooks');
  const params = { webhookId: id };
  return (
    <Group gap="sm" wrap="nowrap">
      {may && (
        <Anchor
          size="sm"
          aria-label={text.exampleOf(name)}
          renderRoot={(props) => <Link to="/webhooks/$webhookId/example" params={params} {...props} />}
        >
          {text.example}
        </Anchor>
      )}
      <Anchor
        size="sm"
        aria-label={text.historyOf(name)}
        renderRoot={(props) => <Link to="/webhooks/$webhookId/history" params={params} {...props} />}
      >
        {text.history}
      </Anchor>
    </Group>
  );
}

function Others({ webhooks }: { readonly webhooks: readonly Webhook[] }) {
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h5">
        {text.others.title}
      </Title>
      <Text size="sm" c="dimmed">
        {text.others.description}
      </Text>
      <Group gap="md">
        {webhooks.map(({ id, name }) => (
          <Anchor
            key={id}
            size="sm"
            renderRoot={(props) => <Link to="/webhooks/$webhookId" params={{ webhookId: id }} {...props} />}
          >
            {name}
          </Anchor>
        ))}
      </Group>
    </Stack>
  );
}
