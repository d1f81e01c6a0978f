import { Card, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { count, Moment, StateBadge, type StateName } from '../elements/index.ts';

export interface SendingPart {
  readonly label: string;
  readonly value: number;
  readonly color: 'green' | 'red' | 'blue' | 'yellow' | 'gray';
}

/** How far deliveries are that are sent again: what came of each so far, of so many in all. */
export function SendingCard({
  title,
  state,
  since,
  parts,
  total,
  note,
  actions,
  children,
}: {
  readonly title: ReactNode;
  readonly state: StateName;
  /** When it was asked for. */
  readonly since: string;
  readonly parts: readonly SendingPart[];
  /** Null while it is not known. */
  readonly total: number | null;
  readonly note: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}) {
  const whole = Math.max(
    total ?? 0,
    parts.reduce((sum, { value }) => sum + value, 0),
    1,
  );
  return (
    <Card withBorder padding="md" role="group">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Text fw={600} size="sm" component="span">
              {title}
            </Text>
            <StateBadge state={state} />
            <Text size="xs" c="dimmed" component="span">
              <Moment at={since} />
            </Text>
          </Group>
          {actions !== undefined && <Group gap="xs">{actions}</Group>}
        </Group>
        <Progress.Root size="lg" aria-hidden>
          {parts.map(({ label, value, color }) => (
            <Progress.Section key={label} value={(value / whole) * 100} color={`${color}.7`} />
          ))}
        </Progress.Root>
        <Group gap="md">
          <Text size="sm" component="span">
            {note}
          </Text>
          {parts
            .filter(({ value }) => value > 0)
            .map(({ label, value }) => (
              <Text key={label} size="sm" c="dimmed" component="span">
                {label}: {count(value)}
              </Text>
            ))}
        </Group>
        {children}
      </Stack>
    </Card>
  );
}
