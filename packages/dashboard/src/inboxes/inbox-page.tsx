import { Page } from '../elements/index.ts';

export function InboxPage() {
  return <Page title="Inbox Page">{null}</Page>;
}
