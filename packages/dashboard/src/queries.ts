import { QueryCache, QueryClient } from '@tanstack/react-query';
import { isSignedOut } from './api/index.ts';
import { leave } from './frame/leaving.ts';

/**
 * What was read from the API. The client itself asks again where that is safe, so queries do not. A browser that says it
 * is offline may still reach a Fanfare on the same machine, so nothing waits for what it says.
 */
export const queries: QueryClient = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 5_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
  queryCache: new QueryCache({
    onError: (error) => {
      if (isSignedOut(error)) leave('ended');
    },
  }),
});
