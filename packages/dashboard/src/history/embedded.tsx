import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { DeliveryHistoryProps } from './delivery-history.tsx';
import type { TimeFieldProps } from './time-field.tsx';

const LazyHistory = lazy(async () => ({
  default: (await import('./delivery-history.tsx')).DeliveryHistory,
}));
const LazyTimeField = lazy(async () => ({ default: (await import('./time-field.tsx')).TimeField }));

/**
 * Deliveries with filters, as they come, on any page. The filters stand in its address, so its route takes them in:
 * `validateSearch: (search) => ({ …, ...readDeliverySearch(search) })`.
 */
export function DeliveryHistory(props: DeliveryHistoryProps) {
  return (
    <Suspense fallback={<Skeleton h={520} />}>
      <LazyHistory {...props} />
    </Suspense>
  );
}

/** A moment in the reader's time zone, with a calendar; ISO 8601 outside. */
export function TimeField(props: TimeFieldProps) {
  return (
    <Suspense fallback={<Skeleton h={60} />}>
      <LazyTimeField {...props} />
    </Suspense>
  );
}
