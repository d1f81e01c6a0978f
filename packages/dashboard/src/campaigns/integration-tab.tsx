import { CampaignWebhooks } from '../webhooks/index.ts';
import { useCampaign } from './campaign.ts';

/** Who is told of what happens in this campaign. */
export function IntegrationTab() {
  return <CampaignWebhooks campaignId={useCampaign().id} />;
}
