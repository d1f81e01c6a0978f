import type { Campaign } from '@fanfare/client';
import { StateBadge } from '../elements/index.ts';
import { campaignState } from './campaign-state.ts';

export function CampaignBadge({ campaign }: { readonly campaign: Campaign }) {
  return <StateBadge state={campaignState(campaign, Date.now())} />;
}
