import type { WebhookHealthChange } from '@fanfare/client';
import { Button, Card, Skeleton, Text, Timeline, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconClockExclamation,
  IconParking,
} from '@tabler/icons-react';
import { elements } from '#strings/elements.ts';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { useList } from '../../api/index.ts';
import { Moment, Problem } from '../../elements/index.ts';

const { changes: words } = text;
const firstShown = 5;

const looks: Readonly<Record<WebhookHealthChange['state'], { color: string; icon: typeof IconBan }>> = {
  failing: { color: 'red', icon: IconAlertTriangle },
  warned: { color: 'orange', icon: IconClockExclamation },
  recovered: { color: 'green', icon: IconCircleCheck },
  disabled: { color: 'red', icon: IconBan },
  parked: { color: 'orange', icon: IconParking },
};

/** When its receiver began to fail, recovered or was given up on, newest first. */
export function HealthChanges({ webhookId }: { readonly webhookId: string }) {
  const changes = useList('/v1/webhooks/{id}/health-changes', {
    path: { id: webhookId },
    query: { limit: firstShown },
  });
  const { rows } = changes;
  return (
    <Card withBorder padding="md" component="section">
      <Title order={2} size="h5" mb="sm">
        {words.title}
      </Title>
      {changes.error !== null && rows === undefined && (
        <Problem error={changes.error} again={() => void changes.refetch()} />
      )}
      {changes.isPending && <Skeleton h={40} />}
      {rows?.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      )}
      {rows !== undefined && rows.length > 0 && (
        <Timeline bulletSize={26} lineWidth={2}>
          {rows.map(({ event_id, state, reason, changed_at }) => {
            const { color, icon: Icon } = looks[state];
            return (
              <Timeline.Item
                key={event_id}
                color={color}
                bullet={<Icon size={14} aria-hidden />}
                title={
                  <>
                    {words.states[state]}{' '}
                    <Text span size="sm" c="dimmed" fw={400}>
                      <Moment at={changed_at} />
                    </Text>
                  </>
                }
              >
                {reason !== null && (
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {reason}
                  </Text>
                )}
              </Timeline.Item>
            );
          })}
        </Timeline>
      )}
      {changes.hasNextPage && (
        <Button
          mt="md"
          size="xs"
          variant="default"
          loading={changes.isFetchingNextPage}
          onClick={() => void changes.fetchNextPage()}
        >
          {elements.more}
        </Button>
      )}
    </Card>
  );
}
