import type { Webhook, WebhookSummary } from '@fanfare/client';
import { describe, expect, it } from 'vitest';
import { stateOf } from '../src/webhooks/list/listed-webhook.ts';
import { readListSearch, webhookQuery } from '../src/webhooks/list/search.ts';
import { countsByClass } from '../src/webhooks/overview/status-classes.ts';

const active = { id: 'orders', status: 'active' } as Webhook;
const healthy = { webhook_id: 'orders', state: 'healthy' } as WebhookSummary;

describe('the list of webhooks', () => {
  it('takes from an address only what it can be narrowed by', () => {
    const search = {
      q: 'shop',
      format: 'reward',
      state: 'parked',
      event: 'trigger.fired',
      campaign: 'cmp_1',
    };
    expect(readListSearch({ ...search, range: '7d' })).toEqual(search);
    expect(readListSearch({ q: '', format: 'xml', state: 'gone', event: 5 })).toEqual({});
  });

  it('asks the API for what stands in the address', () => {
    expect(webhookQuery({})).toEqual({});
    expect(webhookQuery({ q: 'shop', state: 'parked', event: 'user_login', campaign: 'cmp_1' })).toEqual({
      search: 'shop',
      state: 'parked',
      events: 'user_login',
      campaign_id: 'cmp_1',
    });
  });

  it('shows the gravest that is known of a webhook', () => {
    expect(stateOf({ webhook: active, summary: null })).toBe('active');
    expect(stateOf({ webhook: active, summary: healthy })).toBe('healthy');
    expect(stateOf({ webhook: active, summary: { ...healthy, state: 'parked' } })).toBe('parked');
    // It was switched off since the summary was read.
    expect(stateOf({ webhook: { ...active, status: 'inactive' }, summary: healthy })).toBe('inactive');
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
