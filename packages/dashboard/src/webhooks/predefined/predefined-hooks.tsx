import type { Format, Webhook } from '@fanfare/client';
import { Anchor, Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { elements } from '#strings/elements.ts';
import { predefinedHooks as text } from '#strings/webhook-places.ts';
import { useList, useRead } from '../../api/index.ts';
import { Copyable, Problem, StateBadge } from '../../elements/index.ts';
import type { WebhookQuery } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { TestingArea } from './testing-area.tsx';

type Predefined = Format['predefined_webhooks'][number];

const mostAtFirst = 10;

/** The ready-made hooks of the claimr format: what each sends, where it is assigned, and a testing area. */
export function PredefinedHooks() {
  const formats = useRead('/v1/formats');
  const ready = formats.data?.data.flatMap(({ name, predefined_webhooks }) =>
    predefined_webhooks.map((hook) => ({ format: name, hook })),
  );
  if (formats.error !== null) {
    return <Problem error={formats.error} again={() => void formats.refetch()} />;
  }
  return (
    <Stack gap="md">
      <Text c="dimmed" maw={820}>
        {text.description}
      </Text>
      {ready === undefined ? (
        <Skeleton h={420} />
      ) : (
        ready.map(({ format, hook }) => <PredefinedHook key={hook.name} format={format} hook={hook} />)
      )}
    </Stack>
  );
}

function PredefinedHook({ format, hook }: { readonly format: Format['name']; readonly hook: Predefined }) {
  const among = { format, events: hook.events.join() };
  const webhooks = useList('/v1/webhooks', { query: { ...among, limit: mostAtFirst } });
  if (webhooks.rows === undefined) {
    return webhooks.error === null ? (
      <Skeleton h={170} />
    ) : (
      <Problem error={webhooks.error} again={() => void webhooks.refetch()} />
    );
  }
  return (
    <Hook
      format={format}
      hook={hook}
      among={among}
      assigned={webhooks.rows}
      more={
        webhooks.hasNextPage ? (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() => void webhooks.fetchNextPage()}
            loading={webhooks.isFetchingNextPage}
          >
            {elements.more}
          </Button>
        ) : null
      }
    />
  );
}

function Hook({
  format,
  hook,
  among,
  assigned,
  more,
}: {
  readonly format: Format['name'];
  readonly hook: Predefined;
  /** Which webhooks it is assigned to. */
  readonly among: WebhookQuery;
  /** The first of them. */
  readonly assigned: readonly Webhook[];
  readonly more: ReactNode;
}) {
  const may = useMay('webhooks');
  const [assigning, { open, close }] = useDisclosure();
  const isUsed = assigned.length > 0;
  return (
    <Card withBorder padding="lg" component="section" aria-label={hook.name}>
      <Group justify="space-between" align="flex-start" gap="sm" mb="sm">
        <div style={{ minWidth: 0, flex: '1 1 260px' }}>
          <Group gap="xs">
            <Title order={2} size="h4">
              {hook.name}
            </Title>
            <Badge variant="light" color={isUsed ? 'green' : 'gray'} tt="none">
              {isUsed ? text.assigned : text.notAssigned}
            </Badge>
          </Group>
          <Text size="sm">{hook.description}</Text>
          <Text size="xs" c="dimmed">
            {hook.events.map(text.scope).join(', ')}
          </Text>
        </div>
        {may && (
          <Button
            variant={isUsed ? 'default' : 'filled'}
            onClick={open}
            aria-label={text.assignLabel(hook.name)}
          >
            {text.assign}
          </Button>
        )}
      </Group>
      {isUsed ? (
        <>
          <Stack
            gap="xs"
            component="ul"
            m={0}
            p={0}
            style={{ listStyle: 'none' }}
            aria-label={text.assignedTo}
          >
            {assigned.map((webhook) => (
              <Assigned key={webhook.id} webhook={webhook} />
            ))}
          </Stack>
          {more}
        </>
      ) : (
        <Text size="sm" c="dimmed">
          {may ? text.notAssignedDetail : text.notAssignedViewer}
        </Text>
      )}
      {may && isUsed && <TestingArea hook={hook} webhooks={assigned} among={among} />}
      {may && <AssignDialog format={format} hook={hook} opened={assigning} onClose={close} />}
    </Card>
  );
}

function Assigned({ webhook }: { readonly webhook: Webhook }) {
  return (
    <li>
      <Group gap="xs">
        <Anchor
          size="sm"
          fw={600}
          renderRoot={(props) => (
            <Link to="/webhooks/$webhookId" params={{ webhookId: webhook.id }} {...props} />
          )}
        >
          {webhook.name}
        </Anchor>
        <StateBadge state={webhook.status} />
        <Text size="xs" c="dimmed" component="span" ff="monospace">
          {webhook.id}
        </Text>
        {webhook.events.length === 0 && (
          <Text size="xs" c="dimmed" component="span">
            {text.allScopes}
          </Text>
        )}
      </Group>
      <Copyable value={webhook.url} what={`${webhook.name}: URL`} />
    </li>
  );
}
