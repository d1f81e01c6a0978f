import type { Taking, Webhook } from '@fanfare/client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { pickers as text } from '#strings/pickers.ts';
import { useRead } from '../api/index.ts';
import { mostOffered, SearchedSelect } from './searched-select.tsx';
import type { PickerProps } from './selects.tsx';
import { namedWebhooks } from './webhook-names.ts';

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
  const chosen = useQuery({
    ...namedWebhooks(value ? [value] : []),
    select: ({ data }) => data.map(choiceOf)[0] ?? null,
  });
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

/** An id that somebody chose says more than one that was made up. */
function choiceOf({ id, name, url }: Webhook) {
  return { value: id, label: name, detail: id.startsWith('whk_') ? url : `${id} · ${url}` };
}
