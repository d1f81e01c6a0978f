export type { DeliveryHistoryProps } from './delivery-history.tsx';
export { type DeliverySearch, readDeliverySearch } from './delivery-search.ts';
export { DeliveryHistory, TimeField } from './embedded.tsx';
