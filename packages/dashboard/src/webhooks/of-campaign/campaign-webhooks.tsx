import type { Webhook } from '@fanfare/client';
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { campaignWebhooks as text } from '#strings/webhook-places.ts';
import { useList, useRead } from '../../api/index.ts';
import { type Column, Copyable, DataTable, Nothing, RowLink, StateBadge } from '../../elements/index.ts';
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
  const webhooks = useList('/v1/webhooks', { query: { campaign_id: campaignId, exclusive: 'true' } });
  const [adding, { open, close }] = useDisclosure();
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
        rows={webhooks.rows}
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
        more={{
          has: webhooks.hasNextPage,
          loading: webhooks.isFetchingNextPage,
          load: () => void webhooks.fetchNextPage(),
        }}
      />
      <Others campaignId={campaignId} />
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

const mostOthers = 20;

function Others({ campaignId }: { readonly campaignId: string }) {
  const { data } = useRead('/v1/webhooks', {
    query: { campaign_id: campaignId, exclusive: 'false', limit: mostOthers },
  });
  if (data === undefined || data.data.length === 0) return null;
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h5">
        {text.others.title}
      </Title>
      <Text size="sm" c="dimmed">
        {text.others.description}
      </Text>
      <Group gap="md">
        {data.data.map(({ id, name }) => (
          <Anchor
            key={id}
            size="sm"
            renderRoot={(props) => <Link to="/webhooks/$webhookId" params={{ webhookId: id }} {...props} />}
          >
            {name}
          </Anchor>
        ))}
        {data.next_cursor !== null && (
          <Anchor
            size="sm"
            fw={600}
            renderRoot={(props) => <Link to="/webhooks" search={{ campaign: campaignId }} {...props} />}
          >
            {text.others.all}
          </Anchor>
        )}
      </Group>
    </Stack>
  );
}
