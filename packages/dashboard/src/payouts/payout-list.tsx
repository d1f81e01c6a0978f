import { Page } from '../elements/index.ts';

export function PayoutList() {
  return <Page title="Payout List">{null}</Page>;
}
