export { useCampaigns, useEventTypes } from './choices.ts';
export { participantName } from './participant-name.ts';
export { ParticipantSelect } from './participant-select.tsx';
export { CampaignSelect, EventTypeSelect, type PickerProps } from './selects.tsx';
export { useWebhookNames } from './webhook-names.ts';
export { type WebhookQuery, WebhookSelect } from './webhook-select.tsx';
