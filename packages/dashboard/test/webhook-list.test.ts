import type { Webhook, WebhookSummary } from '@fanfare/client';
import { describe, expect, it } from 'vitest';
import { isMatch, type ListedWebhook, readListSearch, stateOf } from '../src/webhooks/list/search.ts';
import { countsByClass } from '../src/webhooks/overview/status-classes.ts';

const webhook = {
  id: 'orders',
  name: 'Orders',
  url: 'https://shop.example.com/hook',
  description: 'Of the shop',
  format: 'reward',
  events: ['trigger.fired'],
  status: 'active',
} as unknown as Webhook;
const healthy = { state: 'healthy' } as WebhookSummary;
const listed: ListedWebhook = { webhook, summary: healthy, concern: null };

describe('the list of webhooks', () => {
  it('takes from an address only what it can be narrowed by', () => {
    expect(readListSearch({ q: 'shop', format: 'reward', state: 'parked', range: '7d' })).toEqual({
      q: 'shop',
      format: 'reward',
      state: 'parked',
    });
    expect(readListSearch({ q: '', format: 'xml', state: 'gone' })).toEqual({});
  });

  it('finds by name, id, URL, description and event, whatever the case', () => {
    for (const q of ['orders', 'SHOP.example', 'of the shop', 'Trigger.', ' ORDERS '])
      expect(isMatch(listed, { q }), q).toBe(true);
    expect(isMatch(listed, { q: 'points' })).toBe(false);
    expect(isMatch(listed, { q: 'orders', format: 'claimr' })).toBe(false);
    expect(isMatch(listed, { state: 'healthy' })).toBe(true);
    expect(isMatch({ ...listed, concern: 'refused' }, { state: 'healthy' })).toBe(false);
  });

  it('shows the gravest that is known of a webhook', () => {
    const off: ListedWebhook = { ...listed, webhook: { ...webhook, status: 'inactive' } };
    expect(stateOf({ ...listed, summary: null })).toBe('active');
    expect(stateOf(listed)).toBe('healthy');
    expect(stateOf({ ...listed, concern: 'parked' })).toBe('parked');
    expect(stateOf({ ...listed, summary: { ...healthy, state: 'failing' }, concern: 'parked' })).toBe(
      'failing',
    );
    expect(stateOf({ ...off, concern: 'parked' })).toBe('inactive');
  });
});

it('counts answers by what their status means for a delivery', () => {
  expect(
    countsByClass({
      statuses: { '200': 4, '204': 1, '302': 2, '404': 3, '429': 1, '500': 5, '503': 1 },
      failures: { connect_timeout: 2, dns_failed: 1 },
    }),
  ).toEqual({ ok: 5, other: 2, clientError: 4, serverError: 6, none: 3 });
});
