export { CampaignWebhooks } from './of-campaign/campaign-webhooks.tsx';
export { PredefinedHooks } from './predefined/predefined-hooks.tsx';
