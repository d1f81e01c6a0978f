import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { history as text } from '#strings/history.ts';
import { states } from '#strings/states.ts';
import { CampaignSelect, EventTypeSelect, ParticipantSelect, WebhookSelect } from '../pickers/index.ts';
import { AnswerSelect } from './answer-select.tsx';
import { type DeliverySearch, deliveryStates, type FixedFilter } from './delivery-search.ts';
import { FilterPanel } from './filter-panel.tsx';
import { TimeField } from './time-field.tsx';

const { filters } = text;
const typingMs = 350;

export interface DeliveryFiltersProps {
  readonly search: DeliverySearch;
  readonly fixed: FixedFilter;
  readonly change: (change: DeliverySearch) => void;
  readonly clear: () => void;
  readonly textField: RefObject<HTMLInputElement | null>;
}

export function DeliveryFilters({ search, fixed, change, clear, textField }: DeliveryFiltersProps) {
  const rest = [search.campaign, search.participant, search.since, search.until];
  const set = [
    ...rest,
    search.error,
    search.state,
    search.type,
    search.webhook,
    search.status,
    search.failure,
  ];
  const isSet = (value: string | undefined) => value !== undefined;
  return (
    <FilterPanel
      set={set.filter(isSet).length}
      restSet={rest.filter(isSet).length}
      clear={clear}
      first={
        <>
          <ErrorText value={search.error} onChange={(error) => change({ error })} field={textField} />
          <Select
            label={filters.state}
            placeholder={filters.any}
            data={deliveryStates.map((state) => ({ value: state, label: states[state] }))}
            value={search.state ?? null}
            onChange={(state) => change({ state: state ?? undefined })}
            clearable
          />
          <AnswerSelect value={search} onChange={change} />
          <EventTypeSelect
            value={search.type ?? null}
            onChange={(type) => change({ type: type ?? undefined })}
            placeholder={filters.any}
            clearable
          />
        </>
      }
      rest={
        <>
          {fixed.webhookId === undefined && (
            <WebhookSelect
              value={search.webhook ?? null}
              onChange={(webhook) => change({ webhook: webhook ?? undefined })}
              placeholder={filters.any}
              clearable
            />
          )}
          {fixed.campaignId === undefined && (
            <CampaignSelect
              value={search.campaign ?? null}
              onChange={(campaign) => change({ campaign: campaign ?? undefined })}
              placeholder={filters.any}
              clearable
            />
          )}
          {fixed.participantId === undefined && (
            <ParticipantSelect
              value={search.participant ?? null}
              onChange={(participant) => change({ participant: participant ?? undefined })}
              placeholder={filters.any}
              clearable
            />
          )}
          <TimeField
            label={filters.since}
            value={search.since ?? null}
            onChange={(since) => change({ since: since ?? undefined })}
            placeholder={filters.any}
          />
          <TimeField
            label={filters.until}
            value={search.until ?? null}
            onChange={(until) => change({ until: until ?? undefined })}
            placeholder={filters.any}
          />
        </>
      }
    />
  );
}

/** Asked for once somebody has paused typing. */
function ErrorText({
  value = '',
  onChange,
  field,
}: {
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly field: RefObject<HTMLInputElement | null>;
}) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const ask = useDebouncedCallback((asked: string) => onChange(asked === '' ? undefined : asked), typingMs);
  return (
    <TextInput
      ref={field}
      label={filters.error}
      type="search"
      leftSection={<IconSearch size={15} />}
      maxLength={200}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        ask(currentTarget.value.trim());
      }}
    />
  );
}
