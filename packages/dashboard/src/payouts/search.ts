import type { Payout } from '@fanfare/client';

export const payoutStates = ['requested', 'sending', 'processing', 'failed', 'paid'] as const;

/** By what the list of payouts is narrowed; ids. */
export interface PayoutFilter {
  readonly state?: Payout['state'];
  readonly campaign?: string;
  readonly reward?: string;
  readonly participant?: string;
}

export interface PayoutSearch extends PayoutFilter {
  readonly view?: 'totals';
}

export function readPayoutSearch(given: Record<string, unknown>): PayoutSearch {
  const state = payoutStates.find((known) => known === given['state']);
  const texts = (['campaign', 'reward', 'participant'] as const)
    .map((name) => [name, given[name]] as const)
    .filter(([, value]) => typeof value === 'string' && value !== '');
  return {
    ...(given['view'] === 'totals' && { view: 'totals' }),
    ...(state && { state }),
    ...Object.fromEntries(texts),
  };
}
