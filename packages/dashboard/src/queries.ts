import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut } from './api/index.ts';
import { leave } from './frame/leaving.ts';

/** What was read from the API. The client itself asks again where that is safe, so queries do not. */
export const queries: QueryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 5_000 }, mutations: { retry: false } },
  queryCache: new QueryCache({
    onError: (error) => {
      if (isSignedOut(error)) leave('ended');
    },
  }),
});
