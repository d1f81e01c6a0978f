import { Page } from '../elements/index.ts';

export function CampaignList() {
  return <Page title="Campaign List">{null}</Page>;
}
