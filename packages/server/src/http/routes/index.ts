import type { Api } from '../api.ts';
import { type AccountParts, accountRoutes } from './account.ts';
import { type CampaignParts, campaignRoutes } from './campaigns.ts';
import { type EventTypeParts, eventTypeRoutes } from './event-types.ts';
import { type EventParts, eventRoutes } from './events.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { type ParticipantParts, participantRoutes } from './participants.ts';

/** What the routes need. Each route file names its own part. */
export interface RouteParts
  extends AccountParts,
    CampaignParts,
    Omit<EventParts, 'participants'>,
    EventTypeParts,
    HealthParts,
    ParticipantParts {}

/** Adds every route of the API. */
export function routes(app: Api, parts: RouteParts): void {
  eventRoutes(app, parts);
  eventTypeRoutes(app, parts);
  campaignRoutes(app, parts);
  participantRoutes(app, parts);
  accountRoutes(app, parts);
  healthRoutes(app, parts);
}
