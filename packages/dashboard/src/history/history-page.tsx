import { Page } from '../elements/index.ts';

export function HistoryPage() {
  return <Page title="History Page">{null}</Page>;
}
