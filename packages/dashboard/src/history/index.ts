export { DeliveryHistory, type DeliveryHistoryProps } from './delivery-history.tsx';
