import type { Participant } from '@fanfare/client';
import { Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { pickers as text } from '#strings/pickers.ts';
import { explain, useRead } from '../api/index.ts';
import { participantName } from './participant-name.ts';
import type { PickerProps } from './selects.tsx';

const shown = 20;

/** One participant, found by id, own id, e-mail address or account; their id (`usr_…`) is the value. */
export function ParticipantSelect({ value, ...props }: PickerProps) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 250);
  const found = useRead('/v1/participants', {
    query: { limit: shown, ...(search !== '' && { search }) },
  });
  const chosen = useRead('/v1/participants', {
    query: { limit: 1, ...(value !== undefined && value !== null && { search: value }) },
  });
  const people = new Map(
    [...(found.data?.data ?? []), ...(value ? (chosen.data?.data ?? []) : [])].map((person) => [
      person.id,
      person,
    ]),
  );
  const options = [...people.values()].map((person) => ({
    value: person.id,
    label: participantName(person),
  }));
  // Somebody who was erased, or an id that was mistyped: that it is asked for is still to be seen.
  const isUnknown = value && chosen.isSuccess && !chosen.isPlaceholderData && !people.has(value);
  return (
    <Select
      label={text.participant}
      searchable
      value={value}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? text.loading : text.nobodyFound}
      placeholder={text.participantHint}
      renderOption={({ option }) => {
        const person = people.get(option.value);
        return person === undefined ? option.label : <Option person={person} />;
      }}
      {...props}
      error={props.error ?? (found.error === null ? undefined : explain(found.error).detail)}
      data={isUnknown ? [...options, { value, label: value }] : options}
    />
  );
}

/** Two may have the same name: what else they are known by tells them apart. */
function Option({ person }: { readonly person: Participant }) {
  const name = participantName(person);
  const others = [person.external_id, person.email, person.wallet].filter(
    (known) => known !== null && known !== name,
  );
  return (
    <Stack gap={0} miw={0}>
      <Text size="sm" truncate>
        {name}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {others.length === 0 ? person.id : others.join(' · ')}
      </Text>
    </Stack>
  );
}
