import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/**
 * The part of the address that a history embedded in any page reads and writes; what else stands there stays. `read` gives
 * an object of the same names whatever stands there.
 */
export function useSearchPart<Part extends object>(
  read: (search: Readonly<Record<string, unknown>>) => Part,
): readonly [part: Part, change: (change: Part) => void] {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const text = JSON.stringify(read(search));
  // The same object for as long as it says the same.
  const part = useMemo(() => JSON.parse(text) as Part, [text]);
  const navigate = useNavigate();
  const change = useCallback(
    (changed: Part) =>
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, ...(changed as object) }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [part, change];
}
