import { Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useEffectEvent, useState } from 'react';
import { pickers as text } from '#strings/pickers.ts';
import { explain } from '../api/index.ts';
import type { PickerProps } from './selects.tsx';

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** What tells it from others of the same name. */
  readonly detail?: string;
}

/** So many are offered at a time; whoever misses one types more of it. */
export const mostOffered = 20;
const pauseMs = 250;

/** One of many things, which are searched for as somebody types. */
export function SearchedSelect({
  found,
  chosen,
  onSearch,
  nothingFound = text.nothingFound,
  value,
  ...props
}: PickerProps & {
  readonly found: {
    readonly data: readonly Choice[] | undefined;
    readonly error: unknown;
    readonly isFetching: boolean;
  };
  /** What `value` is called; undefined until it is known, null when nothing has it: it is shown as it is. */
  readonly chosen: Choice | null | undefined;
  /** Called with what was typed when whoever types makes a pause; empty while nothing is looked for. */
  readonly onSearch: (text: string) => void;
  readonly nothingFound?: string;
}) {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), pauseMs);
  // The field holds what was chosen until somebody types over it.
  const wanted = settled === chosen?.label ? '' : settled;
  const tell = useEffectEvent(onSearch);
  useEffect(() => tell(wanted), [wanted]);

  const choices = new Map<string, Choice>(
    [
      ...(found.data ?? []),
      ...(value && chosen !== undefined ? [chosen ?? { value, label: value }] : []),
    ].map((choice) => [choice.value, choice]),
  );
  return (
    <Select
      searchable
      value={value}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? text.loading : nothingFound}
      renderOption={({ option }) => <Offered choice={choices.get(option.value) ?? option} />}
      {...props}
      error={props.error ?? (found.error === null ? undefined : explain(found.error).detail)}
      data={[...choices.values()].map(({ value: id, label }) => ({ value: id, label }))}
    />
  );
}

function Offered({ choice: { label, detail } }: { readonly choice: Choice }) {
  if (detail === undefined) return label;
  return (
    <Stack gap={0} miw={0}>
      <Text size="sm" truncate>
        {label}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {detail}
      </Text>
    </Stack>
  );
}
