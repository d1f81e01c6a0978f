import type { Taking, Webhook } from '@fanfare/client';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { pickers as text } from '#strings/pickers.ts';
import { reading, useRead } from '../api/index.ts';
import { mostOffered, SearchedSelect } from './searched-select.tsx';
import type { PickerProps } from './selects.tsx';

export type WebhookQuery = NonNullable<Taking<'listWebhooks'>['query']>;

/** One webhook, found by a part of its name, id, URL or description; its id is the value. */
export function WebhookSelect({
  among = {},
  value,
  ...props
}: PickerProps & {
  /** Which are offered; all unless given. */
  readonly among?: WebhookQuery;
}) {
  const [search, setSearch] = useState('');
  const found = useRead('/v1/webhooks', {
    query: { ...among, limit: mostOffered, ...(search !== '' && { search }) },
  });
  const chosen = useQuery({ ...namesOf(value ? [value] : []), select: ({ data }) => data.map(choiceOf)[0] ?? null });
  return (
    <SearchedSelect
      label={text.webhook}
      found={{ data: found.data?.data.map(choiceOf), error: found.error, isFetching: found.isFetching }}
      chosen={value ? chosen.data : undefined}
      onSearch={setSearch}
      value={value}
      {...props}
    />
  );
}

function choiceOf({ id, name }: Webhook) {
  return { value: id, label: name };
}

const mostNames = 100;

function namesOf(ids: readonly string[]) {
  const asked = [...new Set(ids)].sort().slice(0, mostNames);
  return queryOptions({
    ...reading('/v1/webhooks', { query: { ids: asked.join(), limit: Math.max(1, asked.length) } }),
    enabled: asked.length > 0,
    staleTime: 60_000,
  });
}

/** What these webhooks are called, by their ids; those that are deleted are not among them. At most 100 are asked for. */
export function useWebhookNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { data } = useQuery({ ...namesOf(ids), placeholderData: keepPreviousData });
  return useMemo(() => new Map(data?.data.map(({ id, name }) => [id, name])), [data]);
}
