import type { Participant } from '@fanfare/client';
import { useState } from 'react';
import { pickers as text } from '#strings/pickers.ts';
import { useRead } from '../api/index.ts';
import { participantName } from './participant-name.ts';
import { type Choice, mostOffered, SearchedSelect } from './searched-select.tsx';
import type { PickerProps } from './selects.tsx';

/** One participant, found by id, own id, e-mail address or account; their id (`usr_…`) is the value. */
export function ParticipantSelect({ value, ...props }: PickerProps) {
  const [search, setSearch] = useState('');
  const found = usePeople({ limit: mostOffered, ...(search !== '' && { search }) });
  const chosen = usePeople({ limit: 1, ...(value && { search: value }) });
  return (
    <SearchedSelect
      label={text.participant}
      placeholder={text.participantHint}
      nothingFound={text.nobodyFound}
      found={found}
      chosen={value && chosen.isKnown ? (chosen.data?.[0] ?? null) : undefined}
      onSearch={setSearch}
      value={value}
      {...props}
    />
  );
}

function usePeople(query: { readonly limit: number; readonly search?: string }) {
  const { data, error, isFetching, isSuccess, isPlaceholderData } = useRead('/v1/participants', { query });
  return {
    data: data?.data.map(choiceOf),
    error,
    isFetching,
    isKnown: isSuccess && !isPlaceholderData,
  };
}

/** Two may have the same name: what else they are known by tells them apart. */
function choiceOf(person: Participant): Choice {
  const name = participantName(person);
  const others = [person.external_id, person.email, person.wallet].filter(
    (known) => known !== null && known !== name,
  );
  return { value: person.id, label: name, detail: others.length === 0 ? person.id : others.join(' · ') };
}
