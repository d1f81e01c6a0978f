import type { Format, Taking, Webhook } from '@fanfare/client';
import { generatedSecret, type SecretChoice, secretBody } from './secret.ts';

export type SettingsBody = Taking<'updateWebhook'>['body'];

/** A header of the owner's. Its value stands nowhere once it is saved, unless it holds no credentials. */
export interface HeaderRow {
  readonly key: string;
  readonly name: string;
  /** Null: the saved value, which is never shown, stays. */
  readonly value: string | null;
}

export type PauseUnit = 'seconds' | 'minutes' | 'hours' | 'days';

/** The pause before one retry; an empty text while it is being typed. */
export interface PauseRow {
  readonly key: string;
  readonly amount: number | string;
  readonly unit: PauseUnit;
}

/** What the form holds, under the names that the API gives it. */
export interface SettingsValues {
  /** Empty: generated. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly method: Webhook['method'];
  readonly headers: readonly HeaderRow[];
  readonly format: Webhook['format'];
  readonly mode: 'structured' | 'binary';
  readonly events: readonly string[];
  readonly campaigns: readonly string[];
  readonly status: Webhook['status'];
  readonly retry_policy: readonly PauseRow[];
  readonly timeout_seconds: number | string;
  readonly rate: 'none' | 'fixed' | 'adaptive';
  readonly per_second: number | string;
  readonly order: 'none' | 'participant' | 'webhook';
  readonly on_failure: 'wait' | 'park' | 'skip';
  readonly include_test_participants: boolean;
  readonly payout_processing: boolean;
  /** Of a new webhook. */
  readonly secret: SecretChoice;
}

const unitSeconds: Readonly<Record<PauseUnit, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};
export const pauseUnits = Object.keys(unitSeconds) as PauseUnit[];

/** "Up to 5 times with exponential backoff": what a webhook has unless its owner chooses. */
export const usualPausesSeconds: readonly number[] = [10, 60, 360, 2_160, 12_960];

let rowsMade = 0;
export const newKey = (): string => `row-${++rowsMade}`;

/** In the largest unit of which it is at least one, with one decimal place at most. */
export function pauseRow(seconds: number): PauseRow {
  const unit =
    pauseUnits.toReversed().find((one) => {
      const amount = seconds / unitSeconds[one];
      return amount >= 1 && Number.isInteger(amount * 10);
    }) ?? 'seconds';
  return { key: newKey(), amount: seconds / unitSeconds[unit], unit };
}

/** To the millisecond. */
export function pauseSeconds({ amount, unit }: PauseRow): number {
  return Math.round(Number(amount) * unitSeconds[unit] * 1_000) / 1_000;
}

export function newValues(format: Webhook['format'] = 'standard'): SettingsValues {
  return {
    id: '',
    name: '',
    description: '',
    url: '',
    method: 'POST',
    headers: [],
    format,
    mode: 'structured',
    events: [],
    campaigns: [],
    status: 'active',
    retry_policy: usualPausesSeconds.map(pauseRow),
    timeout_seconds: 15,
    rate: 'none',
    per_second: 20,
    order: 'none',
    on_failure: 'park',
    include_test_participants: false,
    payout_processing: false,
    secret: generatedSecret,
  };
}

export function valuesOf(webhook: Webhook): SettingsValues {
  const { rate_limit: limit, ordering } = webhook;
  const usual = newValues(webhook.format);
  return {
    id: webhook.id,
    name: webhook.name,
    description: webhook.description,
    url: webhook.url,
    method: webhook.method,
    headers: Object.entries(webhook.headers).map(([name, value]) => ({ key: newKey(), name, value })),
    format: webhook.format,
    mode: webhook.mode ?? usual.mode,
    events: webhook.events,
    campaigns: webhook.campaigns,
    status: webhook.status,
    retry_policy: webhook.retry_policy.delays_seconds.map(pauseRow),
    timeout_seconds: webhook.timeout_ms / 1_000,
    rate: limit === null ? 'none' : limit.adaptive ? 'adaptive' : 'fixed',
    per_second: limit === null ? usual.per_second : (limit.per_second ?? ''),
    order: ordering?.by ?? 'none',
    on_failure: ordering?.on_failure ?? usual.on_failure,
    include_test_participants: webhook.include_test_participants,
    payout_processing: webhook.payout_processing,
    secret: usual.secret,
  };
}

/** The same with another format: what the new one does not carry is left out. `carried`: event types that it carries. */
export function inFormat(
  values: SettingsValues,
  format: Format,
  carried: readonly string[],
): Pick<SettingsValues, 'format' | 'method' | 'events'> {
  const possible = format.scopes.length > 0 ? format.scopes : carried;
  const usual = format.methods.find((method) => method === 'POST') ?? format.methods[0] ?? 'POST';
  return {
    format: format.name,
    method: format.methods.includes(values.method) ? values.method : usual,
    events: values.events.filter((event) => possible.includes(event)),
  };
}

/** All settings, as the API takes them. */
export function settingsBody(values: SettingsValues): SettingsBody {
  return {
    ...(values.id !== '' && { id: values.id }),
    name: values.name,
    description: values.description,
    url: values.url,
    method: values.method,
    headers: Object.fromEntries(
      values.headers.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]),
    ),
    format: values.format,
    mode: values.format === 'cloudevents' ? values.mode : null,
    events: values.events,
    campaigns: values.campaigns,
    // Nobody asks for `disabled`: it is what Fanfare made of it.
    ...(values.status !== 'disabled' && { status: values.status }),
    retry_policy: { delays_seconds: values.retry_policy.map(pauseSeconds) },
    timeout_ms: Math.round(Number(values.timeout_seconds) * 1_000),
    rate_limit: rateLimit(values),
    ordering: values.order === 'none' ? null : { by: values.order, on_failure: values.on_failure },
    include_test_participants: values.include_test_participants,
    payout_processing: values.payout_processing,
  };
}

function rateLimit({ rate, per_second }: SettingsValues): SettingsBody['rate_limit'] {
  const limit = per_second === '' ? {} : { per_second: Number(per_second) };
  if (rate === 'none') return null;
  return rate === 'adaptive' ? { adaptive: true, ...limit } : limit;
}

/** Only what differs from what is saved: what somebody else changed meanwhile stays as they made it. */
export function changedBody(values: SettingsValues, saved: SettingsValues): SettingsBody {
  const before: Partial<Record<string, unknown>> = settingsBody(saved);
  return Object.fromEntries(
    Object.entries(settingsBody(values)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]),
    ),
  );
}

export function newWebhookBody(values: SettingsValues): Taking<'createWebhook'>['body'] {
  return { ...settingsBody(values), ...secretBody(values.secret) };
}
