import { Page } from '../elements/index.ts';

export function EventTypeList() {
  return <Page title="Event Type List">{null}</Page>;
}
