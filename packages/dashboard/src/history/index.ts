export type { DeliveryHistoryProps } from './delivery-history.tsx';
export { type DeliverySearch, readDeliverySearch } from './delivery-search.ts';
export { DeliveryHistory, TimeField } from './embedded.tsx';
export { isOpen, ResendCard } from './resend-card.tsx';
export { SendingCard } from './sending-card.tsx';
export { SendingControls } from './sending-controls.tsx';
