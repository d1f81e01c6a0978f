import type { Event } from '@fanfare/client';
import { Button, Stack, Switch, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useMemo, useRef } from 'react';
import { history } from '#strings/history.ts';
import { reading } from '../api/index.ts';
import { count, Nothing, none, PlainMoment } from '../elements/index.ts';
import type { LiveMessage } from '../live/index.ts';
import classes from './event-history.module.css';
import { type EventQuery, type EventSearch, eventQuery, readEventSearch } from './event-search.ts';
import { FilterPanel } from './filter-panel.tsx';
import type { Log } from './log.ts';
import { LogList } from './log-list.tsx';
import type { LogColumn } from './log-table.tsx';
import { CampaignField, EventTypeField, ParticipantField, RangeFields } from './search-fields.tsx';
import { useLog, useTail } from './use-log.ts';
import { useSearchPart } from './use-search.ts';

const { events: text, filters } = history;
const noFilter: EventSearch = {
  type: undefined,
  campaign: undefined,
  participant: undefined,
  since: undefined,
  until: undefined,
  deliveries: undefined,
};

/** Events as they are accepted, whether a webhook took them or not. */
export function EventHistory() {
  const [search, change] = useSearchPart(readEventSearch);
  const query = useMemo(() => eventQuery(search), [search]);
  const clear = () => change(noFilter);
  const textField = useRef<HTMLInputElement>(null);
  return (
    <Stack gap="md">
      <FilterPanel
        set={Object.keys(search).length}
        restSet={[search.since, search.until].filter((time) => time !== undefined).length}
        clear={clear}
        first={
          <>
            <EventTypeField search={search} change={change} field={textField} />
            <CampaignField search={search} change={change} />
            <ParticipantField search={search} change={change} />
            <Switch
              label={text.undelivered}
              checked={search.deliveries === 'none'}
              onChange={({ currentTarget }) =>
                change({ deliveries: currentTarget.checked ? 'none' : undefined })
              }
              className={classes.switch}
            />
          </>
        }
        rest={<RangeFields search={search} change={change} />}
      />
      <Events
        key={JSON.stringify(query)}
        query={query}
        textField={textField}
        filtered={Object.keys(search).length > 0}
        clear={clear}
      />
    </Stack>
  );
}

function Events({
  query,
  textField,
  filtered,
  clear,
}: {
  readonly query: EventQuery;
  readonly textField: RefObject<HTMLInputElement | null>;
  readonly filtered: boolean;
  readonly clear: () => void;
}) {
  const log = useEventLog(query);
  const navigate = useNavigate();
  return (
    <LogList
      log={log}
      label={text.label}
      columns={columns}
      idOf={idOf}
      nameOf={nameOf}
      hrefOf={hrefOf}
      open={({ id }) => void navigate({ to: '/history/events/$eventId', params: { eventId: id } })}
      textField={textField}
      minWidth={640}
      empty={
        filtered ? (
          <Nothing
            icon={<IconHistory />}
            title={text.noMatch}
            description={text.noMatchDetail}
            action={
              <Button variant="default" onClick={clear}>
                {filters.clear}
              </Button>
            }
          />
        ) : (
          <Nothing
            icon={<IconHistory />}
            title={text.none}
            description={text.noneDetail}
            action={
              <Button component="a" href="/docs/api" target="_blank" variant="default">
                {text.noneAction}
              </Button>
            }
          />
        )
      }
    />
  );
}

function useEventLog(query: EventQuery): Log<Event> {
  const log = useLog<Event>('/v1/events', query, (queries) => ({
    page: ({ cursor, limit }) =>
      queries.fetchQuery({
        ...reading('/v1/events', { query: { ...query, limit, ...(cursor !== null && { cursor }) } }),
        staleTime: 0,
        gcTime: 0,
      }),
    // An event never changes.
    row: async (id) => Promise.reject(new Error(`Nothing changes the event ${id}`)),
    idOf,
    isOver: () => true,
  }));
  useTail(log, newEvents);
  return log;
}

function newEvents(message: LiveMessage): readonly string[] | null {
  if (message.kind !== 'activity') return null;
  // Those of test participants are not counted.
  const { events, items } = message.data;
  return events > 0 || items.some(({ kind }) => kind === 'event') ? [] : null;
}

const hrefOf = ({ id }: Event) => `/history/events/${id}`;
const idOf = ({ id }: Event) => id;
const who = ({ participant }: Event) =>
  participant === null ? none : (participant.email ?? participant.external_id ?? participant.id);
const nameOf = (event: Event) => text.rowName(event.type, who(event));

const columns: readonly LogColumn<Event>[] = [
  {
    id: 'time',
    header: history.columns.time,
    width: '96px',
    cell: ({ accepted_at }) => <PlainMoment at={accepted_at} />,
  },
  {
    id: 'type',
    header: history.columns.eventType,
    width: 'minmax(160px, 1fr)',
    cell: ({ type }) => type,
  },
  {
    id: 'participant',
    header: history.columns.participant,
    width: 'minmax(140px, 1.2fr)',
    phone: 'line',
    cell: who,
  },
  {
    id: 'campaign',
    header: text.columns.campaign,
    width: 'minmax(120px, 1fr)',
    cell: ({ campaign }) => campaign?.name ?? none,
  },
  {
    id: 'trust',
    header: text.columns.trust,
    width: '96px',
    phone: 'none',
    cell: ({ trust }) => history.event.trusts[trust],
  },
  {
    id: 'deliveries',
    header: text.columns.deliveries,
    width: '104px',
    align: 'right',
    cell: ({ delivery_count }) =>
      delivery_count === 0 ? (
        <Text span size="sm" c="dimmed">
          {text.noWebhook}
        </Text>
      ) : (
        text.deliveries(delivery_count, count(delivery_count))
      ),
  },
];
