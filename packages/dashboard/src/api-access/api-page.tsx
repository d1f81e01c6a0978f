import { Page } from '../elements/index.ts';

export function ApiPage() {
  return <Page title="Api Page">{null}</Page>;
}
