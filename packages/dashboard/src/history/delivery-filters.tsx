import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { history as text } from '#strings/history.ts';
import { states } from '#strings/states.ts';
import { AnswerSelect } from './answer-select.tsx';
import { type DeliverySearch, deliveryStates, type FixedFilter } from './delivery-search.ts';
import { FilterPanel } from './filter-panel.tsx';
import {
  CampaignField,
  EventTypeField,
  ParticipantField,
  RangeFields,
  WebhookField,
} from './search-fields.tsx';

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
  const rest = [search.webhook, search.campaign, search.participant, search.since, search.until];
  const set = [...rest, search.error, search.state, search.type, search.status, search.failure];
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
          <EventTypeField search={search} change={change} />
        </>
      }
      rest={
        <>
          {fixed.webhookId === undefined && <WebhookField search={search} change={change} />}
          {fixed.campaignId === undefined && <CampaignField search={search} change={change} />}
          {fixed.participantId === undefined && <ParticipantField search={search} change={change} />}
          <RangeFields search={search} change={change} />
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
