import { Page } from '../elements/index.ts';

export function WebhookList() {
  return <Page title="Webhook List">{null}</Page>;
}
