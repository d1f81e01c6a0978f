import {
  type CatalogEvent,
  exactAmount,
  type FrozenEvent,
  isCatalogEvent,
  type ParticipantSnapshot,
} from '../catalog/index.ts';
import type { Format } from './format.ts';
import { headerValue } from './header-value.ts';
import { jsonRequest } from './json-request.ts';
import { decimal, flag, type JsonSchema, object, oneOf, schemaDocument, text, time } from './json-schema.ts';
import { mentionedId } from './person.ts';

/** Version of the envelope, as ChainVine's `version` states it. */
const envelopeVersion = '1.0';

interface Message {
  readonly name: string;
  readonly data: object;
  /** Of a payment request, the same in every attempt: who pays can tell a repetition from a second payment. */
  readonly idempotencyKey?: string;
}

/** Null becomes absent: JSON.stringify leaves undefined out. */
function known<T>(value: T | null): T | undefined {
  return value ?? undefined;
}

function snakeCaseUser(person: ParticipantSnapshot): object {
  return {
    id: person.id,
    email: known(person.email),
    first_name: known(person.first_name),
    last_name: known(person.last_name),
    wallet_address: known(person.wallet),
    external_identifier: known(person.external_id),
  };
}

function camelCaseUser(person: ParticipantSnapshot): object {
  return {
    id: person.id,
    email: known(person.email),
    firstName: known(person.first_name),
    lastName: known(person.last_name),
    walletAddress: known(person.wallet),
    externalIdentifier: known(person.external_id),
  };
}

function messageOf(event: CatalogEvent, person: ParticipantSnapshot): Message | null {
  switch (event.type) {
    case 'user.joined_campaign': {
      const { referrer } = event.data;
      return {
        name: 'USER_JOINED_CAMPAIGN',
        data: {
          user_id: person.id,
          user: snakeCaseUser(person),
          referrer: referrer === null ? undefined : known(mentionedId(referrer)),
          external_identifier: known(person.external_id),
        },
      };
    }
    case 'referral.converted':
      return {
        name: 'REFERRAL_CONVERSION',
        data: {
          claimer: person.id,
          referrer: known(mentionedId(event.data.referrer)),
          external_identifier: known(person.external_id),
        },
      };
    case 'earning.created': {
      const { reward, amount } = event.data;
      return {
        name: 'EARNING_CREATED',
        data: {
          userId: person.id,
          dateCreatedUtc: event.occurred_at,
          user: camelCaseUser(person),
          reward: { name: reward.name },
          amount: exactAmount(amount, reward.decimals),
        },
      };
    }
    case 'payout.requested': {
      const { reward, amount, payment_id, earning_ids, attempt, requested_by, created_at } = event.data;
      return {
        name: 'PAYMENT_REQUEST',
        data: {
          userId: person.id,
          dateCreatedUtc: created_at ?? event.occurred_at,
          user: camelCaseUser(person),
          reward: { name: reward.name },
          amount: exactAmount(amount, reward.decimals),
          paymentId: payment_id,
          earningIds: earning_ids,
          attempt,
          requestedBy: requested_by,
        },
        idempotencyKey: headerValue(payment_id),
      };
    }
    default:
      return null;
  }
}

const once: readonly null[] = [null];
const nowhere: readonly null[] = [];

function carriedTypes(type: string): boolean {
  return Object.hasOwn(messageSchemas, type);
}

/**
 * ChainVine's envelope and payloads, as its TypeScript types give them (they win over its table).
 * Optional fields are left out when unknown. Amounts have exactly 18 decimal places in cryptocurrencies
 * and 4 in everything else: the page states the rule and its examples break it; the rule wins. A payment
 * request also names its payment in the header `Idempotency-Key`.
 */
export const chainvine: Format = {
  name: 'chainvine',
  version: 1,
  title: 'ChainVine',
  description: 'The webhooks of ChainVine: referrals, earnings and payment requests in one envelope.',
  methods: ['POST'],
  scopes: [],
  predefined: [],
  eventTypes: ['user.joined_campaign', 'referral.converted', 'earning.created', 'payout.requested'],
  // Its page: sent where "you have configured a reward payout to be managed by your systems".
  orders: ['payout.requested'],
  carriesCustomTypes: false,
  carriedAs: (type) => ({ name: messageSchemas[type]?.name ?? type, scopes: [] }),

  carries: (event: FrozenEvent) =>
    carriedTypes(event.type) &&
    event.campaign !== null &&
    event.community !== null &&
    event.participant !== null
      ? once
      : nowhere,

  render({ event, delivery, request }) {
    const { campaign, community, participant } = event;
    const message = participant !== null && isCatalogEvent(event) ? messageOf(event, participant) : null;
    if (message === null || campaign === null || community === null) {
      throw new Error(`ChainVine does not carry the event ${event.id}`);
    }
    const rendered = jsonRequest('POST', request.url, {
      source: {
        campaign: { name: campaign.name, created_on: campaign.created_at, id: campaign.id },
        community: { name: community.name, id: community.id },
      },
      event: { name: message.name, data: message.data },
      version: envelopeVersion,
      secure_request: event.trust === 'server',
      request_id: delivery.id,
      event_id: event.id,
      sent_at: delivery.createdAt,
    });
    return message.idempotencyKey === undefined
      ? rendered
      : { ...rendered, headers: { ...rendered.headers, 'idempotency-key': message.idempotencyKey } };
  },

  bodySchema(eventType) {
    const message = messageSchemas[eventType];
    return schemaDocument(
      `ChainVine: ${eventType}`,
      object({
        source: object({
          campaign: object({ name: text, created_on: time, id: text }),
          community: object({ name: text, id: text }),
        }),
        event: object({
          name: message === undefined ? text : oneOf([message.name]),
          data: message?.data ?? { type: 'object' },
        }),
        version: oneOf([envelopeVersion]),
        secure_request: {
          ...flag,
          description: 'True if the action was authenticated by a server credential, false if by a browser.',
        },
        request_id: { ...text, description: 'The delivery id.' },
        event_id: text,
        sent_at: { ...time, description: 'When the delivery was created; the same over retries.' },
      }),
    );
  },
};

const snakeCaseUserSchema = object(
  {
    id: text,
    email: text,
    first_name: text,
    last_name: text,
    wallet_address: text,
    external_identifier: text,
  },
  ['email', 'first_name', 'last_name', 'wallet_address', 'external_identifier'],
);

const earningProperties = {
  userId: text,
  dateCreatedUtc: time,
  user: object(
    { id: text, email: text, firstName: text, lastName: text, walletAddress: text, externalIdentifier: text },
    ['email', 'firstName', 'lastName', 'walletAddress', 'externalIdentifier'],
  ),
  reward: object({ name: text }),
  amount: decimal([4, 18]),
};

const messageSchemas: Readonly<Record<string, { readonly name: string; readonly data: JsonSchema }>> = {
  'user.joined_campaign': {
    name: 'USER_JOINED_CAMPAIGN',
    data: object({ user_id: text, user: snakeCaseUserSchema, referrer: text, external_identifier: text }, [
      'referrer',
      'external_identifier',
    ]),
  },
  'referral.converted': {
    name: 'REFERRAL_CONVERSION',
    data: object({ claimer: text, referrer: text, external_identifier: text }, [
      'referrer',
      'external_identifier',
    ]),
  },
  'earning.created': { name: 'EARNING_CREATED', data: object(earningProperties) },
  'payout.requested': {
    name: 'PAYMENT_REQUEST',
    data: object({
      ...earningProperties,
      paymentId: { ...text, description: 'The same in every attempt of one payment.' },
      earningIds: { type: 'array', items: text, minItems: 1 },
      attempt: { type: 'integer', minimum: 1 },
      requestedBy: oneOf(['claim', 'auto', 'operator']),
    }),
  },
};
