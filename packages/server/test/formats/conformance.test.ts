import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EventType, eventTypes, exampleEvent, type FrozenEvent } from '../../src/catalog/index.ts';
import { type Format, formatNames, formatOf, formatsByName, methods } from '../../src/formats/index.ts';
import { arbitraryEvent } from '../catalog/arbitrary-event.ts';
import { expectGolden, specFolder } from '../catalog/golden.ts';
import { customEvent, delivery, post, render, type Sample, samples, webhook } from './sample-requests.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false, allowUnionTypes: true });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>();

/** The validator of a body; in CloudEvents' binary mode the body is the `data` of the structured one. */
function validatorOf(format: Format, eventType: string, part: 'body' | 'data'): ValidateFunction {
  const key = `${format.name} ${eventType} ${part}`;
  const known = validators.get(key);
  if (known !== undefined) return known;
  const schema = format.bodySchema(eventType);
  const { data } = schema['properties'] as Record<string, object>;
  const made = ajv.compile(part === 'body' || data === undefined ? schema : data);
  validators.set(key, made);
  return made;
}

function expectValid(format: Format, eventType: string, body: string, part: 'body' | 'data'): void {
  const validate = validatorOf(format, eventType, part);
  expect(validate(JSON.parse(body)), `${JSON.stringify(validate.errors)} in ${body}`).toBe(true);
}

/** Domain model, section 2: which event travels in which format. */
const carried: Record<EventType, Partial<Record<(typeof formatNames)[number], readonly string[]>>> = {
  'user.signed_in': { claimr: ['user_login'] },
  'user.joined_campaign': { chainvine: ['USER_JOINED_CAMPAIGN'], 'gamify-route': ['player_joined'] },
  'task.completed': { claimr: ['user_activity'], 'gamify-route': ['level_completed'] },
  'quest.completed': { claimr: ['user_activity'], 'gamify-route': ['campaign_completed'] },
  'trigger.fired': { reward: ['trigger_event.created'] },
  'points.issued': { claimr: ['user_reward'], reward: ['balance.credit_points_issued'] },
  'points.deducted': {},
  'referral.joined': { claimr: ['referral'] },
  'referral.action': { claimr: ['referral'] },
  'referral.converted': { chainvine: ['REFERRAL_CONVERSION'] },
  'earning.created': {
    claimr: ['user_reward'],
    chainvine: ['EARNING_CREATED'],
    'gamify-route': ['prize_won'],
  },
  'reward.claimed': { claimr: ['user_activity', 'user_reward'], 'gamify-route': ['prize_claimed'] },
  'payout.requested': { chainvine: ['PAYMENT_REQUEST'] },
  'payout.paid': {},
  'payout.failed': {},
  'game.optin_submitted': { claimr: ['user_activity'], 'gamify-route': ['optin_submit'] },
  'game.high_score': { 'gamify-route': ['high_score'] },
  'rank.changed': {},
  'webhook.failing': {},
  'webhook.disabled': {},
  'webhook.recovered': {},
  'webhook.parked': {},
};

/** What a rendered body calls its event, by format. */
const namedIn: Record<string, (body: Record<string, unknown>) => unknown> = {
  claimr: (body) => (body['event'] as { type: unknown }).type,
  chainvine: (body) => (body['event'] as { name: unknown }).name,
  'gamify-route': (body) => body['event'],
  reward: (body) => body['type'],
  standard: (body) => body['type'],
  cloudevents: (body) => body['type'],
};

describe.each(formatNames)('%s', (formatName) => {
  const format = formatsByName[formatName];
  const own = samples.filter((sample) => sample.format === format);

  test('describes itself', () => {
    expect(format.name).toBe(formatName);
    expect(format.version).toBeGreaterThanOrEqual(1);
    expect(format.title.length).toBeGreaterThan(3);
    expect(format.description).toMatch(/\.$/);
    expect(formatOf(formatName, format.version)).toBe(format);
    expect(() => formatOf(formatName, 99)).toThrow(/no version 99/);
  });

  test('allows the methods its documentation allows', () => {
    const postOnly = ['claimr', 'chainvine', 'reward'].includes(formatName);
    const allowed = postOnly ? ['POST'] : formatName === 'cloudevents' ? ['POST', 'PUT', 'PATCH'] : methods;
    expect(format.methods).toEqual(allowed);
  });

  test.each(eventTypes)('carries %s exactly as the domain model says', (type) => {
    const event = exampleEvent(type);
    const everything = format.eventTypes === '*';
    const expected = carried[type][formatName];
    if (formatName === 'claimr') expect(format.carries(event)).toEqual(expected ?? []);
    else expect(format.carries(event)).toEqual(everything || expected ? [null] : []);
    expect(everything || format.eventTypes.includes(type)).toBe(format.carries(event).length > 0);

    if (formatName !== 'claimr' && format.carries(event).length > 0) {
      const body = JSON.parse(render(format, event).body ?? '');
      expect(namedIn[formatName]?.(body)).toBe(expected?.[0] ?? type);
    }
  });

  test.each(eventTypes)('says what it calls %s, and under which scopes it travels', (type) => {
    const event = exampleEvent(type);
    const [scope] = format.carries(event);
    if (scope === undefined) return;
    const { name, scopes } = format.carriedAs(type);
    expect(namedIn[formatName]?.(JSON.parse(render(format, event, { scope }).body ?? ''))).toBe(name);
    expect(scopes).toEqual(format.carries(event).filter((one) => one !== null));
  });

  test('carries types that organizations register, if it says so', () => {
    expect(format.carries(customEvent)).toEqual(format.carriesCustomTypes ? [null] : []);
  });

  test('refuses loudly to render what it does not carry', () => {
    for (const type of eventTypes) {
      const event = exampleEvent(type);
      if (format.carries(event).length === 0) expect(() => render(format, event)).toThrow(/does not carry/);
    }
  });

  describe.each(own.map((sample): [string, Sample] => [sample.name, sample]))('%s', (_, sample) => {
    const { event, scope, request } = sample;
    const rendered = () => render(format, event, { scope, request });

    test('renders the golden bytes', () => {
      expectGolden(`formats/${sample.name}.json`, rendered());
    });

    test('renders the same bytes again, and from the event as it comes back from the database', () => {
      const first = rendered();
      expect(rendered()).toEqual(first);
      const stored = JSON.parse(JSON.stringify(event)) as FrozenEvent;
      expect(render(format, stored, { scope, request })).toEqual(first);
    });

    test('does not touch what it is given', () => {
      const input = {
        event: structuredClone(event),
        delivery: delivery(scope),
        webhook,
        request: { ...post, ...request },
      };
      const before = structuredClone(input);
      format.render(input);
      expect(input).toEqual(before);
    });

    test('satisfies its own schema', () => {
      const { body, headers } = rendered();
      if (body === null || headers['content-type'] === 'application/x-www-form-urlencoded') return;
      expectValid(format, event.type, body, sample.request.mode === 'binary' ? 'data' : 'body');
    });

    test('uses the method of the webhook and lower-case header names, and the URL as it is unless it holds the payload', () => {
      const { method, url, headers, body } = rendered();
      expect(method).toBe(request.method ?? 'POST');
      expect(Object.keys(headers)).toEqual(Object.keys(headers).map((name) => name.toLowerCase()));
      if (body === null) expect(url.startsWith(`${post.url}&`)).toBe(true);
      else expect(url).toBe(post.url);
      expect(body === null).toBe(request.method === 'GET');
      expect(headers['content-type'] === undefined).toBe(body === null);
    });
  });

  test('has a golden request for everything it can say, and no others', () => {
    const files = readdirSync(join(specFolder, 'formats', formatName)).sort();
    expect(files).toEqual(own.map((sample) => `${sample.name.slice(formatName.length + 1)}.json`).sort());
  });

  test.each(eventTypes)('renders any valid %s, the same twice, to its schema', (type) => {
    fc.assert(
      fc.property(arbitraryEvent(type), (event) => {
        for (const scope of format.carries(event)) {
          for (const mode of formatName === 'cloudevents' ? (['structured', 'binary'] as const) : [null]) {
            const rendered = render(format, event, { scope, request: { mode } });
            const again = render(format, JSON.parse(JSON.stringify(event)), { scope, request: { mode } });
            expect(again).toEqual(rendered);
            expectValid(format, type, rendered.body ?? '', mode === 'binary' ? 'data' : 'body');
            for (const value of Object.values(rendered.headers)) expect(value).toMatch(/^[\x21-\x7e ]*$/);
          }
        }
        for (const method of format.methods) {
          if (format.carries(event).length === 0) continue;
          const rendered = render(format, event, { request: { method } });
          expect(rendered.method).toBe(method);
          expect(new URL(rendered.url).href).toBe(rendered.url);
        }
      }),
      { numRuns: 15 },
    );
  });
});
