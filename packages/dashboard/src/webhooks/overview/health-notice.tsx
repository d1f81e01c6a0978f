import type { Webhook, WebhookHealth } from '@fanfare/client';
import { Alert, Anchor, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPlayerPause } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { useRead } from '../../api/index.ts';
import { count, Moment, Problem } from '../../elements/index.ts';
import { useMay } from '../../session/index.ts';
import { useConcernsOf } from '../webhook.ts';

const { health: words } = text;

/** How its receiver is, why, and what to do about it. */
export function HealthNotice({ webhook }: { readonly webhook: Webhook }) {
  const health = useRead('/v1/webhooks/{id}/health', { path: { id: webhook.id } });
  const concerns = useConcernsOf(webhook.id) ?? [];
  if (webhook.status === 'inactive') return <Inactive />;
  if (health.error !== null && health.data === undefined)
    return <Problem error={health.error} again={() => void health.refetch()} />;
  const further = concerns.filter(({ kind }) => kind === 'parked' || kind === 'refused');
  return (
    <>
      {health.data !== undefined && <Health health={health.data} isQuiet={further.length === 0} />}
      {further.map(({ kind, reason }) => (
        <Trouble
          key={kind}
          color="orange"
          title={kind === 'parked' ? words.parked : words.refused}
          reason={reason}
        >
          {kind === 'refused' ? <HistoryLink webhookId={webhook.id} /> : <RecoveryLink />}
        </Trouble>
      ))}
    </>
  );
}

function Health({ health, isQuiet }: { readonly health: WebhookHealth; readonly isQuiet: boolean }) {
  switch (health.state) {
    case 'healthy':
      if (!isQuiet) return null;
      return (
        <Group gap={6} c="var(--fanfare-text-green)">
          <IconCircleCheck size={18} aria-hidden />
          <Text size="sm">{words.healthy}</Text>
        </Group>
      );
    case 'disabled':
      return (
        <Trouble title={words.disabled} reason={health.reason ?? words.unknown}>
          <Text size="sm">{words.disabledRemedy}</Text>
          <RecoveryLink />
        </Trouble>
      );
    case 'failing':
      return (
        <Trouble title={words.failing} reason={health.reason ?? words.unknown}>
          <Text size="sm" component="div">
            {words.failures(count(health.failures))} {health.since !== null && <Moment at={health.since} />}.{' '}
            {words.probing} {health.next_probe_at !== null && <Moment at={health.next_probe_at} />}.{' '}
            {health.disables_at !== null && (
              <>
                {words.disables} <Moment at={health.disables_at} />.
              </>
            )}
          </Text>
          <RecoveryLink />
        </Trouble>
      );
  }
}

function Trouble({
  color = 'red',
  title,
  reason,
  children,
}: {
  readonly color?: 'red' | 'orange';
  readonly title: string;
  readonly reason: string;
  readonly children?: ReactNode;
}) {
  return (
    <Alert color={color} variant="light" icon={<IconAlertTriangle />} title={title} role="status">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {reason}
      </Text>
      {children}
    </Alert>
  );
}

function Inactive() {
  const may = useMay('webhooks');
  return (
    <Alert color="gray" variant="light" icon={<IconPlayerPause />} title={words.inactive}>
      <Text size="sm">{words.inactiveDetail}</Text>
      {may && <RecoveryLink />}
    </Alert>
  );
}

function RecoveryLink() {
  return (
    <Anchor
      size="sm"
      c="inherit"
      underline="always"
      renderRoot={(props) => <Link to="/recovery" {...props} />}
    >
      {words.recovery}
    </Anchor>
  );
}

function HistoryLink({ webhookId }: { readonly webhookId: string }) {
  return (
    <Anchor
      size="sm"
      c="inherit"
      underline="always"
      renderRoot={(props) => <Link to="/webhooks/$webhookId/history" params={{ webhookId }} {...props} />}
    >
      {words.history}
    </Anchor>
  );
}
