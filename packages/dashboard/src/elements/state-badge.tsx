import { Badge, type MantineColor } from '@mantine/core';
import { states } from '#strings/states.ts';

export type StateName = keyof typeof states;

const colors: Record<StateName, MantineColor> = {
  // of webhooks, campaigns, triggers and tokens
  active: 'green',
  inactive: 'gray',
  disabled: 'red',
  draft: 'gray',
  scheduled: 'blue',
  ended: 'gray',
  paused: 'yellow',
  archived: 'gray',
  expired: 'gray',
  // of a webhook's health
  healthy: 'green',
  failing: 'red',
  refused: 'orange',
  warned: 'orange',
  recovered: 'green',
  // of deliveries
  pending: 'blue',
  retrying: 'yellow',
  parked: 'orange',
  delivered: 'green',
  exhausted: 'red',
  cancelled: 'gray',
  // of payouts and earnings
  requested: 'blue',
  sending: 'blue',
  processing: 'blue',
  paid: 'green',
  failed: 'red',
  allocated: 'gray',
  claimable: 'blue',
  revoked: 'gray',
  // of referrals
  linked: 'gray',
  qualified: 'blue',
  converted: 'green',
  // of jobs and replays
  queued: 'gray',
  running: 'blue',
  done: 'green',
  completed: 'green',
};

/** A state in a word and a colour. */
export function StateBadge({ state }: { readonly state: StateName }) {
  return (
    <Badge color={colors[state]} variant="light" tt="none" fw={600} miw="max-content">
      {states[state]}
    </Badge>
  );
}
