import { type CatalogEvent, exactAmount, type FrozenEvent, isCatalogEvent } from '../catalog/index.ts';
import type { Format, PredefinedWebhook } from './format.ts';
import { jsonRequest } from './json-request.ts';
import {
  anyObject,
  integerOrNull,
  type JsonSchema,
  nullable,
  number,
  object,
  oneOf,
  schemaDocument,
  text,
  textOrNull,
} from './json-schema.ts';
import { mentionedId, ownId } from './person.ts';

const claimrScopes = ['user_activity', 'user_login', 'user_reward', 'referral'] as const;
type Scope = (typeof claimrScopes)[number];

/** The webhooks of claimr's page, by its names, one for each scope. */
const predefined: readonly PredefinedWebhook[] = [
  {
    name: 'User activity hook',
    description: 'A user acts within a campaign: completes a task or a quest, claims a reward.',
    events: ['user_activity'],
  },
  { name: 'User login hook', description: 'A user signs in.', events: ['user_login'] },
  {
    name: 'User reward hook',
    description: 'A user is given a reward or points outside tasks, or claims a reward.',
    events: ['user_reward'],
  },
  {
    name: 'Referral hook',
    description: 'A user joins through a referral link, or one who did does something the referrer gains by.',
    events: ['referral'],
  },
];

interface Action {
  readonly id: string | null;
  readonly name: string | null;
  readonly type: string;
  readonly meta: object | null;
}

/** What claimr says of an event: under which scopes, and what stands in its `event`. */
interface Moment {
  readonly scopes: readonly Scope[];
  readonly type: string;
  readonly account: string | null;
  readonly action: Action;
  /** Points this cause gave the one who acted; for a referral's action, the referrer. */
  readonly xp: number;
}

const activity = ['user_activity'] as const;
const login = ['user_login'] as const;
const rewarded = ['user_reward'] as const;
const activityAndReward = ['user_activity', 'user_reward'] as const;
const referred = ['referral'] as const;
const nowhere: readonly Scope[] = [];

/** Null for what claimr has no message for. */
function momentOf(event: CatalogEvent): Moment | null {
  switch (event.type) {
    case 'user.signed_in': {
      const { session, method, account } = event.data;
      const action = { id: session.id, name: method, type: 'login', meta: null };
      return { scopes: login, type: 'sign_in', account: account?.name ?? null, action, xp: 0 };
    }
    case 'task.completed': {
      const { task, account, points } = event.data;
      return {
        scopes: activity,
        type: 'action_completed',
        account: account?.name ?? null,
        action: { id: task.id, name: task.name, type: task.type, meta: task.meta },
        xp: points,
      };
    }
    case 'game.optin_submitted': {
      const { task, account, points } = event.data;
      if (task === null) return null;
      return {
        scopes: activity,
        type: 'action_completed',
        account: account?.name ?? null,
        action: { id: task.id, name: task.name, type: task.type, meta: task.meta },
        xp: points,
      };
    }
    case 'quest.completed': {
      const { quest, account, points } = event.data;
      return {
        scopes: activity,
        type: 'quest_completed',
        account: account?.name ?? null,
        action: { id: quest.id, name: quest.name, type: 'quest', meta: quest.meta },
        xp: points,
      };
    }
    case 'points.issued': {
      const { transaction, amount, cause, note, account } = event.data;
      // Every other cause has a message of its own that carries these points as its xp.
      if (cause !== 'custom' && cause !== 'csv' && cause !== 'api') return null;
      return {
        scopes: rewarded,
        type: 'reward_allocated',
        account: account?.name ?? null,
        action: { id: transaction.id, name: note, type: 'points', meta: { cause } },
        xp: amount,
      };
    }
    case 'earning.created':
    case 'reward.claimed': {
      const { earning_id, reward, amount, account, points } = event.data;
      const claimed = event.type === 'reward.claimed';
      return {
        scopes: claimed ? activityAndReward : rewarded,
        type: claimed ? 'reward_claimed' : 'reward_allocated',
        account: account?.name ?? null,
        action: {
          id: reward.id,
          name: reward.name,
          type: 'reward',
          meta: { earning_id, amount: exactAmount(amount, reward.decimals), unit: reward.unit },
        },
        xp: points,
      };
    }
    case 'referral.joined': {
      const { referral, referrer, code, account } = event.data;
      return {
        scopes: referred,
        type: 'referral_join',
        account: account?.name ?? null,
        action: {
          id: referral.id,
          name: code,
          type: 'referral',
          meta: { referrer: mentionedId(referrer), ref_id: referral.id },
        },
        xp: 0,
      };
    }
    case 'referral.action': {
      const { referral, referrer, task, account, bonus } = event.data;
      return {
        scopes: referred,
        type: 'referral_action',
        account: account?.name ?? null,
        action: {
          id: task.id,
          name: task.name,
          type: task.type,
          meta: {
            referrer: mentionedId(referrer),
            ref_id: referral.id,
            total_xp: referrer.total_points,
            ref_xp: referrer.referral_points,
            ugc_xp: referrer.ugc_points,
            xp_mul: referrer.multiplier_percent,
            rank: referrer.rank,
            team: referrer.team,
          },
        },
        xp: bonus,
      };
    }
    default:
      return null;
  }
}

function momentIn(event: FrozenEvent): Moment | null {
  return event.participant !== null && isCatalogEvent(event) ? momentOf(event) : null;
}

/**
 * claimr's body: one shape for all scopes, missing values null. The page lists the counters after
 * `event`; they stand at the top level. `xp_mul` is the percentage (10 turns 500 into 550).
 */
export const claimr: Format = {
  name: 'claimr',
  version: 1,
  title: 'claimr',
  description:
    'The webhooks of claimr: one body for user activity, logins, rewards and referrals, with the counters of the user who acted.',
  methods: ['POST'],
  scopes: claimrScopes,
  predefined,
  eventTypes: [
    'user.signed_in',
    'task.completed',
    'quest.completed',
    'points.issued',
    'referral.joined',
    'referral.action',
    'earning.created',
    'reward.claimed',
    'game.optin_submitted',
  ],
  carriesCustomTypes: false,
  carriedAs: (type) => ({ name: messages[type]?.type ?? type, scopes: messages[type]?.scopes ?? [] }),

  carries: (event) => momentIn(event)?.scopes ?? nowhere,

  render({ event, delivery, request }) {
    const moment = momentIn(event);
    const { participant, campaign } = event;
    if (moment === null || participant === null)
      throw new Error(`claimr does not carry the event ${event.id}`);
    return jsonRequest('POST', request.url, {
      id: delivery.id,
      scope: delivery.scope,
      user: participant.id,
      user_id: ownId(participant),
      wallet: participant.wallet,
      email: participant.email,
      campaign: campaign === null ? null : { id: campaign.id, name: campaign.name },
      event: {
        type: moment.type,
        data: { account: moment.account, action: moment.action, xp: moment.xp },
      },
      total_xp: participant.total_points,
      ref_xp: participant.referral_points,
      ugc_xp: participant.ugc_points,
      xp_mul: participant.multiplier_percent,
      rank: participant.rank,
      team: participant.team,
    });
  },

  bodySchema(eventType) {
    const message = messages[eventType];
    return schemaDocument(
      `claimr: ${eventType}`,
      object({
        id: { type: 'string', description: 'The delivery id, the same over retries and resends.' },
        scope: oneOf(message?.scopes ?? claimrScopes),
        user: { type: 'string', description: "Fanfare's id of the user who acted." },
        user_id: { type: 'string', description: "The organization's own id of the user, else Fanfare's." },
        wallet: textOrNull,
        email: textOrNull,
        campaign: nullable(object({ id: text, name: text })),
        event: object({
          type: message === undefined ? text : oneOf([message.type]),
          data: object({
            account: textOrNull,
            action: object({
              id: textOrNull,
              name: textOrNull,
              type: message?.actionType ?? text,
              meta: message?.meta ?? nullable(anyObject),
            }),
            xp: number,
          }),
        }),
        total_xp: number,
        ref_xp: number,
        ugc_xp: number,
        xp_mul: { type: 'number', description: 'Per cent: 10 turns 500 into 550.' },
        rank: integerOrNull,
        team: textOrNull,
      }),
    );
  },
};

interface MessageSchema {
  readonly scopes: readonly Scope[];
  readonly type: string;
  readonly actionType?: JsonSchema;
  readonly meta?: JsonSchema;
}

const rewardMeta = object({ earning_id: text, amount: text, unit: text });
const nothing: JsonSchema = { type: 'null' };

const messages: Readonly<Record<string, MessageSchema>> = {
  'user.signed_in': { scopes: login, type: 'sign_in', actionType: oneOf(['login']), meta: nothing },
  'task.completed': { scopes: activity, type: 'action_completed' },
  'game.optin_submitted': { scopes: activity, type: 'action_completed' },
  'quest.completed': { scopes: activity, type: 'quest_completed', actionType: oneOf(['quest']) },
  'points.issued': {
    scopes: rewarded,
    type: 'reward_allocated',
    actionType: oneOf(['points']),
    meta: object({ cause: oneOf(['custom', 'csv', 'api']) }),
  },
  'earning.created': {
    scopes: rewarded,
    type: 'reward_allocated',
    actionType: oneOf(['reward']),
    meta: rewardMeta,
  },
  'reward.claimed': {
    scopes: activityAndReward,
    type: 'reward_claimed',
    actionType: oneOf(['reward']),
    meta: rewardMeta,
  },
  'referral.joined': {
    scopes: referred,
    type: 'referral_join',
    actionType: oneOf(['referral']),
    meta: object({ referrer: text, ref_id: text }),
  },
  'referral.action': {
    scopes: referred,
    type: 'referral_action',
    meta: object({
      referrer: text,
      ref_id: text,
      total_xp: number,
      ref_xp: number,
      ugc_xp: number,
      xp_mul: number,
      rank: integerOrNull,
      team: textOrNull,
    }),
  },
};
