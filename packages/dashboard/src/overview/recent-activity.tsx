import type { StreamActivityItem } from '@fanfare/client';
import { Card, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { overview as text } from '#strings/overview.ts';
import { useRead } from '../api/index.ts';
import { duration, Moment, Problem, StateBadge } from '../elements/index.ts';
import { useLive } from '../live/index.ts';
import { useWebhookNames } from '../pickers/index.ts';
import classes from './overview.module.css';

const mostShown = 30;

type Attempted = Extract<StreamActivityItem, { kind: 'attempt' }>;

interface Line {
  readonly key: string;
  readonly deliveryId: string;
  readonly eventType: string | null;
  readonly webhook: { readonly id: string; readonly name: string | null };
  readonly state: 'pending' | 'retrying' | 'parked' | 'delivered' | 'exhausted' | 'cancelled';
  readonly answer: string;
  readonly at: string;
}

/** The last attempts, newest first, as they are made. */
export function RecentActivity() {
  const [heard, setHeard] = useState<readonly Line[]>([]);
  const before = useRead('/v1/deliveries', { query: { limit: mostShown } });
  const names = useWebhookNames(heard.map(({ webhook }) => webhook.id));

  useLive((message) => {
    if (message.kind !== 'activity') return;
    const made = message.data.items
      .filter((item) => item.kind === 'attempt')
      .map((item) => lineOf(item, message.data.at));
    if (made.length > 0) setHeard((lines) => [...made.toReversed(), ...lines].slice(0, mostShown));
  });

  const earlier = (before.data?.data ?? []).map(
    ({ id, event, webhook, state, created_at, closed_at, last_attempt }): Line => ({
      key: id,
      deliveryId: id,
      eventType: event.type,
      webhook,
      state,
      answer:
        last_attempt === null
          ? ''
          : text.activity.answer(
              String(last_attempt.status ?? last_attempt.outcome),
              duration(last_attempt.total_ms),
            ),
      at: closed_at ?? created_at,
    }),
  );
  const told = new Set(heard.map(({ deliveryId }) => deliveryId));
  const lines = [...heard, ...earlier.filter(({ deliveryId }) => !told.has(deliveryId))].slice(0, mostShown);

  return (
    <Card withBorder padding="md" component="section" aria-label={text.activity.title}>
      <Title order={2} size="h5" mb="sm">
        {text.activity.title}
      </Title>
      <Problem error={before.error} again={() => void before.refetch()} />
      {lines.length === 0 && before.data !== undefined ? (
        <Text size="sm" c="dimmed">
          {text.activity.none}
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and whoever has no pointer has to reach it
        <section className={classes.feed} tabIndex={0} aria-label={text.activity.list}>
          <Stack gap={0}>
            {lines.map((line) => (
              <ActivityLine key={line.key} line={line} name={names.get(line.webhook.id)} />
            ))}
          </Stack>
        </section>
      )}
    </Card>
  );
}

function ActivityLine({ line, name }: { readonly line: Line; readonly name: string | undefined }) {
  return (
    <Link to="/history/$deliveryId" params={{ deliveryId: line.deliveryId }} className={classes.line}>
      <div className={classes.attempt}>
        <StateBadge state={line.state} />
        <Text size="sm" component="div" className={classes.what}>
          <span>{line.eventType ?? text.activity.noEvent}</span>{' '}
          <Text span c="dimmed" size="sm">
            → {line.webhook.name ?? name ?? line.webhook.id} {line.answer}
          </Text>
        </Text>
        <Text size="xs" c="dimmed" component="span">
          <Moment at={line.at} />
        </Text>
      </div>
    </Link>
  );
}

function lineOf(item: Attempted, at: string): Line {
  const answer = item.status === null ? (item.failure ?? '') : String(item.status);
  return {
    key: `${item.delivery_id} ${item.attempt} ${item.resend} ${at}`,
    deliveryId: item.delivery_id,
    eventType: item.event_type,
    webhook: { id: item.webhook_id, name: null },
    state: item.state,
    answer: text.activity.answer(answer, duration(item.duration_ms)),
    at,
  };
}
