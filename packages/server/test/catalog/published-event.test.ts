import { describe, expect, test } from 'vitest';
import {
  type EventType,
  exampleEvent,
  type FreezingFacts,
  freezeEvent,
  parsePublished,
  unresolvedReferrer,
} from '../../src/catalog/index.ts';

const campaignId = 'cmp_01jf2wkmvcfw6ts1qmgzya291c';
const noCustomTypes = () => undefined;

interface Edited {
  type: unknown;
  occurred_at: unknown;
  campaign_id: unknown;
  participant: Record<string, unknown>;
  data: Record<string, unknown>;
  [other: string]: unknown;
}

/** A valid event of this type as a caller publishes it, to be spoilt by a test. */
function publishable(type: EventType): Edited {
  const { occurred_at, participant, data } = structuredClone(exampleEvent(type));
  return {
    type,
    occurred_at,
    campaign_id: campaignId,
    participant: participant as unknown as Record<string, unknown>,
    data: data as Record<string, unknown>,
  };
}

function refusal(input: unknown) {
  const parsed = parsePublished(input, noCustomTypes);
  if (parsed.ok) throw new Error(`accepted: ${JSON.stringify(parsed.event)}`);
  return parsed;
}

function accepted(input: unknown) {
  const parsed = parsePublished(input, noCustomTypes);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  return parsed.event;
}

/** The one fault of an event after this edit. */
function faultAfter(type: EventType, edit: (event: Edited) => void) {
  const event = publishable(type);
  edit(event);
  const { code, faults } = refusal(event);
  expect(code).toBe('invalid_event');
  expect(faults).toHaveLength(1);
  return faults[0];
}

describe('what an event must be', () => {
  test.each([
    null,
    undefined,
    7,
    'event',
    true,
    [],
    [publishable('task.completed')],
  ])('%j is not an event', (input) => {
    expect(refusal(input)).toMatchObject({ code: 'invalid_event', faults: [{ pointer: '' }] });
  });

  test('a type that is missing or no text is said to be so', () => {
    expect(refusal({ data: {} }).faults).toEqual([
      { pointer: '/type', detail: 'Nothing is here; expected the name of an event type.' },
    ]);
    expect(refusal({ type: 7, data: {} }).faults[0]?.pointer).toBe('/type');
  });

  test('an unknown type is refused by its own code and near misses are named', () => {
    expect(refusal({ type: 'no.such_type', data: {} })).toMatchObject({
      code: 'unknown_event_type',
      faults: [{ pointer: '/type' }],
    });
    expect(refusal({ type: 'Task_Completed', data: {} }).detail).toContain('Did you mean task.completed?');
    for (const type of ['__proto__', 'constructor', 'toString']) {
      expect(refusal({ type, data: {} }).code).toBe('unknown_event_type');
    }
  });

  test('all faults come at once, each with its pointer', () => {
    const { faults, detail } = refusal({ type: 'task.completed', trust: 'me', seq: -1, data: {} });
    expect(faults.map((fault) => fault.pointer).sort()).toEqual([
      '/campaign_id',
      '/data/points',
      '/data/task',
      '/participant',
      '/seq',
      '/trust',
    ]);
    expect(detail).toBe('The event has 6 faults.');
  });

  test('what is left out is null or zero, and null means the same as left out', () => {
    const least = accepted({
      type: 'task.completed',
      campaign_id: campaignId,
      participant: { external_id: 'u1' },
      data: { task: { id: 't', name: 'T', type: 'quiz' }, points: 5 },
    });
    expect(least.occurred_at).toBeNull();
    expect(least.trust).toBe('server');
    expect(least.participant).toEqual({
      id: null,
      external_id: 'u1',
      email: null,
      first_name: null,
      last_name: null,
      phone: null,
      wallet: null,
      fields: {},
      test: false,
      total_points: 0,
      referral_points: 0,
      ugc_points: 0,
      multiplier_percent: 0,
      rank: null,
      team: null,
    });
    expect(least.data).toEqual({
      task: { id: 't', name: 'T', type: 'quiz', meta: null },
      quest: null,
      account: null,
      points: 5,
      ugc: false,
      level: null,
      score: null,
    });
  });

  test('a type that needs a campaign or a participant says so when it is missing', () => {
    expect(faultAfter('quest.completed', (event) => delete event['campaign_id'])).toEqual({
      pointer: '/campaign_id',
      detail:
        'Nothing is here; expected a campaign id of the form cmp_… (26 characters after the underscore).',
    });
    expect(faultAfter('points.issued', (event) => Object.assign(event, { participant: null }))?.pointer).toBe(
      '/participant',
    );
  });

  test('an operational event has neither', () => {
    const { faults } = refusal({
      ...publishable('webhook.recovered'),
      participant: { external_id: 'u1' },
    });
    expect(faults).toEqual([
      { pointer: '/campaign_id', detail: 'Events of this type have no campaign. Leave it out.' },
      { pointer: '/participant', detail: 'Events of this type have no participant. Leave it out.' },
    ]);
  });

  test('a participant is named by one id at least', () => {
    const fault = faultAfter('task.completed', (event) => {
      event.participant = { email: 'ada@example.com' };
    });
    expect(fault).toEqual({
      pointer: '/participant',
      detail: 'Found neither id nor external_id; expected at least one of them.',
    });
  });

  test.each([
    'usr_',
    'usr_01jf2wkmvcfw6ts1qmgzya291',
    'usr_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'org_01jf2wkmvcfw6ts1qmgzya291c',
    7,
  ])('%j is no participant id', (id) => {
    expect(faultAfter('task.completed', (event) => Object.assign(event.participant, { id }))?.pointer).toBe(
      '/participant/id',
    );
  });
});

describe('wrong types', () => {
  test.each([
    ['a number for a text', '/data/task/name', (event: Edited) => edit(event, 'task', { name: 5 })],
    ['a text for a number', '/data/points', (event: Edited) => Object.assign(event.data, { points: '5' })],
    ['a list for an object', '/data/task', (event: Edited) => Object.assign(event.data, { task: [] })],
    ['a text for a flag', '/data/ugc', (event: Edited) => Object.assign(event.data, { ugc: 'yes' })],
    [
      'an object for a text',
      '/participant/email',
      (event: Edited) => Object.assign(event.participant, { email: {} }),
    ],
    [
      'a fraction for a position',
      '/participant/rank',
      (event: Edited) => Object.assign(event.participant, { rank: 1.5 }),
    ],
    [
      'null for what must be there',
      '/data/points',
      (event: Edited) => Object.assign(event.data, { points: null }),
    ],
    ['a list for data', '/data', (event: Edited) => Object.assign(event, { data: [] })],
  ])('%s is refused at %s', (_, pointer, spoil) => {
    expect(faultAfter('task.completed', spoil)).toMatchObject({ pointer });
  });

  test('a message names what was found and what was expected', () => {
    expect(faultAfter('task.completed', (event) => Object.assign(event.data, { points: '5' }))?.detail).toBe(
      'Found "5", expected a number.',
    );
    expect(
      faultAfter('points.issued', (event) => Object.assign(event.data, { cause: 'luck' }))?.detail,
    ).toMatch(/^Found "luck", expected one of "task", "quest"/);
  });

  test('unknown fields are refused at every level, each with its own pointer', () => {
    const event = publishable('task.completed');
    Object.assign(event, { 'a/b~c': 1 });
    Object.assign(event.participant, { nickname: 'Ada' });
    edit(event, 'task', { reward: 1 });
    expect(
      refusal(event)
        .faults.map((fault) => fault.pointer)
        .sort(),
    ).toEqual(['/a~1b~0c', '/data/task/reward', '/participant/nickname']);
  });
});

function edit(event: Edited, field: string, change: object): void {
  Object.assign(event.data[field] as object, change);
}

describe('text that nothing else could read', () => {
  const spoilt = { NUL: 'a\u0000b', 'a lone high surrogate': 'a\ud800', 'a lone low surrogate': '\udc00b' };

  test.each(Object.entries(spoilt))('%s is refused in names, free fields and keys', (_, text) => {
    expect(faultAfter('task.completed', (event) => edit(event, 'task', { name: text }))?.pointer).toBe(
      '/data/task/name',
    );
    expect(
      faultAfter('task.completed', (event) => Object.assign(event.participant, { email: `${text}@x` }))
        ?.pointer,
    ).toBe('/participant/email');
    expect(
      faultAfter('task.completed', (event) => Object.assign(event.participant, { fields: { city: text } }))
        ?.pointer,
    ).toBe('/participant/fields/city');
    expect(
      faultAfter('task.completed', (event) => edit(event, 'task', { meta: { a: [text] } }))?.pointer,
    ).toBe('/data/task/meta/a/0');
    expect(
      faultAfter('task.completed', (event) => edit(event, 'task', { meta: { [text]: 1 } }))?.pointer,
    ).toBe(`/data/task/meta/${text}`);
  });

  test('a whole surrogate pair is text like any other', () => {
    const event = publishable('task.completed');
    edit(event, 'task', { name: 'Ship 🚢' });
    expect(accepted(event).data).toMatchObject({ task: { name: 'Ship 🚢' } });
  });

  test('a text that is too long or empty is refused with both lengths', () => {
    expect(
      faultAfter('task.completed', (event) => edit(event, 'task', { name: 'x'.repeat(201) }))?.detail,
    ).toBe('Found 201 characters, expected at most 200 characters.');
    expect(faultAfter('task.completed', (event) => edit(event, 'task', { name: '' }))?.detail).toBe(
      'Found nothing, expected at least 1 character.',
    );
  });
});

describe('names that would change a prototype', () => {
  test.each(['__proto__', 'constructor', 'prototype'])('%s is refused wherever it stands', (name) => {
    const parse = (json: string) => refusal(JSON.parse(json)).faults;
    const task = `"task":{"id":"t","name":"T","type":"quiz","meta":{"deep":{"${name}":{"polluted":true}}}}`;
    const envelope = `"campaign_id":"${campaignId}","participant":{"external_id":"u"}`;
    expect(parse(`{"type":"task.completed",${envelope},"data":{${task},"points":1}}`)).toEqual([
      { pointer: `/data/task/meta/deep/${name}`, detail: 'This name is not allowed for a field. Rename it.' },
    ]);
    expect(
      parse(`{"type":"points.deducted",${envelope},"data":{"${name}":{}}}`).map((fault) => fault.pointer),
    ).toContain(`/data/${name}`);
    expect(
      parse(
        `{"type":"points.deducted","participant":{"external_id":"u","fields":{"${name}":"x"}},"data":{"transaction":{"id":"x"},"amount":1,"cause":"csv"}}`,
      ),
    ).toEqual([
      { pointer: `/participant/fields/${name}`, detail: 'This name is not allowed for a field. Rename it.' },
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('nesting', () => {
  function nested(levels: number): unknown {
    return JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
  }

  test('sixteen levels of free form are accepted and seventeen are not', () => {
    const event = publishable('task.completed');
    edit(event, 'task', { meta: nested(16) });
    accepted(event);
    expect(faultAfter('task.completed', (spoilt) => edit(spoilt, 'task', { meta: nested(17) }))?.detail).toBe(
      'Found more than 16 levels of nesting. Flatten it.',
    );
  });

  test('ten thousand levels are refused without overflowing the stack', () => {
    const lists = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    for (const deep of [nested(10_000), { a: lists }]) {
      expect(faultAfter('task.completed', (event) => edit(event, 'task', { meta: deep }))?.detail).toContain(
        '16 levels',
      );
      expect(refusal({ type: 'task.completed', data: deep }).faults.length).toBeGreaterThan(0);
      expect(refusal({ type: 'task.completed', [String(1)]: deep }).faults.length).toBeGreaterThan(0);
    }
    expect(refusal(lists).code).toBe('invalid_event');
  });

  test('more than five thousand values are refused', () => {
    const fault = faultAfter('task.completed', (event) =>
      edit(event, 'task', { meta: { list: Array.from({ length: 5_001 }, () => 0) } }),
    );
    expect(fault?.detail).toContain('more than 5000 values');
  });

  test('an object among the fields of a participant is refused', () => {
    expect(
      faultAfter('task.completed', (event) => Object.assign(event.participant, { fields: { a: { b: 1 } } })),
    ).toMatchObject({ pointer: '/participant/fields/a' });
  });
});

describe('numbers', () => {
  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    JSON.parse('1e999'),
    1e15,
    123456789012.1234,
    0.00001,
    1.23456,
    1e-7,
  ])('%d is no amount of points', (points) => {
    expect(faultAfter('task.completed', (event) => Object.assign(event.data, { points }))?.pointer).toBe(
      '/data/points',
    );
  });

  test.each([
    0, 0.0001, 2.99, 12345678901.1234, 999_999_999_999_999,
  ])('%d points are accepted unchanged', (points) => {
    const event = publishable('task.completed');
    Object.assign(event.data, { points });
    expect(accepted(event).data).toMatchObject({ points });
  });

  test('points that a cause gives cannot be negative, and an issue cannot be of nothing', () => {
    expect(faultAfter('task.completed', (event) => Object.assign(event.data, { points: -1 }))?.detail).toBe(
      'Found -1, expected at least 0.',
    );
    expect(faultAfter('points.issued', (event) => Object.assign(event.data, { amount: 0 }))?.detail).toBe(
      'Found 0, expected more than 0.',
    );
  });

  test('a number too large for a double is refused in free form', () => {
    expect(
      faultAfter('task.completed', (event) => edit(event, 'task', { meta: { n: JSON.parse('1e999') } })),
    ).toEqual({
      pointer: '/data/task/meta/n',
      detail: 'Found a number too large for a double. Send it as a string.',
    });
  });

  test("a trigger's value is the caller's number, unchanged", () => {
    const event = publishable('trigger.fired');
    for (const value of [-12.5, 0, 2.99, 0.000001]) {
      Object.assign(event.data, { value });
      expect(accepted(event).data).toMatchObject({ value });
    }
    expect(
      faultAfter('trigger.fired', (spoilt) => Object.assign(spoilt.data, { value: 1e300 }))?.pointer,
    ).toBe('/data/value');
  });
});

describe('amounts of rewards', () => {
  const amountFault = (amount: unknown, reward: object = {}) =>
    faultAfter('earning.created', (event) => {
      Object.assign(event.data, { amount });
      edit(event, 'reward', reward);
    });

  test('a number is refused: amounts are decimal strings', () => {
    expect(amountFault(1.5)).toEqual({ pointer: '/data/amount', detail: 'Found 1.5, expected a text.' });
  });

  test("an amount finer than the unit is refused with both numbers of places, among them ChainVine's own example", () => {
    expect(amountFault('0.00398888889000003983')).toEqual({
      pointer: '/data/amount',
      detail:
        'Found "0.00398888889000003983", which has 20 decimal places; this reward\'s unit has 18. Round the amount to what can be paid.',
    });
    expect(amountFault('1.00001', { kind: 'points', decimals: 4 })?.detail).toContain('has 5 decimal places');
  });

  test.each([
    '',
    '-1',
    '+1',
    '1e3',
    '.5',
    '1.',
    '01',
    '0x10',
    ' 1',
    '1,5',
    '٣',
    'NaN',
    '1'.repeat(41),
    '0',
    '0.000',
  ])('%j is no amount', (amount) => {
    expect(amountFault(amount)?.pointer).toBe('/data/amount');
  });

  test.each([
    ['15.000', 4, 'points', '15.0000'],
    ['1', 4, 'nft', '1.0000'],
    ['1.000000', 4, 'loot_box', '1.0000'],
    ['0.003988888890000039', 18, 'token', '0.003988888890000039'],
    ['123456789012345678901234567890.5', 18, 'token', '123456789012345678901234567890.500000000000000000'],
  ])('%s with %i places (%s) is kept as %s', (amount, decimals, kind, kept) => {
    const event = publishable('earning.created');
    Object.assign(event.data, { amount });
    edit(event, 'reward', { kind, decimals });
    expect(accepted(event).data).toMatchObject({ amount: kept });
  });

  test('the number of places follows the kind of the reward', () => {
    expect(amountFault('1', { kind: 'token', decimals: 4 })).toMatchObject({
      pointer: '/data/reward/decimals',
    });
    expect(amountFault('1', { kind: 'badge', decimals: 18 })).toMatchObject({
      pointer: '/data/reward/decimals',
    });
    expect(amountFault('1', { kind: 'custom', decimals: 6 })?.detail).toBe('Found 6, expected one of 4, 18.');
  });

  test('payouts follow the same rule', () => {
    const fault = faultAfter('payout.requested', (event) =>
      Object.assign(event.data, { amount: `0.${'0'.repeat(18)}1` }),
    );
    expect(fault?.pointer).toBe('/data/amount');
  });
});

describe('dates', () => {
  test.each([
    '2024-12-14',
    '2024-12-14T15:29:18',
    '2024-12-14 15:29:18Z',
    '14.12.2024',
    'yesterday',
    '',
    '2024-02-30T00:00:00Z',
    '2023-02-29T12:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-12-14T24:00:00Z',
    '2024-12-14T15:60:00Z',
    '2024-12-14T15:29:18+25:00',
    '1999-12-31T23:59:59.999Z',
    '2100-01-01T00:00:00Z',
    '+012024-12-14T15:29:18Z',
    '0000-01-01T00:00:00Z',
  ])('%j is refused', (occurred_at) => {
    expect(faultAfter('task.completed', (event) => Object.assign(event, { occurred_at }))?.pointer).toBe(
      '/occurred_at',
    );
  });

  test('a number is refused', () => {
    expect(
      faultAfter('task.completed', (event) => Object.assign(event, { occurred_at: 1734190158 }))?.detail,
    ).toBe('Found 1734190158, expected a text.');
  });

  test.each([
    ['2024-12-14T15:29:18.821Z', '2024-12-14T15:29:18.821Z'],
    ['2024-12-14T16:29:18.821+01:00', '2024-12-14T15:29:18.821Z'],
    ['2024-12-14T15:29:18Z', '2024-12-14T15:29:18.000Z'],
    ['2024-02-29T23:59:59.123456789-05:30', '2024-03-01T05:29:59.123Z'],
    ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00.000Z'],
    ['2099-12-31T23:59:59.999Z', '2099-12-31T23:59:59.999Z'],
  ])('%s is kept as %s', (occurred_at, kept) => {
    expect(accepted({ ...publishable('task.completed'), occurred_at }).occurred_at).toBe(kept);
  });
});

describe('freezing', () => {
  const facts: FreezingFacts = {
    id: 'we_01jf2wkmvcfw6ts1qmgzya291c',
    receivedAt: '2026-01-01T00:00:00.000Z',
    organization: { id: 'org_01jf2wkmvcfw6ts1qmgzya291c', name: 'Aurora' },
    community: null,
    campaign: null,
    participantId: 'usr_01jf2wkmvcfw6ts1qmgzya291c',
  };

  test('an event without a time of its own happened when it was received', () => {
    const event = accepted({ ...publishable('task.completed'), occurred_at: null });
    expect(freezeEvent(event, facts).occurred_at).toBe('2026-01-01T00:00:00.000Z');
  });

  test("a participant known by the organization's id alone gets ours", () => {
    const event = accepted({ ...publishable('task.completed'), participant: { external_id: 'u1' } });
    expect(freezeEvent(event, facts).participant).toMatchObject({
      id: 'usr_01jf2wkmvcfw6ts1qmgzya291c',
      external_id: 'u1',
    });
  });

  test("a referrer known by the organization's id alone is named for looking up, and gets ours", () => {
    const published = publishable('referral.converted');
    published.data['referrer'] = { external_id: 'friend' };
    const event = accepted(published);
    expect(unresolvedReferrer(event)).toEqual({ id: null, external_id: 'friend' });
    const frozen = freezeEvent(event, { ...facts, referrerId: 'usr_01jd8rkq3ve6svk1nrghf1x0t4' });
    expect(frozen.data).toMatchObject({
      referrer: { id: 'usr_01jd8rkq3ve6svk1nrghf1x0t4', external_id: 'friend' },
    });
    expect(unresolvedReferrer(accepted(publishable('referral.converted')))).toBeNull();
    expect(unresolvedReferrer(accepted(publishable('task.completed')))).toBeNull();
  });

  test('a participant that was not resolved is a fault of ours, loudly', () => {
    const event = accepted(publishable('task.completed'));
    expect(() => freezeEvent(event, { ...facts, participantId: null })).toThrow(/was not resolved/);
  });
});
