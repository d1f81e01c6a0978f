import type { Campaign } from '@fanfare/client';
import type { StateName } from '../elements/index.ts';

/** How a campaign stands now: an active one may not have started yet, or be over. */
export function campaignState(
  { status, starts_at, ends_at }: Pick<Campaign, 'status' | 'starts_at' | 'ends_at'>,
  nowMs: number,
): StateName {
  if (status !== 'active') return status;
  if (ends_at !== null && Date.parse(ends_at) <= nowMs) return 'ended';
  if (starts_at !== null && Date.parse(starts_at) > nowMs) return 'scheduled';
  return 'active';
}
