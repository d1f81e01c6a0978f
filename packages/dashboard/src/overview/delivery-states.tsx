import type { Delivery, Statistics } from '@fanfare/client';
import { Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { overview as text } from '#strings/overview.ts';
import { type Range, sinceOf } from '../charts/index.ts';
import { count, none, StateBadge } from '../elements/index.ts';
import classes from './overview.module.css';

/** Deliveries that are open now, and how those of the range ended; each leads to them. */
export function DeliveryStates({
  statistics,
  range,
}: {
  readonly statistics: Statistics | undefined;
  readonly range: Range;
}) {
  const ended = { since: sinceOf(range) };
  const waiting = statistics?.now.waiting;
  const totals = statistics?.totals;
  return (
    <Card withBorder padding="md">
      <Title order={2} size="h5" mb="sm">
        {text.states.title}
      </Title>
      <Stack gap={2}>
        <State state="pending" meaning={text.states.pending} value={waiting?.pending} />
        <State state="retrying" meaning={text.states.retrying} value={waiting?.retrying} />
        <State state="parked" meaning={text.states.parked} value={waiting?.parked} />
        <State
          state="delivered"
          meaning={text.states.delivered}
          value={totals?.acknowledged}
          search={ended}
        />
        <State state="exhausted" meaning={text.states.exhausted} value={totals?.exhausted} search={ended} />
      </Stack>
    </Card>
  );
}

function State({
  state,
  meaning,
  value,
  search,
}: {
  readonly state: Delivery['state'];
  readonly meaning: string;
  readonly value: number | undefined;
  readonly search?: { readonly since: string };
}) {
  return (
    <Link to="/history" search={{ state, ...search }} className={classes.line}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <StateBadge state={state} />
          <Text size="sm" c="dimmed">
            {meaning}
          </Text>
        </Group>
        <Text fw={600} ff="monospace">
          {value === undefined ? none : count(value)}
        </Text>
      </Group>
    </Link>
  );
}
