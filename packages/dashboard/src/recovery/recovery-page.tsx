import { Page } from '../elements/index.ts';

export function RecoveryPage() {
  return <Page title="Recovery Page">{null}</Page>;
}
