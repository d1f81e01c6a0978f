import { Page } from '../elements/index.ts';

export function CampaignPage() {
  return <Page title="Campaign Page">{null}</Page>;
}
