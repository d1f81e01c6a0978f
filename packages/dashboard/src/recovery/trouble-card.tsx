import type { WebhookConcern } from '@fanfare/client';
import { Anchor, Button, Card, Collapse, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { recovery } from '#strings/recovery.ts';
import { fanfare, useChange, useRead } from '../api/index.ts';
import { count, Moment, Problem, StateBadge } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { HealthChanges } from './health-changes.tsx';
import { ParkedActions } from './parked-actions.tsx';
import type { RecoverySearch } from './search.ts';
import type { Concerns } from './trouble-list.tsx';

const { trouble: text } = recovery;

/** One webhook: what is the matter with it, since when, what happens by itself, and what somebody can do. */
export function TroubleCard({
  concerns,
  replay,
}: {
  readonly concerns: Concerns;
  readonly replay: (wanted: RecoverySearch) => void;
}) {
  const [{ webhook_id: id, name }] = concerns;
  const has = (kind: WebhookConcern['kind']) => concerns.some((concern) => concern.kind === kind);
  const may = useMay('webhooks');
  const missed = { replay: id, only: 'missing', since: before(concerns) } as const;
  const [opened, { toggle }] = useDisclosure();
  const changesId = useId();
  const enable = useChange(
    () => fanfare.patch('/v1/webhooks/{id}', { path: { id }, body: { status: 'active' } }),
    {
      changes: ['/v1/webhooks', '/v1/statistics/concerns'],
      done: text.enabled(name),
      // Its card is gone then, and with it the button.
      onDone: () => replay(missed),
    },
  );
  return (
    <Card withBorder padding="md" component="article" aria-label={name}>
      <Stack gap="sm">
        <Group gap="xs">
          <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
            <Anchor
              inherit
              renderRoot={(props) => <Link to="/webhooks/$webhookId" params={{ webhookId: id }} {...props} />}
            >
              {name}
            </Anchor>
          </Title>
          {concerns.map(({ kind }) => (
            <StateBadge key={kind} state={kind} />
          ))}
        </Group>
        {concerns.map(({ kind, reason, since }) => (
          <div key={kind}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {reason}{' '}
              {since !== null && (
                <Text span size="sm" c="dimmed">
                  {text.since} <Moment at={since} />.
                </Text>
              )}
            </Text>
            <Text size="sm" c="dimmed">
              {text.what[kind]}
            </Text>
          </div>
        ))}
        {has('failing') && <HealthFacts webhookId={id} />}
        <Group gap="xs">
          {may && has('disabled') && (
            <Button size="xs" loading={enable.isPending} onClick={() => enable.mutate(undefined)}>
              {text.enable}
            </Button>
          )}
          {may && has('parked') && <ParkedActions webhookId={id} name={name} />}
          {has('parked') && (
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => (
                <Link to="/history" search={{ webhook: id, state: 'parked' }} {...props} />
              )}
            >
              {text.parkedDeliveries}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <Link to="/history" search={{ webhook: id }} {...props} />}
          >
            {text.deliveries}
          </Button>
          {may && has('disabled') && (
            <Button size="xs" variant="default" onClick={() => replay(missed)}>
              {text.replayMissed}
            </Button>
          )}
          {may && !concerns.every(({ kind }) => kind === 'parked') && (
            <Button size="xs" variant="default" onClick={() => replay({ ...missed, only: 'failed' })}>
              {text.replayFailed}
            </Button>
          )}
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            onClick={toggle}
            aria-expanded={opened}
            aria-controls={changesId}
          >
            {opened ? text.hideHistory : text.history}
          </Button>
        </Group>
        <Collapse expanded={opened} id={changesId}>
          {opened && <HealthChanges webhookId={id} />}
        </Collapse>
      </Stack>
    </Card>
  );
}

const dayMs = 86_400_000;

/** A day before the first of it began: what failed was tried for hours, and happened before that. */
function before(concerns: Concerns): string {
  const began = concerns.flatMap(({ since }) => (since === null ? [] : [Date.parse(since)]));
  return new Date(Math.min(Date.now(), ...began) - dayMs).toISOString();
}

/** The circuit: how often it failed, when somebody asks next, and when it is turned off. */
function HealthFacts({ webhookId }: { readonly webhookId: string }) {
  const { data, error } = useRead('/v1/webhooks/{id}/health', { path: { id: webhookId } });
  if (data === undefined) return <Problem error={error} />;
  const facts = [
    { label: text.failures, value: count(data.failures) },
    ...(data.next_probe_at === null
      ? []
      : [{ label: text.nextProbe, value: <Moment at={data.next_probe_at} /> }]),
    ...(data.disables_at === null ? [] : [{ label: text.disables, value: <Moment at={data.disables_at} /> }]),
  ];
  return (
    <Group gap="xl" component="dl" m={0}>
      {facts.map(({ label, value }) => (
        <div key={label}>
          <Text component="dt" size="xs" c="dimmed" fw={600}>
            {label}
          </Text>
          <Text component="dd" size="sm" m={0}>
            {value}
          </Text>
        </div>
      ))}
    </Group>
  );
}
