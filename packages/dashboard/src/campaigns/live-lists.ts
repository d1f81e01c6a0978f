import type { ReadPath } from '../api/index.ts';
import { tellsOf, useReadAnew } from '../live/index.ts';

/** What may be different after somebody acted or was corrected. */
export const pointLists = [
  '/v1/campaigns/{id}/leaderboard',
  '/v1/campaigns/{id}/high-scores',
  '/v1/campaigns/{id}/participants',
  '/v1/campaigns/{id}/referrals',
  '/v1/campaigns/{id}/activity',
  '/v1/campaigns/{id}/reward-totals',
] as const;

/** Reads lists anew, those that are shown, while something happens in the organization; those of a campaign unless given. */
export function useLiveLists(lists: readonly ReadPath[] = pointLists): void {
  useReadAnew(lists, (message) => tellsOf(message, ({ kind }) => kind === 'event'));
}
