import type { Attempt, DeliveryDetail } from '@fanfare/client';
import { Anchor, Text, Timeline, UnstyledButton } from '@mantine/core';
import {
  IconAlertTriangle,
  IconBan,
  IconCheck,
  IconClock,
  IconInbox,
  IconLoader,
  IconParking,
  IconSend,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { history } from '#strings/history.ts';
import { duration, Moment, PlainMoment } from '../elements/index.ts';
import { outcomeWords } from './answer-words.ts';
import classes from './journey.module.css';

const { delivery: text } = history;
const iconPx = 14;

/** What happened to a delivery, in order, and what happens next. Attempts can be chosen. */
export function Journey({
  delivery,
  attempts,
  chosen,
  choose,
}: {
  readonly delivery: DeliveryDetail;
  readonly attempts: readonly Attempt[];
  readonly chosen: string | undefined;
  readonly choose: (attemptId: string) => void;
}) {
  return (
    <Timeline bulletSize={24} lineWidth={2} active={attempts.length + 1} autoContrast>
      <Step icon={<IconInbox size={iconPx} />} title={text.accepted} at={delivery.created_at}>
        {text.acceptedDetail(delivery.webhook.name)}
      </Step>
      {attempts.map((attempt) => (
        <Timeline.Item
          key={attempt.id}
          color={attempt.acknowledged ? 'green.9' : 'red.9'}
          bullet={attempt.acknowledged ? <IconCheck size={iconPx} /> : <IconAlertTriangle size={iconPx} />}
        >
          <UnstyledButton
            className={classes.attempt}
            onClick={() => choose(attempt.id)}
            aria-pressed={attempt.id === chosen}
          >
            <Text size="sm" fw={600} component="span" display="block">
              {attempt.resend ? text.resendAttempt : text.attempt(attempt.number)}
            </Text>
            <Text size="sm" component="span" display="block">
              {outcomeWords({ outcome: attempt.outcome, status: attempt.response?.status ?? null })} ·{' '}
              {duration(attempt.timings.total_ms)}
            </Text>
            <Text size="xs" c="dimmed" component="span" display="block">
              <Moment at={attempt.started_at} />
            </Text>
          </UnstyledButton>
        </Timeline.Item>
      ))}
      <Next delivery={delivery} tried={attempts.length > 0} />
    </Timeline>
  );
}

function Step({
  icon,
  title,
  at,
  color,
  children,
}: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly at?: string | null;
  readonly color?: string;
  readonly children?: ReactNode;
}) {
  return (
    <Timeline.Item bullet={icon} {...(color !== undefined && { color })}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {children !== undefined && (
        <Text size="sm" component="div">
          {children}
        </Text>
      )}
      {at !== undefined && at !== null && (
        <Text size="xs" c="dimmed" component="div">
          <Moment at={at} />
        </Text>
      )}
    </Timeline.Item>
  );
}

/** To those of the same person: the delivery does not tell which of them it asked for. */
function ToPayouts({ delivery: { event } }: { readonly delivery: DeliveryDetail }) {
  return (
    <>
      {text.payoutDetail}{' '}
      <Anchor
        size="sm"
        underline="always"
        renderRoot={(props) => (
          <Link
            to="/payouts"
            search={event.participant_id === null ? {} : { participant: event.participant_id }}
            {...props}
          />
        )}
      >
        {text.payoutLink}
      </Anchor>
    </>
  );
}

/** How it ended, or what it waits for. */
function Next({ delivery, tried }: { readonly delivery: DeliveryDetail; readonly tried: boolean }) {
  const { state, closed_at, next_attempt_at, waits_for, resend_queued } = delivery;
  const queued = resend_queued && (
    <Step icon={<IconSend size={iconPx} />} title={text.resendQueued} color="blue.9" />
  );
  switch (state) {
    case 'delivered':
      return (
        <>
          <Step icon={<IconCheck size={iconPx} />} title={text.delivered} at={closed_at} color="green.9">
            {text.deliveredDetail}
          </Step>
          {queued}
        </>
      );
    case 'exhausted':
      return (
        <>
          <Step icon={<IconBan size={iconPx} />} title={text.exhausted} at={closed_at} color="red.9">
            {delivery.scope === 'payout' ? <ToPayouts delivery={delivery} /> : text.exhaustedDetail}
          </Step>
          {queued}
        </>
      );
    case 'cancelled':
      return (
        <>
          <Step icon={<IconBan size={iconPx} />} title={text.cancelled} at={closed_at} color="gray.7">
            {text.cancelledDetail}
          </Step>
          {queued}
        </>
      );
    case 'parked':
      return (
        <>
          <Step icon={<IconParking size={iconPx} />} title={text.parked} color="orange.9">
            {text.parkedDetail}
          </Step>
          {queued}
        </>
      );
    case 'pending':
    case 'retrying':
      if (waits_for !== null) {
        return (
          <Step icon={<IconClock size={iconPx} />} title={text.waitsFor} color="gray.7">
            {text.waitsForDetail}{' '}
            <Anchor
              size="sm"
              underline="always"
              style={{ overflowWrap: 'anywhere' }}
              renderRoot={(props) => (
                <Link to="/history/$deliveryId" params={{ deliveryId: waits_for }} {...props} />
              )}
            >
              {waits_for}
            </Anchor>
          </Step>
        );
      }
      if (next_attempt_at === null) {
        return <Step icon={<IconLoader size={iconPx} />} title={text.underWay} color="blue.9" />;
      }
      return (
        <Step icon={<IconClock size={iconPx} />} title={tried ? text.nextTry : text.firstTry} color="gray.7">
          <PlainMoment at={next_attempt_at} passed={text.due} />
        </Step>
      );
  }
}
