import { useRouterState } from '@tanstack/react-router';

/** What stands behind the `#` of a link; null when nothing does. */
export function useLinkToken(): string | null {
  const token = useRouterState({ select: ({ location }) => location.hash });
  return token === '' ? null : token;
}
