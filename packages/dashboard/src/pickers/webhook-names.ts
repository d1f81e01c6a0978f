import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { reading } from '../api/index.ts';

const mostNames = 100;

/** Webhooks of these ids, of which at most 100 are asked for; those that are deleted are not among them. */
export function namedWebhooks(ids: readonly string[]) {
  const asked = [...new Set(ids)].sort().slice(0, mostNames);
  return queryOptions({
    ...reading('/v1/webhooks', { query: { ids: asked.join(), limit: Math.max(1, asked.length) } }),
    enabled: asked.length > 0,
    staleTime: 60_000,
  });
}

/** What these webhooks are called, by their ids. */
export function useWebhookNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { data } = useQuery({ ...namedWebhooks(ids), placeholderData: keepPreviousData });
  return useMemo(() => new Map(data?.data.map(({ id, name }) => [id, name])), [data]);
}
