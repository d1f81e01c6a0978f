import { describe, expect, test } from 'vitest';
import { type EventType, exampleEvent, type FrozenEvent } from '../../src/catalog/index.ts';
import { formatsByName } from '../../src/formats/index.ts';
import { delivery, render } from './sample-requests.ts';

const { claimr, chainvine, reward } = formatsByName;

function body(
  format: typeof claimr,
  event: FrozenEvent,
  scope: string | null = null,
): Record<string, unknown> {
  return JSON.parse(render(format, event, { scope }).body ?? '');
}

/** An example with some of its data and some of its participant changed. */
function example(type: EventType, data: object = {}, participant: object = {}): FrozenEvent {
  const event = exampleEvent(type);
  if (event.participant === null) return event;
  return {
    ...event,
    participant: { ...event.participant, ...participant },
    data: { ...(event.data as Record<string, unknown>), ...data },
  };
}

const unknownPerson = {
  external_id: null,
  email: null,
  first_name: null,
  last_name: null,
  phone: null,
  wallet: null,
  rank: null,
  team: null,
};

describe('Reward', () => {
  test("sends the page's example payload, byte for byte apart from white space", () => {
    const page = `{
"id": "we_01jf2wkmvcfw6ts1qmgzya291c",
"type": "trigger_event.created",
"time": "2024-12-14T15:29:18.821Z",
"data": {
"user": {
"id": "ca9bb5c2-25a6-43e9-972e-862d28241a47"
},
"value": 2.99,
"trigger": {
"id": "successful_payment"
}
}
}`;
    expect(render(reward, exampleEvent('trigger.fired')).body).toBe(page.replaceAll(/\s/g, ''));
  });

  test('issues credits with the transaction and its amount as a number', () => {
    expect(body(reward, exampleEvent('points.issued'))['data']).toEqual({
      user: { id: 'ca9bb5c2-25a6-43e9-972e-862d28241a47' },
      transaction: { id: 'txn_01jf2wkmvdf3paz1rq7v9k0t2c', amount: 299 },
    });
  });

  test('every cause of points is an issue of credits', () => {
    for (const cause of ['task', 'quest', 'referral', 'initial', 'csv', 'correction']) {
      expect(reward.carries(example('points.issued', { cause }))).toEqual([null]);
    }
  });

  test('a user without an id of the organization is known by ours', () => {
    const event = example('trigger.fired', {}, unknownPerson);
    expect(body(reward, event)['data']).toMatchObject({ user: { id: event.participant?.id } });
  });
});

describe('claimr', () => {
  const keys = [
    'id',
    'scope',
    'user',
    'user_id',
    'wallet',
    'email',
    'campaign',
    'event',
    'total_xp',
    'ref_xp',
    'ugc_xp',
    'xp_mul',
    'rank',
    'team',
  ];

  test('every body has the fields of the page, in its order', () => {
    for (const type of claimr.eventTypes === '*' ? [] : claimr.eventTypes) {
      const message = body(claimr, exampleEvent(type), 'x');
      expect(Object.keys(message), type).toEqual(keys);
      const { event } = message as { event: { data: { action: object } } };
      expect(Object.keys(event)).toEqual(['type', 'data']);
      expect(Object.keys(event.data)).toEqual(['account', 'action', 'xp']);
      expect(Object.keys(event.data.action)).toEqual(['id', 'name', 'type', 'meta']);
    }
  });

  test('a completed task reads as the page describes it', () => {
    const event = exampleEvent('task.completed');
    expect(body(claimr, event, 'user_activity')).toEqual({
      id: delivery().id,
      scope: 'user_activity',
      user: event.participant?.id,
      user_id: 'ca9bb5c2-25a6-43e9-972e-862d28241a47',
      wallet: '0x71C7656EC7ab88b098defB751B7401B5f6d8976F',
      email: 'ada@example.com',
      campaign: { id: event.campaign?.id, name: 'Winter Odyssey' },
      event: {
        type: 'action_completed',
        data: {
          account: 'ada.lovelace',
          action: {
            id: 'tsk_01jf1b7x2ve3fb5s0c9w8h6d4m',
            name: 'Clear the Harbour level',
            type: 'game',
            meta: { difficulty: 'hard' },
          },
          xp: 550,
        },
      },
      total_xp: 2750.5,
      ref_xp: 300,
      ugc_xp: 125,
      xp_mul: 10,
      rank: 12,
      team: 'Blue',
    });
  });

  test('what is not known is null, never left out', () => {
    const event = example('user.signed_in', { account: null }, unknownPerson);
    const message = body(claimr, { ...event, campaign: null }, 'user_login');
    expect(Object.keys(message)).toEqual(keys);
    expect(message).toMatchObject({
      user_id: event.participant?.id,
      wallet: null,
      email: null,
      campaign: null,
      event: {
        type: 'sign_in',
        data: { account: null, action: { name: 'discord', type: 'login', meta: null }, xp: 0 },
      },
      rank: null,
      team: null,
    });
  });

  test('points are a message of their own only when nothing else gave them', () => {
    for (const cause of ['custom', 'csv', 'api']) {
      expect(claimr.carries(example('points.issued', { cause }))).toEqual(['user_reward']);
    }
    for (const cause of ['task', 'quest', 'referral', 'ugc', 'initial', 'game', 'reward', 'correction']) {
      expect(claimr.carries(example('points.issued', { cause }))).toEqual([]);
    }
  });

  test('a claimed reward is the same message under two scopes', () => {
    const event = exampleEvent('reward.claimed');
    expect(claimr.carries(event)).toEqual(['user_activity', 'user_reward']);
    const [first, second] = ['user_activity', 'user_reward'].map((scope) => body(claimr, event, scope));
    expect({ ...first, scope: null }).toEqual({ ...second, scope: null });
    expect(first).toMatchObject({
      scope: 'user_activity',
      event: {
        type: 'reward_claimed',
        data: { action: { type: 'reward', meta: { amount: '1.0000', unit: 'Boxes' } }, xp: 0 },
      },
    });
  });

  test("a referral's action gives the referrer's bonus and counters, and the user is the one who acted", () => {
    const event = exampleEvent('referral.action');
    const message = body(claimr, event, 'referral');
    expect(message['user']).toBe(event.participant?.id);
    expect(message['total_xp']).toBe(2750.5);
    expect(message['event']).toMatchObject({
      type: 'referral_action',
      data: {
        action: {
          meta: {
            referrer: 'usr_01jd8rkq3ve6svk1nrghf1x0t4',
            total_xp: 4355,
            ref_xp: 855,
            rank: 9,
            team: 'Red',
          },
        },
        xp: 55,
      },
    });
  });

  test('an opt-in form travels as its task, and not at all without one', () => {
    expect(claimr.carries(exampleEvent('game.optin_submitted'))).toEqual(['user_activity']);
    expect(claimr.carries(example('game.optin_submitted', { task: null }))).toEqual([]);
  });
});

describe('ChainVine', () => {
  test('the envelope has the fields of the page, in its order', () => {
    const event = exampleEvent('user.joined_campaign');
    const message = body(chainvine, event);
    expect(Object.keys(message)).toEqual([
      'source',
      'event',
      'version',
      'secure_request',
      'request_id',
      'event_id',
      'sent_at',
    ]);
    expect(message['source']).toEqual({
      campaign: { name: 'Winter Odyssey', created_on: '2024-11-01T09:00:00.000Z', id: event.campaign?.id },
      community: { name: 'Aurora', id: event.community?.id },
    });
    expect(JSON.stringify(message['source'])).toMatch(
      /"campaign":\{"name".*"created_on".*"id".*"community":\{"name".*"id"/,
    );
    expect(message).toMatchObject({
      version: '1.0',
      secure_request: true,
      request_id: delivery().id,
      event_id: event.id,
      sent_at: delivery().createdAt,
    });
  });

  test('an action authenticated by a browser is not a secure request', () => {
    expect(
      body(chainvine, { ...exampleEvent('referral.converted'), trust: 'browser' })['secure_request'],
    ).toBe(false);
  });

  test('who joins is described in snake case, who earns in camel case', () => {
    const person = exampleEvent('user.joined_campaign').participant;
    expect(body(chainvine, exampleEvent('user.joined_campaign'))['event']).toEqual({
      name: 'USER_JOINED_CAMPAIGN',
      data: {
        user_id: person?.id,
        user: {
          id: person?.id,
          email: 'ada@example.com',
          first_name: 'Ada',
          last_name: 'Lovelace',
          wallet_address: person?.wallet,
          external_identifier: person?.external_id,
        },
        referrer: 'usr_01jd8rkq3ve6svk1nrghf1x0t4',
        external_identifier: person?.external_id,
      },
    });
    expect(body(chainvine, exampleEvent('earning.created'))['event']).toEqual({
      name: 'EARNING_CREATED',
      data: {
        userId: person?.id,
        dateCreatedUtc: '2024-12-14T15:29:18.821Z',
        user: {
          id: person?.id,
          email: 'ada@example.com',
          firstName: 'Ada',
          lastName: 'Lovelace',
          walletAddress: person?.wallet,
          externalIdentifier: person?.external_id,
        },
        reward: { name: 'Ether for explorers' },
        amount: '0.003988888890000039',
      },
    });
  });

  test('optional fields are left out when they are not known', () => {
    const joined = body(chainvine, example('user.joined_campaign', { referrer: null }, unknownPerson));
    const id = exampleEvent('user.joined_campaign').participant?.id;
    expect((joined['event'] as { data: object }).data).toEqual({ user_id: id, user: { id } });
    const converted = body(chainvine, example('referral.converted', {}, unknownPerson));
    expect((converted['event'] as { data: object }).data).toEqual({
      claimer: id,
      referrer: 'usr_01jd8rkq3ve6svk1nrghf1x0t4',
    });
    const earned = body(chainvine, example('earning.created', {}, unknownPerson));
    expect(earned['event']).toMatchObject({ data: { user: { id } } });
    expect(Object.keys((earned['event'] as { data: { user: object } }).data.user)).toEqual(['id']);
  });

  test.each([
    ['15', 'points', 4, '15.0000'],
    ['15.000', 'points', 4, '15.0000'],
    ['1', 'nft', 4, '1.0000'],
    ['1', 'token', 18, '1.000000000000000000'],
    ['0.003988888890000039', 'token', 18, '0.003988888890000039'],
    ['123456789012345678901.000000000000000001', 'token', 18, '123456789012345678901.000000000000000001'],
  ])('the amount %s of a reward of kind %s is written with exactly %i places: %s', (amount, kind, decimals, written) => {
    const reward = { id: 'r', name: 'R', kind, unit: 'U', decimals };
    const earned = body(chainvine, example('earning.created', { reward, amount }));
    expect(earned['event']).toMatchObject({ data: { amount: written } });
  });

  test('a payment request is an earning with the payment and its attempt', () => {
    const { data } = body(chainvine, exampleEvent('payout.requested'))['event'] as { data: object };
    expect(Object.keys(data)).toEqual([
      'userId',
      'dateCreatedUtc',
      'user',
      'reward',
      'amount',
      'paymentId',
      'earningIds',
      'attempt',
      'requestedBy',
    ]);
    expect(data).toMatchObject({
      attempt: 1,
      requestedBy: 'claim',
      paymentId: 'pay_01jf2wkmvgf6btq8r1v3m9x7zc',
    });
  });

  test('a payment request names its payment in Idempotency-Key, the same in every attempt, and nothing else does', () => {
    const keyOf = (event: FrozenEvent) => render(chainvine, event).headers['idempotency-key'];
    expect(keyOf(exampleEvent('payout.requested'))).toBe('pay_01jf2wkmvgf6btq8r1v3m9x7zc');
    expect(keyOf(example('payout.requested', { attempt: 2 }))).toBe('pay_01jf2wkmvgf6btq8r1v3m9x7zc');
    expect(keyOf(example('payout.requested', { payment_id: 'Zahlung für Zoë' }))).toBe(
      'Zahlung%20f%C3%BCr%20Zo%C3%AB',
    );
    expect(keyOf(exampleEvent('earning.created'))).toBeUndefined();
  });

  test('an event outside a campaign or a community is not carried, since the envelope has no place for it', () => {
    expect(chainvine.carries({ ...exampleEvent('earning.created'), campaign: null })).toEqual([]);
    expect(chainvine.carries({ ...exampleEvent('earning.created'), community: null })).toEqual([]);
  });
});
