import { Page } from '../elements/index.ts';

export function InboxList() {
  return <Page title="Inbox List">{null}</Page>;
}
