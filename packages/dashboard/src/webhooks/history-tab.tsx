import { useMemo } from 'react';
import { DeliveryHistory } from '../history/index.ts';
import { useWebhook } from './webhook.ts';

/** Every delivery of the webhook, with its attempts. */
export function HistoryTab() {
  const { id } = useWebhook();
  const fixed = useMemo(() => ({ webhookId: id }), [id]);
  return <DeliveryHistory fixed={fixed} />;
}
