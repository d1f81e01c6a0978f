import type { EventDetail } from '@fanfare/client';
import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { getRouteApi, Link } from '@tanstack/react-router';
import { history } from '#strings/history.ts';
import { useChanged, useRead } from '../api/index.ts';
import {
  type Column,
  Copyable,
  DataTable,
  Moment,
  Nothing,
  none,
  Page,
  Problem,
  RowLink,
  SourceText,
  StateBadge,
} from '../elements/index.ts';
import { useLive } from '../live/index.ts';
import { FactLink, FactList } from './fact-list.tsx';

const { event: text } = history;
const route = getRouteApi('/signed-in/history/events/$eventId');
const crumbs = [{ label: history.title, to: '/history' }] as const;

type EventDelivery = EventDetail['deliveries'][number];

const columns: readonly Column<EventDelivery>[] = [
  {
    id: 'webhook',
    header: history.columns.webhook,
    cell: ({ id, webhook }) => (
      <RowLink to="/history/$deliveryId" params={{ deliveryId: id }}>
        {webhook.name}
      </RowLink>
    ),
  },
  { id: 'state', header: history.columns.state, cell: ({ state }) => <StateBadge state={state} /> },
  { id: 'attempts', header: history.columns.attempts, align: 'right', cell: ({ attempts }) => attempts },
];

/** One event as it was frozen, and what was delivered of it. */
export function EventPage() {
  const { eventId } = route.useParams();
  const { data: event, error, refetch } = useRead('/v1/events/{id}', { path: { id: eventId } });
  const changed = useChanged();
  useLive((message) => {
    if (message.kind !== 'activity') return;
    if (message.data.items.some((item) => item.kind === 'attempt' && item.event_id === eventId)) {
      void changed('/v1/events/{id}');
    }
  });
  if (event === undefined) {
    return (
      <Page title={text.title} crumbs={crumbs}>
        <Problem error={error} again={() => void refetch()} />
        {error === null && <Skeleton h={420} />}
      </Page>
    );
  }
  const { deliveries, ...snapshot } = event;
  return (
    <Page title={event.type} crumbs={crumbs} description={<Copyable value={event.id} what={text.id} />}>
      <Problem error={error} />
      <EventFacts event={event} />
      <Stack gap="sm">
        <Title order={2} size="h4">
          {text.deliveries}
        </Title>
        <DataTable
          label={text.deliveries}
          columns={columns}
          rows={deliveries}
          rowId={({ id }) => id}
          empty={
            <Nothing
              icon={<IconRoute />}
              title={text.none}
              description={text.noneDetail}
              action={
                <Button component={Link} to="/recovery" variant="default">
                  {text.replay}
                </Button>
              }
            />
          }
        />
      </Stack>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {text.snapshot}
        </Title>
        <Text size="sm" c="dimmed">
          {text.snapshotDetail}
        </Text>
        <SourceText
          value={JSON.stringify(snapshot, null, 2)}
          language="json"
          what={text.snapshotWhat}
          maxHeight={640}
        />
      </Stack>
    </Page>
  );
}

function EventFacts({ event }: { readonly event: EventDetail }) {
  const { participant, campaign } = event;
  return (
    <FactList
      label={text.facts}
      facts={[
        { label: text.occurred, value: <Moment at={event.occurred_at} /> },
        { label: text.accepted, value: <Moment at={event.accepted_at} /> },
        {
          label: history.delivery.participant,
          value:
            participant === null ? (
              none
            ) : (
              <FactLink to="/participants/$participantId" params={{ participantId: participant.id }}>
                {participant.email ?? participant.external_id ?? participant.id}
              </FactLink>
            ),
        },
        {
          label: history.delivery.campaign,
          value:
            campaign === null ? (
              none
            ) : (
              <FactLink to="/campaigns/$campaignId" params={{ campaignId: campaign.id }}>
                {campaign.name}
              </FactLink>
            ),
        },
        { label: text.trust, value: text.trusts[event.trust] },
        ...(event.seq === null ? [] : [{ label: text.sequence, value: event.seq }]),
      ]}
    />
  );
}
