import type { Event } from '@fanfare/client';
import { Anchor, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBolt } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { participants } from '#strings/participants.ts';
import { useList, useRead } from '../api/index.ts';
import { type Column, DataTable, Moment, Nothing, none, Problem, StateBadge } from '../elements/index.ts';
import { useParticipant } from './participant.ts';

const text = participants.events;

const columns: readonly Column<Event>[] = [
  {
    id: 'type',
    header: text.columns.type,
    cell: ({ type }) => (
      <Anchor
        size="sm"
        fw={600}
        renderRoot={(props) => <Link to="/event-types/$type" params={{ type }} {...props} />}
      >
        {type}
      </Anchor>
    ),
  },
  {
    id: 'campaign',
    header: text.columns.campaign,
    cell: ({ campaign }) => campaign?.name ?? none,
    wide: true,
  },
  {
    id: 'deliveries',
    header: text.columns.deliveries,
    cell: ({ id, delivery_count }) => <Deliveries eventId={id} number={delivery_count} />,
  },
  { id: 'when', header: text.columns.when, cell: ({ accepted_at }) => <Moment at={accepted_at} /> },
];

/** Every event about them, whether somebody was told of it or not. */
export function EventsTab() {
  const { id } = useParticipant();
  const events = useList('/v1/events', { query: { participant_id: id } });
  return (
    <DataTable
      label={text.label}
      columns={columns}
      rows={events.rows}
      rowId={(event) => event.id}
      error={events.error}
      again={() => void events.refetch()}
      empty={<Nothing title={text.empty.title} description={text.empty.description} icon={<IconBolt />} />}
      more={{
        has: events.hasNextPage,
        loading: events.isFetchingNextPage,
        load: () => void events.fetchNextPage(),
      }}
    />
  );
}

/** Read when somebody wants to know: most people have many events. */
function Deliveries({ eventId, number }: { readonly eventId: string; readonly number: number }) {
  const [opened, { toggle }] = useDisclosure();
  if (number === 0) {
    return (
      <Text size="sm" c="dimmed">
        {text.none}
      </Text>
    );
  }
  return (
    <Stack gap={6} align="flex-start">
      <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={opened}>
        {opened ? text.hide : text.show(number)}
      </Button>
      {opened && <DeliveriesOf eventId={eventId} />}
    </Stack>
  );
}

function DeliveriesOf({ eventId }: { readonly eventId: string }) {
  const event = useRead('/v1/events/{id}', { path: { id: eventId } });
  if (event.error !== null) return <Problem error={event.error} />;
  if (event.data === undefined) return <Loader size="xs" />;
  return event.data.deliveries.map(({ id, webhook, state }) => (
    <Group key={id} gap="xs">
      <StateBadge state={state} />
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/history/$deliveryId" params={{ deliveryId: id }} {...props} />}
      >
        {webhook.name}
      </Anchor>
    </Group>
  ));
}
