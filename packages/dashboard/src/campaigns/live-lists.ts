import type { Routes } from '@fanfare/client';
import { useEffect, useRef } from 'react';
import { useChanged } from '../api/index.ts';
import { useLive } from '../live/index.ts';

/** What may be different after somebody acted or was corrected. */
export const pointLists = [
  '/v1/campaigns/{id}/leaderboard',
  '/v1/campaigns/{id}/high-scores',
  '/v1/campaigns/{id}/participants',
  '/v1/campaigns/{id}/referrals',
  '/v1/campaigns/{id}/activity',
  '/v1/campaigns/{id}/reward-totals',
] as const;

/** Often enough to watch, seldom enough for a busy organization. */
const pauseMs = 2_000;

/** Reads lists anew, those that are shown, while something happens in the organization; those of a campaign unless given. */
export function useLiveLists(lists: readonly (keyof Routes['GET'])[] = pointLists): void {
  const changed = useChanged();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLive((message) => {
    if (message.kind !== 'activity' || message.activity.events === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      void changed(...lists);
    }, pauseMs);
  });
}
