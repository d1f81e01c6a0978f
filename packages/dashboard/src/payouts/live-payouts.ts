import { tellsOf, useReadAnew } from '../live/index.ts';

/** What is different once an order to pay was sent, or settled. */
const lists = ['/v1/payouts', '/v1/campaigns/{id}/earnings', '/v1/campaigns/{id}/reward-totals'] as const;

/** Reads payouts anew, what is shown of them, when something happened to one. */
export function useLivePayouts(): void {
  useReadAnew(lists, (message) =>
    tellsOf(message, (item) => (item.kind === 'event' ? item.type : item.event_type).startsWith('payout.')),
  );
}
