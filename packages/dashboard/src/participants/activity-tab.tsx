import { ActivityList } from '../campaigns/index.ts';
import { InCampaign } from './in-campaign.tsx';
import { useParticipant } from './participant.ts';

/** Their ledger in a campaign, and what they completed. */
export function ActivityTab() {
  const { id } = useParticipant();
  return (
    <InCampaign>
      {(campaignId) => <ActivityList campaignId={campaignId} participantId={id} ofOne />}
    </InCampaign>
  );
}
