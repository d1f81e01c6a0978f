export { useCampaigns, useEventTypes, useWebhooks } from './choices.ts';
export { participantName } from './participant-name.ts';
export { ParticipantSelect } from './participant-select.tsx';
export { CampaignSelect, EventTypeSelect, type PickerProps, WebhookSelect } from './selects.tsx';
