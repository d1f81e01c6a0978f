import { Page } from '../elements/index.ts';

export function WebhookPage() {
  return <Page title="Webhook Page">{null}</Page>;
}
