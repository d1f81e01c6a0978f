import { useMemo, useState } from 'react';
import type { LogSelection } from './log-table.tsx';

/** So many can be named one by one when something is done with them. */
const mostSelected = 1_000;

/** Chosen rows, and the way to choose none. */
export function useSelection(loaded: () => readonly string[]): LogSelection & { readonly clear: () => void } {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return useMemo(
    () => ({
      ids,
      toggle: (id) =>
        setIds((before) => {
          const after = new Set(before);
          if (!after.delete(id) && after.size < mostSelected) after.add(id);
          return after;
        }),
      toggleAll: () =>
        setIds((before) => (before.size > 0 ? new Set() : new Set(loaded().slice(0, mostSelected)))),
      clear: () => setIds(new Set()),
    }),
    [ids, loaded],
  );
}
