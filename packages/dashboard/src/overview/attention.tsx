import type { WebhookConcern } from '@fanfare/client';
import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { overview as text } from '#strings/overview.ts';
import { useRead } from '../api/index.ts';
import { Moment, Problem, StateBadge } from '../elements/index.ts';

/** Webhooks that somebody should look at, with the reason in words, the gravest first. */
export function Attention() {
  const concerns = useRead('/v1/statistics/concerns');
  if (concerns.error !== null)
    return <Problem error={concerns.error} again={() => void concerns.refetch()} />;
  const list = concerns.data?.data ?? [];
  return (
    <Card withBorder padding="md" component="section" aria-label={text.attention.title} mih={78}>
      <Group justify="space-between" mb={list.length > 0 ? 'xs' : 0}>
        <Title order={2} size="h5">
          {text.attention.title}
        </Title>
        {concerns.data !== undefined && list.length === 0 && (
          <Group gap={6} c="var(--fanfare-text-green)">
            <IconCircleCheck size={18} aria-hidden />
            <Text size="sm">{text.attention.none}</Text>
          </Group>
        )}
      </Group>
      <Stack gap="sm">
        {list.map((concern) => (
          <Concern key={`${concern.webhook_id} ${concern.kind}`} concern={concern} />
        ))}
      </Stack>
    </Card>
  );
}

function Concern({
  concern: { kind, webhook_id, name, reason, since },
}: {
  readonly concern: WebhookConcern;
}) {
  return (
    <Group gap="sm" wrap="nowrap" align="flex-start">
      <StateBadge state={kind} />
      <div style={{ minWidth: 0 }}>
        <Anchor
          size="sm"
          fw={600}
          renderRoot={(props) => (
            <Link to="/webhooks/$webhookId" params={{ webhookId: webhook_id }} {...props} />
          )}
        >
          {name}
        </Anchor>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {reason}{' '}
          {since !== null && (
            <Text span c="dimmed" size="sm">
              <Moment at={since} />
            </Text>
          )}
        </Text>
      </div>
    </Group>
  );
}
