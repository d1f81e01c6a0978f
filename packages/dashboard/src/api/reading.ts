import type { BodyOf, CallSettings, InputOf, ItemOf, ListPath, Routes } from '@fanfare/client';
import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
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

/** What was read of the same thing before stays until the new is there. Of another thing it would be a lie. */
function keepOfSame<Data>(input: readonly unknown[]) {
  const place = placeOf(input);
  return (before: Data | undefined, query: { readonly queryKey: readonly unknown[] } | undefined) =>
    query !== undefined && placeOf(query.queryKey) === place ? before : undefined;
}

/** What stands in the address of a call: which campaign, say. */
function placeOf(input: readonly unknown[]): string {
  const given = (input.at(-1) ?? {}) as { path?: object };
  return JSON.stringify(typeof given === 'object' ? (given.path ?? {}) : {});
}

/** What a GET answers, kept fresh while the component is shown. */
export function useRead<Path extends keyof Gets>(path: Path, ...input: InputOf<Gets[Path]>) {
  return useQuery({ ...reading(path, ...input), placeholderData: keepOfSame(input) });
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

/** A list, page by page: `rows` so far, also by their `pages`, and `fetchNextPage` for more. A page may be short and still have a next one. */
export function useList<Path extends ListPath>(path: Path, ...input: InputOf<Gets[Path]>) {
  const query = useInfiniteQuery({ ...listing(path, ...input), placeholderData: keepOfSame(input) });
  const pages = useMemo(() => query.data?.pages.map(({ data }) => data), [query.data]);
  const rows = useMemo(() => pages?.flat(), [pages]);
  return { ...query, pages, rows };
}

function withSignal<O>(input: readonly unknown[], signal: AbortSignal): InputOf<O> {
  const first = (input[0] ?? {}) as CallSettings;
  return [{ ...first, signal }] as unknown as InputOf<O>;
}
