import { Page } from '../elements/index.ts';

export function AccountPage() {
  return <Page title="Account Page">{null}</Page>;
}
