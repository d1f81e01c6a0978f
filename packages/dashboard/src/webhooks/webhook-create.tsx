import { Page } from '../elements/index.ts';

export function WebhookCreate() {
  return <Page title="Webhook Create">{null}</Page>;
}
