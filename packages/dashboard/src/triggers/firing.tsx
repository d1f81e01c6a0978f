import { Stack, Text, Title } from '@mantine/core';
import { triggers } from '#strings/triggers.ts';
import { SourceText } from '../elements/index.ts';

const text = triggers.firing;

/** The request that a system sends to fire a trigger, ready to be pasted. */
export function Firing({
  triggerId,
  withValue,
}: {
  readonly triggerId: string;
  readonly withValue: boolean;
}) {
  const body = withValue ? '{ "value": 2.99, "key": "order-4711" }' : '{ "key": "order-4711" }';
  const request = [
    `curl -sS -X POST '${location.origin}/v1/triggers/${encodeURIComponent(triggerId)}/users/customer-42/events' \\`,
    `  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {text.title}
      </Title>
      <Text size="sm" c="dimmed">
        {text.description}
      </Text>
      <SourceText value={request} language="bash" what={text.request} title={text.requestTitle} />
    </Stack>
  );
}
