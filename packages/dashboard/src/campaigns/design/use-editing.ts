import { getRouteApi } from '@tanstack/react-router';
import type { DesignSearch } from '../routes.ts';

const route = getRouteApi('/signed-in/campaigns/$campaignId/design');

/** What is being edited stands in the address, so that it can be shared and the way back closes it. */
export function useEditing() {
  const search: DesignSearch = route.useSearch();
  const navigate = route.useNavigate();
  return {
    search,
    edit: (id: string) => void navigate({ search: { edit: id }, resetScroll: false }),
    add: (kind: NonNullable<DesignSearch['add']>, into?: string) =>
      void navigate({ search: { add: kind, ...(into !== undefined && { into }) }, resetScroll: false }),
    close: () => void navigate({ search: {}, resetScroll: false }),
  };
}
