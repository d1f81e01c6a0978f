import { useChanged } from '../api/index.ts';
import { useLive } from '../live/index.ts';

/** Reads payouts anew when something happened to one: an order to pay was sent, or settled. */
export function useLivePayouts(): void {
  const changed = useChanged();
  useLive((message) => {
    if (message.kind !== 'activity') return;
    const { items, omitted } = message.activity;
    const types = items.map((item) => (item.kind === 'event' ? item.type : item.event_type));
    if (omitted > 0 || types.some((type) => type.startsWith('payout.'))) void changed('/v1/payouts');
  });
}
