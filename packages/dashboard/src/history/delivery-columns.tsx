import type { Delivery } from '@fanfare/client';
import { history as text } from '#strings/history.ts';
import { none, PlainMoment, StateBadge } from '../elements/index.ts';
import { answerWords } from './answer-words.ts';
import type { FixedFilter } from './delivery-search.ts';
import type { LogColumn } from './log-table.tsx';

/** What a line says, without what all lines of an embedded history have in common. */
export function deliveryColumns(fixed: FixedFilter): readonly LogColumn<Delivery>[] {
  return columns.filter(
    ({ id }) =>
      !(id === 'webhook' && fixed.webhookId !== undefined) &&
      !(id === 'type' && fixed.eventId !== undefined) &&
      !(id === 'participant' && (fixed.participantId !== undefined || fixed.eventId !== undefined)),
  );
}

const columns: readonly LogColumn<Delivery>[] = [
  {
    id: 'time',
    header: text.columns.time,
    width: '96px',
    cell: ({ created_at }) => <PlainMoment at={created_at} />,
  },
  {
    id: 'state',
    header: text.columns.state,
    width: '98px',
    cell: ({ state }) => <StateBadge state={state} />,
  },
  {
    id: 'type',
    header: text.columns.eventType,
    width: 'minmax(160px, 1.25fr)',
    phone: 'line',
    cell: ({ event }) => event.type ?? text.eventGone,
  },
  {
    id: 'webhook',
    header: text.columns.webhook,
    width: 'minmax(110px, 1.1fr)',
    cell: ({ webhook }) => (webhook.deleted ? text.deletedWebhook(webhook.name) : webhook.name),
  },
  {
    id: 'participant',
    header: text.columns.participant,
    width: 'minmax(110px, 1fr)',
    phone: 'none',
    cell: ({ event }) =>
      event.participant_email ?? event.participant_external_id ?? event.participant_id ?? none,
  },
  {
    id: 'attempts',
    header: text.columns.attempts,
    width: '66px',
    align: 'right',
    phone: 'none',
    cell: ({ attempts }) => attempts,
  },
  {
    id: 'last',
    header: text.columns.last,
    width: 'minmax(150px, 1.5fr)',
    phone: 'line',
    cell: (delivery) => {
      const words = answerWords(delivery);
      return <span title={words}>{words}</span>;
    },
  },
  {
    id: 'next',
    header: text.columns.next,
    width: '86px',
    phone: 'none',
    cell: ({ next_attempt_at }) =>
      next_attempt_at === null ? none : <PlainMoment at={next_attempt_at} passed={text.due} />,
  },
];
