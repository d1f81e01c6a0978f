import { dataSchema, type FrozenEvent, isEventType } from '../catalog/index.ts';
import {
  anyObject,
  flag,
  integerOrNull,
  type JsonSchema,
  nullable,
  number,
  object,
  oneOf,
  text,
  textOrNull,
  time,
} from './json-schema.ts';

/**
 * The `data` of the formats standard and cloudevents: everything the event holds. What happened stands
 * in `details`; around it the same context in every type, so that one receiver can route, deduplicate
 * (`event_id`) and order (`sequence`, per participant and campaign) without knowing the type.
 */
export function fullData(event: FrozenEvent): object {
  const { organization, community, campaign, participant } = event;
  return {
    event_id: event.id,
    sequence: event.seq,
    trust: event.trust,
    organization: { id: organization.id, name: organization.name },
    community: community === null ? null : { id: community.id, name: community.name },
    campaign:
      campaign === null ? null : { id: campaign.id, name: campaign.name, created_at: campaign.created_at },
    participant:
      participant === null
        ? null
        : {
            id: participant.id,
            external_id: participant.external_id,
            email: participant.email,
            first_name: participant.first_name,
            last_name: participant.last_name,
            phone: participant.phone,
            wallet: participant.wallet,
            fields: participant.fields,
            test: participant.test,
            total_points: participant.total_points,
            referral_points: participant.referral_points,
            ugc_points: participant.ugc_points,
            multiplier_percent: participant.multiplier_percent,
            rank: participant.rank,
            team: participant.team,
          },
    details: event.data,
  };
}

const named = object({ id: text, name: text });

export function fullDataSchema(eventType: string): JsonSchema {
  return object({
    event_id: { ...text, description: 'The same for every webhook and every delivery of the event.' },
    sequence: {
      ...integerOrNull,
      description: 'Position among the events of this participant in this campaign.',
    },
    trust: {
      ...oneOf(['server', 'browser']),
      description: 'How the action was authenticated: by a server credential or by a browser token.',
    },
    organization: named,
    community: nullable(named),
    campaign: nullable(object({ id: text, name: text, created_at: time })),
    participant: nullable(
      object({
        id: text,
        external_id: textOrNull,
        email: textOrNull,
        first_name: textOrNull,
        last_name: textOrNull,
        phone: textOrNull,
        wallet: textOrNull,
        fields: anyObject,
        test: flag,
        total_points: number,
        referral_points: number,
        ugc_points: number,
        multiplier_percent: number,
        rank: integerOrNull,
        team: textOrNull,
      }),
    ),
    details: isEventType(eventType) ? dataSchema(eventType, 'stored') : anyObject,
  });
}
