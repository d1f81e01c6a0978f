import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dataSchema,
  definitionOf,
  eventTypes,
  exampleEvent,
  freezeEvent,
  isCatalogEvent,
  isEventType,
  parsePublished,
} from '../../src/catalog/index.ts';
import { parseId, uuidOf, uuidTimeMs } from '../../src/ids.ts';
import { arbitraryPublished } from './arbitrary-event.ts';
import { expectGolden, specFolder } from './golden.ts';

test('the catalogue has every event type of the domain', () => {
  expect([...eventTypes].sort()).toEqual([
    'earning.created',
    'game.high_score',
    'game.optin_submitted',
    'payout.failed',
    'payout.paid',
    'payout.requested',
    'points.deducted',
    'points.issued',
    'quest.completed',
    'rank.changed',
    'referral.action',
    'referral.converted',
    'referral.joined',
    'reward.claimed',
    'task.completed',
    'trigger.fired',
    'user.joined_campaign',
    'user.signed_in',
    'webhook.disabled',
    'webhook.failing',
    'webhook.parked',
    'webhook.recovered',
  ]);
});

test('names that objects inherit are not event types', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', ''])
    expect(isEventType(name)).toBe(false);
});

test("Reward's example id decodes to a UUIDv7 of the moment its page shows", () => {
  const id = parseId('we', 'we_01jf2wkmvcfw6ts1qmgzya291c');
  if (id === null) throw new Error('the id does not parse');
  expect(uuidOf(id)).toBe('0193c5c9-d36c-7f0d-ac86-f487fca1242c');
  expect(new Date(uuidTimeMs(uuidOf(id))).toISOString().slice(0, 16)).toBe('2024-12-14T15:29');
});

test('the example of trigger.fired is the one on the page of Reward', () => {
  const event = exampleEvent('trigger.fired');
  expect(event.id).toBe('we_01jf2wkmvcfw6ts1qmgzya291c');
  expect(event.occurred_at).toBe('2024-12-14T15:29:18.821Z');
  expect(event.participant?.external_id).toBe('ca9bb5c2-25a6-43e9-972e-862d28241a47');
  expect(event.data).toMatchObject({ trigger: { id: 'successful_payment' }, value: 2.99 });
});

describe.each(eventTypes)('%s', (type) => {
  const definition = definitionOf(type);
  const example = exampleEvent(type);

  test('has a name as Standard Webhooks asks for, a title and a description', () => {
    expect(type).toMatch(/^[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+$/);
    expect(definition.title.length).toBeGreaterThan(3);
    expect(definition.description).toMatch(/\.$/);
  });

  test('comes out of publishing and freezing its example as the example itself, byte for byte', () => {
    const published = parsePublished(
      {
        type,
        occurred_at: example.occurred_at,
        campaign_id: example.campaign?.id,
        participant: example.participant,
        seq: example.seq,
        data: example.data,
      },
      () => undefined,
    );
    if (!published.ok) throw new Error(JSON.stringify(published.faults));
    const frozen = freezeEvent(published.event, {
      id: example.id,
      receivedAt: '2026-01-01T00:00:00.000Z',
      organization: example.organization,
      community: example.community,
      campaign: example.campaign,
      participantId: example.participant?.id ?? null,
    });
    expect(JSON.stringify(frozen)).toBe(JSON.stringify(example));
    expect(isCatalogEvent(frozen)).toBe(true);
  });

  test('accepts whatever its schema allows', () => {
    fc.assert(
      fc.property(arbitraryPublished(type), (input) => {
        const parsed = parsePublished(input, () => undefined);
        expect(parsed).toMatchObject({ ok: true });
      }),
      { numRuns: 50 },
    );
  });

  test('parses what it parsed to the same again', () => {
    fc.assert(
      fc.property(arbitraryPublished(type), (input) => {
        const once = parsePublished(input, () => undefined);
        if (!once.ok) throw new Error(JSON.stringify(once.faults));
        expect(parsePublished(JSON.parse(JSON.stringify(once.event)), () => undefined)).toEqual(once);
      }),
      { numRuns: 30 },
    );
  });

  test('publishes its schema under spec/events, and its example satisfies it', () => {
    const stored = dataSchema(type, 'stored');
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
    addFormats.default(ajv);
    const validate = ajv.compile(stored);
    expect(validate(example.data), JSON.stringify(validate.errors)).toBe(true);
    expectGolden(`events/${type}.json`, {
      type,
      title: definition.title,
      description: definition.description,
      family: definition.family,
      campaign: definition.campaign,
      participant: definition.participant,
      published: dataSchema(type, 'published'),
      stored,
      example,
    });
  });
});

test('spec/events holds the types of the catalogue and nothing else', () => {
  const files = readdirSync(join(specFolder, 'events')).sort();
  expect(files).toEqual(eventTypes.map((type) => `${type}.json`).sort());
});
