import type { WebhookStatistics } from '@fanfare/client';
import { Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { failureWords } from '#strings/failures.ts';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { count, share } from '../../elements/index.ts';

const { answers } = text;

/** How often each status was answered, and how often none and why, the most frequent first. */
export function Answers({ statistics }: { readonly statistics: WebhookStatistics | undefined }) {
  return (
    <Card withBorder padding="md" component="section">
      <Title order={2} size="h5" mb="sm">
        {answers.title}
      </Title>
      {statistics === undefined ? <Skeleton h={48} /> : <Counts totals={statistics.totals} />}
    </Card>
  );
}

function Counts({ totals }: { readonly totals: WebhookStatistics['totals'] }) {
  const lines = [
    ...Object.entries(totals.statuses).map(([status, times]) => ({
      key: status,
      label: answers.status(status),
      times,
    })),
    ...Object.entries(totals.failures).map(([kind, times]) => ({
      key: kind,
      label: kind in failureWords ? failureWords[kind as keyof typeof failureWords] : kind,
      times,
    })),
  ].toSorted((one, other) => other.times - one.times);
  if (lines.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {answers.nothing}
      </Text>
    );
  return (
    <Stack gap={6} component="dl" m={0}>
      {lines.map(({ key, label, times }) => (
        <Group key={key} justify="space-between" wrap="nowrap">
          <Text size="sm" component="dt">
            {label}
          </Text>
          <Text size="sm" component="dd" m={0} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {answers.times(count(times), share(times / totals.attempts))}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
