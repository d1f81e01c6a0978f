import { Page } from '../elements/index.ts';

export function DeliveryPage() {
  return <Page title="Delivery Page">{null}</Page>;
}
