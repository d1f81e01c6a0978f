export { type Campaign, type Campaigns, openCampaigns } from './campaigns.ts';
export { type CustomType, type CustomTypes, openCustomTypes } from './custom-types.ts';
export { type CampaignRulesSource, openCampaignRules } from './design.ts';
export { createParticipants, type Participant, type Participants } from './participants.ts';
export {
  type AcceptEvents,
  createPublisher,
  type Publish,
  type PublisherParts,
  type PublishResult,
} from './publisher.ts';
