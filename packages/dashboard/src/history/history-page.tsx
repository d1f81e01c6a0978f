import { history as text } from '#strings/history.ts';
import { Page } from '../elements/index.ts';
import { DeliveryHistory } from './delivery-history.tsx';

export function HistoryPage() {
  return (
    <Page title={text.title} description={text.description}>
      <DeliveryHistory />
    </Page>
  );
}
