import { describe, expect, test } from 'vitest';
import { type EventType, exampleEvent, type FrozenEvent } from '../../src/catalog/index.ts';
import { formatsByName, type RequestShape } from '../../src/formats/index.ts';
import { customEvent, render } from './sample-requests.ts';

const format = formatsByName['gamify-route'];

function changed(type: EventType, data: object): FrozenEvent {
  const event = exampleEvent(type);
  return { ...event, data: { ...(event.data as Record<string, unknown>), ...data } };
}

function payload(event: FrozenEvent, request: Partial<RequestShape> = {}): Record<string, unknown> {
  return JSON.parse(render(format, event, { request }).body ?? '');
}

describe('which events are carried', () => {
  test('a task counts only if it is a level', () => {
    expect(format.carries(exampleEvent('task.completed'))).toEqual([null]);
    expect(format.carries(changed('task.completed', { level: null }))).toEqual([]);
  });

  test('a quest counts only if it is the last level', () => {
    const level = { id: 'l', number: 1, name: 'L', last: false };
    expect(format.carries(changed('quest.completed', { level }))).toEqual([]);
    expect(format.carries(changed('quest.completed', { level: null }))).toEqual([]);
    expect(format.carries(changed('quest.completed', { level: { ...level, last: true } }))).toEqual([null]);
  });
});

describe('the payload', () => {
  test('has its keys in order and leaves out what an event has not', () => {
    expect(Object.keys(payload(exampleEvent('game.high_score')))).toEqual([
      'id',
      'event',
      'event_label',
      'occurred_at',
      'webhook',
      'campaign',
      'player',
      'level',
      'score',
      'high_score',
      'previous_high_score',
      'is_campaign_best',
      'points',
    ]);
    expect(Object.keys(payload(exampleEvent('user.joined_campaign')))).toEqual([
      'id',
      'event',
      'event_label',
      'occurred_at',
      'webhook',
      'campaign',
      'player',
      'points',
    ]);
    expect(payload(exampleEvent('reward.claimed'))['prize']).toEqual({
      id: 'launch-box',
      name: 'Launch loot box',
      code: 'LAUNCH-2F9K-81QX',
    });
    expect(payload(changed('reward.claimed', { code: null }))['prize']).toEqual({
      id: 'launch-box',
      name: 'Launch loot box',
    });
  });

  test('names the player by the names that are known', () => {
    const named = (first_name: string | null, last_name: string | null) => {
      const event = exampleEvent('user.joined_campaign');
      if (event.participant === null) throw new Error('the example has no participant');
      const participant = { ...event.participant, first_name, last_name, phone: null };
      return payload({ ...event, participant } as FrozenEvent)['player'];
    };
    expect(named('Ada', 'Lovelace')).toMatchObject({ name: 'Ada Lovelace' });
    expect(named('Ada', null)).toMatchObject({ name: 'Ada' });
    expect(named(null, 'Lovelace')).toMatchObject({ name: 'Lovelace' });
    expect(named(null, null)).toMatchObject({ name: null });
    expect(named(null, null)).not.toHaveProperty('phone');
  });

  test('shows a submitted form over what was known of the player before', () => {
    const event = changed('game.optin_submitted', { fields: { city: 'Genf', age: 36 } });
    expect(payload(event)['player']).toMatchObject({ fields: { newsletter: true, city: 'Genf', age: 36 } });
  });

  test('carries a registered type under its own name with its data', () => {
    expect(payload(customEvent)).toMatchObject({
      event: 'vip.level_up',
      event_label: 'Vip level up',
      points: { earned: null, total: 2750.5 },
      data: { tier: 'Gold', perks: ['lounge', 'early access'] },
    });
    expect(payload({ ...customEvent, participant: null, campaign: null })).toMatchObject({
      campaign: null,
      player: null,
      points: null,
    });
  });
});

describe('GET and DELETE', () => {
  const query = (
    url: string,
    event: FrozenEvent = exampleEvent('game.high_score'),
    method: 'GET' | 'DELETE' = 'GET',
  ) => render(format, event, { request: { url, method } });

  test.each([
    'GET',
    'DELETE',
  ] as const)('%s has no body; the leaves follow the URL and its own query', (method) => {
    const { url, body, headers } = query(
      'https://h.example.com/a?team=7&x=%20',
      exampleEvent('game.high_score'),
      method,
    );
    expect(body).toBeNull();
    expect(headers).toEqual({});
    expect(url.startsWith('https://h.example.com/a?team=7&x=%20&id=dlv_')).toBe(true);
    const { searchParams } = new URL(url);
    expect(searchParams.get('player.email')).toBe('ada@example.com');
    expect(searchParams.get('player.fields.city')).toBe('Zürich');
    expect(searchParams.get('is_campaign_best')).toBe('true');
    expect(searchParams.get('points.total')).toBe('2750.5');
  });

  test.each([
    ['https://h.example.com', 'https://h.example.com?id='],
    ['https://h.example.com/', 'https://h.example.com/?id='],
    ['https://h.example.com/a?', 'https://h.example.com/a?id='],
    ['https://h.example.com/a?b=1&', 'https://h.example.com/a?b=1&id='],
    ['https://h.example.com/a?b=?', 'https://h.example.com/a?b=?&id='],
  ])('%s is continued as %s…', (url, begin) => {
    expect(query(url).url.startsWith(begin)).toBe(true);
  });

  test('spaces, signs and letters beyond ASCII survive any query parser', () => {
    const { url } = query('https://h.example.com', {
      ...customEvent,
      data: { 'a b': 'x&y=z+ü #?%', list: ['one', { two: 2 }], nothing: null, none: [], empty: {} },
    });
    expect(url).not.toMatch(/[+# ]/);
    const { searchParams } = new URL(url);
    expect(searchParams.get('data.a b')).toBe('x&y=z+ü #?%');
    expect(searchParams.get('data.list.0')).toBe('one');
    expect(searchParams.get('data.list.1.two')).toBe('2');
    expect(searchParams.get('data.nothing')).toBe('');
    expect(searchParams.has('data.none')).toBe(false);
  });
});

describe('content types', () => {
  const rendered = (headers: Record<string, string>) =>
    render(format, exampleEvent('game.optin_submitted'), { request: { headers, method: 'PUT' } });

  test('JSON unless the owner asks for something else', () => {
    expect(rendered({ authorization: 'x' }).headers).toEqual({ 'content-type': 'application/json' });
    const { headers, body } = rendered({ 'CONTENT-TYPE': 'application/vnd.crm+json; charset=utf-8' });
    expect(headers).toEqual({ 'content-type': 'application/vnd.crm+json; charset=utf-8' });
    expect(JSON.parse(body ?? '')).toMatchObject({ event: 'optin_submit' });
  });

  test.each([
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
    ['Application/X-WWW-Form-Urlencoded; charset=UTF-8', 'Application/X-WWW-Form-Urlencoded; charset=UTF-8'],
    ['multipart/form-data', 'application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'],
  ])('%s makes the body a form', (asked, sent) => {
    const { headers, body, method } = rendered({ 'Content-Type': asked });
    expect(method).toBe('PUT');
    expect(headers).toEqual({ 'content-type': sent });
    const form = new URLSearchParams(body ?? '');
    expect(form.get('event_label')).toBe('Opt-in submit');
    expect(form.get('player.fields.city')).toBe('Zürich');
    expect(form.get('player.fields.newsletter')).toBe('true');
  });

  test('a type that only resembles a form is none', () => {
    const { body } = rendered({ 'content-type': 'application/x-www-form-urlencoded-json' });
    expect(body?.startsWith('{') ?? false).toBe(true);
  });
});
