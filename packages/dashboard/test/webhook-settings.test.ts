import type { Format, Webhook } from '@fanfare/client';
import { describe, expect, it } from 'vitest';
import {
  changedBody,
  inFormat,
  newValues,
  newWebhookBody,
  pauseRow,
  pauseSeconds,
  settingsBody,
  valuesOf,
} from '../src/webhooks/settings/values.ts';

const webhook: Webhook = {
  id: 'orders',
  name: 'Orders',
  description: '',
  url: 'https://orders.example.com/hook',
  method: 'PUT',
  headers: { authorization: null, accept: 'application/json' },
  format: 'cloudevents',
  format_version: 1,
  mode: 'binary',
  events: ['task.completed'],
  campaigns: [],
  status: 'active',
  disabled_reason: null,
  retry_policy: { delays_seconds: [10, 90, 2_160, 12_960, 172_800] },
  timeout_ms: 2_500,
  include_test_participants: true,
  payout_processing: false,
  rate_limit: { per_second: null, adaptive: true },
  ordering: { by: 'participant', on_failure: 'skip' },
  secrets: [],
  created_at: '2026-03-14T09:00:00.000Z',
  updated_at: '2026-03-14T09:00:00.000Z',
};

describe('the settings of a webhook in a form', () => {
  it('come out as they went in', () => {
    const { id, name, description, url, method, headers, format, mode, events, campaigns, status } = webhook;
    const { retry_policy, timeout_ms, include_test_participants, payout_processing, ordering } = webhook;
    expect(settingsBody(valuesOf(webhook))).toEqual({
      ...{ id, name, description, url, method, headers, format, mode, events, campaigns, status },
      ...{ retry_policy, timeout_ms, include_test_participants, payout_processing, ordering },
      rate_limit: { adaptive: true },
    });
  });

  it('are sent only where they differ from what is saved', () => {
    const saved = valuesOf(webhook);
    expect(changedBody(saved, saved)).toEqual({});
    expect(
      changedBody({ ...saved, name: 'Orders 2', order: 'none', rate: 'fixed', per_second: 5 }, saved),
    ).toEqual({ name: 'Orders 2', ordering: null, rate_limit: { per_second: 5 } });
    const withoutAccept = saved.headers.filter(({ name }) => name !== 'accept');
    expect(changedBody({ ...saved, headers: withoutAccept }, saved)).toEqual({
      headers: { authorization: null },
    });
  });

  it('never ask for what only Fanfare does: to disable a webhook', () => {
    const disabled = valuesOf({ ...webhook, status: 'disabled' });
    expect(settingsBody(disabled)).not.toHaveProperty('status');
    expect(changedBody({ ...disabled, status: 'active' }, disabled)).toEqual({ status: 'active' });
  });

  it('of a new webhook have the usual five retries, a generated id and a generated secret', () => {
    const body = newWebhookBody({ ...newValues('reward'), name: 'Credits', url: 'https://example.com' });
    expect(body).toMatchObject({
      format: 'reward',
      mode: null,
      retry_policy: { delays_seconds: [10, 60, 360, 2_160, 12_960] },
      timeout_ms: 15_000,
      rate_limit: null,
      ordering: null,
      signature_version: 'v1',
    });
    expect(body).not.toHaveProperty('id');
    expect(body).not.toHaveProperty('secret');
  });

  it('lose with another format what it does not carry', () => {
    const reward: Pick<Format, 'name' | 'methods' | 'scopes'> = {
      name: 'reward',
      methods: ['POST'],
      scopes: [],
    };
    const values = { ...valuesOf(webhook), events: ['trigger.fired', 'task.completed'] };
    expect(inFormat(values, reward as Format, ['trigger.fired', 'points.issued'])).toEqual({
      format: 'reward',
      method: 'POST',
      events: ['trigger.fired'],
    });
    const claimr = { ...reward, name: 'claimr', scopes: ['user_activity'] } as unknown as Format;
    expect(inFormat({ ...values, events: ['user_activity'] }, claimr, []).events).toEqual(['user_activity']);
  });
});

describe('a pause before a retry', () => {
  it.each([
    [1, 1, 'seconds'],
    [10, 10, 'seconds'],
    [61, 61, 'seconds'],
    [90, 1.5, 'minutes'],
    [2_160, 36, 'minutes'],
    [12_960, 3.6, 'hours'],
    [172_800, 2, 'days'],
    [0.5, 0.5, 'seconds'],
  ])('of %d seconds is shown as %d %s, and is the same again', (seconds, amount, unit) => {
    const row = pauseRow(seconds);
    expect(row).toMatchObject({ amount, unit });
    expect(pauseSeconds(row)).toBe(seconds);
  });
});
