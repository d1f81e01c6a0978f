import type { Format, Webhook } from '@fanfare/client';
import { Anchor, Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { predefinedHooks as text } from '#strings/webhook-places.ts';
import { useRead } from '../../api/index.ts';
import { Copyable, Problem, StateBadge } from '../../elements/index.ts';
import { useWebhooks } from '../../pickers/index.ts';
import { useMay } from '../../session/index.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { TestingArea } from './testing-area.tsx';

type Predefined = Format['predefined_webhooks'][number];

/** The ready-made hooks of the claimr format: what each sends, where it is assigned, and a testing area. */
export function PredefinedHooks() {
  const formats = useRead('/v1/formats');
  const webhooks = useWebhooks();
  const error = formats.error ?? webhooks.error;
  const ready = formats.data?.data.flatMap(({ name, predefined_webhooks }) =>
    predefined_webhooks.map((hook) => ({ format: name, hook })),
  );
  if (error !== null) return <Problem error={error} again={() => void formats.refetch()} />;
  return (
    <Stack gap="md">
      <Text c="dimmed" maw={820}>
        {text.description}
      </Text>
      {ready === undefined || webhooks.data === undefined ? (
        <Skeleton h={420} />
      ) : (
        ready.map(({ format, hook }) => (
          <PredefinedHook
            key={hook.name}
            format={format}
            hook={hook}
            assigned={webhooks.data.filter((webhook) => isAssigned(webhook, format, hook))}
          />
        ))
      )}
    </Stack>
  );
}

/** A webhook without scopes has all of them. */
function isAssigned(webhook: Webhook, format: Format['name'], { events }: Predefined): boolean {
  if (webhook.format !== format) return false;
  return webhook.events.length === 0 || events.some((event) => webhook.events.includes(event));
}

function PredefinedHook({
  format,
  hook,
  assigned,
}: {
  readonly format: Format['name'];
  readonly hook: Predefined;
  readonly assigned: readonly Webhook[];
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
        <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }} aria-label={text.assignedTo}>
          {assigned.map((webhook) => (
            <Assigned key={webhook.id} webhook={webhook} />
          ))}
        </Stack>
      ) : (
        <Text size="sm" c="dimmed">
          {may ? text.notAssignedDetail : text.notAssignedViewer}
        </Text>
      )}
      {may && isUsed && <TestingArea hook={hook} webhooks={assigned} />}
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
