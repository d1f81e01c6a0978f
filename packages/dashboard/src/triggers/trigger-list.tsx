import { Page } from '../elements/index.ts';

export function TriggerList() {
  return <Page title="Trigger List">{null}</Page>;
}
