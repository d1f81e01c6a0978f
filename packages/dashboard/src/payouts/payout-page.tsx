import { Page } from '../elements/index.ts';

export function PayoutPage() {
  return <Page title="Payout Page">{null}</Page>;
}
