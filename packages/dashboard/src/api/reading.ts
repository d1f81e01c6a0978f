import type { BodyOf, CallSettings, InputOf, ItemOf, ListPath, Routes } from '@fanfare/client';
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import { useMemo } from 'react';
import { fanfare } from './fanfare.ts';

type Gets = Routes['GET'];

/** A GET as a query. Its key begins with the path, by which `useChanged` finds it again. */
export function reading<Path extends keyof Gets>(path: Path, ...input: InputOf<Gets[Path]>) {
  return queryOptions<BodyOf<Gets[Path]>>({
    queryKey: [path, ...input],
    queryFn: ({ signal }) => fanfare.get(path, ...withSignal<Gets[Path]>(input, signal)),
  });
}

/** What a GET answers, kept fresh while the component is shown. What was there before stays until the new is here. */
export function useRead<Path extends keyof Gets>(path: Path, ...input: InputOf<Gets[Path]>) {
  return useQuery({ ...reading(path, ...input), placeholderData: keepPreviousData });
}

const pageSize = 50;

function listing<Path extends ListPath>(path: Path, ...input: InputOf<Gets[Path]>) {
  return infiniteQueryOptions({
    queryKey: [path, 'pages', ...input],
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam, signal }) => {
      const given = (input[0] ?? {}) as { query?: object };
      const query = { limit: pageSize, ...given.query, ...(pageParam !== null && { cursor: pageParam }) };
      const page = await fanfare.get(path, ...withSignal<Gets[Path]>([{ ...given, query }], signal));
      return page as unknown as { data: readonly ItemOf<Gets[Path]>[]; next_cursor: string | null };
    },
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** A list, page by page: `rows` so far, and `fetchNextPage` for more. A page may be short and still have a next one. */
export function useList<Path extends ListPath>(path: Path, ...input: InputOf<Gets[Path]>) {
  const query = useInfiniteQuery({ ...listing(path, ...input), placeholderData: keepPreviousData });
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data), [query.data]);
  return { ...query, rows };
}

function withSignal<O>(input: readonly unknown[], signal: AbortSignal): InputOf<O> {
  const first = (input[0] ?? {}) as CallSettings;
  return [{ ...first, signal }] as unknown as InputOf<O>;
}
