import {
  type CatalogEvent,
  type FrozenEvent,
  isCatalogEvent,
  type ParticipantSnapshot,
} from '../catalog/index.ts';
import type { Format } from './format.ts';
import { jsonRequest } from './json-request.ts';
import { type JsonSchema, number, object, oneOf, schemaDocument, text, time } from './json-schema.ts';
import { ownId } from './person.ts';

interface Message {
  readonly type: string;
  readonly data: object;
}

function messageOf(event: CatalogEvent, person: ParticipantSnapshot): Message | null {
  switch (event.type) {
    case 'trigger.fired': {
      const { value, trigger } = event.data;
      return {
        type: 'trigger_event.created',
        data: { user: { id: ownId(person) }, value, trigger: { id: trigger.id } },
      };
    }
    case 'points.issued': {
      const { transaction, amount } = event.data;
      return {
        type: 'balance.credit_points_issued',
        data: { user: { id: ownId(person) }, transaction: { id: transaction.id, amount } },
      };
    }
    default:
      return null;
  }
}

function messageIn(event: FrozenEvent): Message | null {
  return event.participant !== null && isCatalogEvent(event) ? messageOf(event, event.participant) : null;
}

const once: readonly null[] = [null];
const nowhere: readonly null[] = [];

/**
 * Reward's payload. `id` is the event's, the same for every webhook, so that receivers can recognise
 * repetitions. `user.id` is the id that the caller gave, else ours.
 */
export const reward: Format = {
  name: 'reward',
  version: 1,
  title: 'Reward',
  description: 'The webhooks of Reward: trigger events and issued credits.',
  methods: ['POST'],
  scopes: [],
  predefined: [],
  eventTypes: ['trigger.fired', 'points.issued'],
  carriesCustomTypes: false,
  carriedAs: (type) => ({ name: messageSchemas[type]?.type ?? type, scopes: [] }),

  carries: (event) => (messageIn(event) === null ? nowhere : once),

  render({ event, request }) {
    const message = messageIn(event);
    if (message === null) throw new Error(`Reward does not carry the event ${event.id}`);
    return jsonRequest('POST', request.url, {
      id: event.id,
      type: message.type,
      time: event.occurred_at,
      data: message.data,
    });
  },

  bodySchema(eventType) {
    const message = messageSchemas[eventType];
    return schemaDocument(
      `Reward: ${eventType}`,
      object({
        id: { ...text, description: 'The event id, the same for every webhook.' },
        type: message === undefined ? text : oneOf([message.type]),
        time,
        data: message?.data ?? { type: 'object' },
      }),
    );
  },
};

const user = object({ id: text });

const messageSchemas: Readonly<Record<string, { readonly type: string; readonly data: JsonSchema }>> = {
  'trigger.fired': {
    type: 'trigger_event.created',
    data: object({ user, value: { type: ['number', 'null'] }, trigger: object({ id: text }) }),
  },
  'points.issued': {
    type: 'balance.credit_points_issued',
    data: object({ user, transaction: object({ id: text, amount: number }) }),
  },
};
