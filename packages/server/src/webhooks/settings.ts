import {
  type Format,
  type FormatName,
  formatNames,
  formatsByName,
  type Method,
  methods,
} from '../formats/index.ts';
import { type CampaignId, parseId } from '../ids.ts';
import type { Fault } from '../problems.ts';
import { carriedTypes } from './carried-types.ts';
import { checkHeaders, checkTargetUrl } from './target-rules.ts';
import {
  defaultRetryPolicy,
  defaultTimeoutMs,
  maxPerSecond,
  maxRetries,
  maxRetryDelayMs,
  maxTimeoutMs,
  minPerSecond,
  minRetryDelayMs,
  minTimeoutMs,
  type Ordering,
  orderBys,
  orderOnFailures,
  type RateLimit,
  type RetryPolicy,
  type WebhookStatus,
} from './webhook.ts';

/** The settings an owner decides, as they come in: the types are right, nothing else is known yet. */
export interface SettingsInput {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  /** In a change, null keeps the saved value of that header. */
  readonly headers?: Readonly<Record<string, string | null>> | undefined;
  readonly format?: string | undefined;
  readonly events?: readonly string[] | undefined;
  readonly campaigns?: readonly string[] | undefined;
  readonly status?: string | undefined;
  readonly retry_policy?: { readonly delays_seconds: readonly number[] } | undefined;
  readonly timeout_ms?: number | undefined;
  readonly include_test_participants?: boolean | undefined;
  readonly payout_processing?: boolean | undefined;
  readonly rate_limit?:
    | { readonly per_second?: number | undefined; readonly adaptive?: boolean | undefined }
    | null
    | undefined;
  readonly ordering?:
    | { readonly by?: string | undefined; readonly on_failure?: string | undefined }
    | null
    | undefined;
  readonly mode?: string | null | undefined;
}

/** Settings that may be saved. */
export interface Settings {
  /** Null: the generated one. */
  readonly id: string | null;
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly format: FormatName;
  readonly formatVersion: number;
  readonly mode: 'structured' | 'binary' | null;
  readonly events: readonly string[];
  readonly campaigns: readonly CampaignId[];
  /** `disabled` only as saved: nobody asks for it. */
  readonly status: WebhookStatus;
  readonly retryPolicy: RetryPolicy;
  readonly timeoutMs: number;
  readonly includeTestParticipants: boolean;
  readonly payoutProcessing: boolean;
  readonly rateLimit: RateLimit | null;
  readonly ordering: Ordering | null;
}

/** What the rules must know of the world around the webhook. */
export interface SettingsSurroundings {
  readonly allowPrivateTargets: boolean;
  readonly requireHttps: boolean;
  /** Which of the campaigns named exist in the organization. */
  readonly campaigns: ReadonlySet<CampaignId>;
  /** Event types the organization registered itself. */
  readonly customTypes: readonly string[];
}

export type CheckedSettings =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly faults: readonly Fault[] };

const idPattern = /^[A-Za-z0-9_-]{3,64}$/;
const maxNameLength = 200;
const maxDescriptionLength = 2_000;
const maxEvents = 200;
const maxCampaigns = 500;

/**
 * Checks the settings of a new webhook, or a change against the saved ones, and reports every fault at
 * once. What a change leaves out keeps its saved value; the URL and the campaigns are checked only when
 * they are given, so that a rule that became stricter does not stop an owner from renaming a webhook.
 */
export function checkSettings(
  input: SettingsInput,
  saved: Settings | null,
  surroundings: SettingsSurroundings,
): CheckedSettings {
  const faults: Fault[] = [];
  const fault = (pointer: string, detail: string): void => {
    faults.push({ pointer, detail });
  };

  const formatName = formatNames.find((name) => name === (input.format ?? saved?.format));
  const format = formatName === undefined ? null : formatsByName[formatName];
  if (format === null) {
    fault('/format', `${found(input.format)}; expected one of ${formatNames.join(', ')}.`);
  }

  if (input.id !== undefined && !idPattern.test(input.id)) {
    fault('/id', `${found(input.id)}; expected 3 to 64 letters, digits, "_" or "-".`);
  }
  const name = checkText('/name', input.name ?? saved?.name ?? '', maxNameLength, fault);
  if (name.trim() === '')
    fault('/name', 'The webhook has no name; expected a few words that tell its owner what it is for.');
  const description = checkText(
    '/description',
    input.description ?? saved?.description ?? '',
    maxDescriptionLength,
    fault,
  );

  const settings: Settings = {
    id: input.id ?? saved?.id ?? null,
    name,
    description,
    url: checkUrl(input.url, saved, surroundings, fault),
    method: checkMethod(input.method, saved, format, fault),
    headers: checkOwnHeaders(input.headers, saved, fault),
    format: formatName ?? 'standard',
    formatVersion:
      saved !== null && saved.format === formatName ? saved.formatVersion : (format?.version ?? 1),
    mode: checkMode(input.mode, saved, format, fault),
    events: checkEvents(input.events ?? saved?.events ?? [], format, surroundings.customTypes, fault),
    campaigns: checkCampaigns(input.campaigns, saved, surroundings.campaigns, fault),
    status: checkStatus(input.status, saved, fault),
    retryPolicy: checkRetryPolicy(input.retry_policy, saved, fault),
    timeoutMs: checkTimeout(input.timeout_ms, saved, fault),
    includeTestParticipants: input.include_test_participants ?? saved?.includeTestParticipants ?? false,
    rateLimit: checkRateLimit(input.rate_limit, saved, fault),
    ordering: checkOrdering(input.ordering, saved, fault),
    payoutProcessing: input.payout_processing ?? saved?.payoutProcessing ?? false,
  };
  return faults.length === 0 ? { ok: true, settings } : { ok: false, faults };
}

type Report = (pointer: string, detail: string) => void;

function checkText(pointer: string, text: string, maxLength: number, fault: Report): string {
  if (text.length > maxLength) {
    fault(pointer, `${text.length} characters; expected at most ${maxLength}. Shorten it.`);
  }
  if (unstorable.test(text))
    fault(pointer, 'It holds control characters or half a surrogate pair; remove them.');
  return text;
}

/** Control characters but tab and newline, and lone surrogates, which UTF-8 cannot hold. */
const unstorable = /[^\P{Cc}\t\n\r]|\p{Surrogate}/u;

function checkUrl(
  url: string | undefined,
  saved: Settings | null,
  surroundings: SettingsSurroundings,
  fault: Report,
): string {
  if (url === undefined) {
    if (saved !== null) return saved.url;
    fault('/url', 'There is no URL; expected the https:// address that receives the deliveries.');
    return '';
  }
  const checked = checkTargetUrl(url, surroundings);
  if (checked.ok) return url;
  fault('/url', checked.detail);
  return '';
}

function checkMethod(
  method: string | undefined,
  saved: Settings | null,
  format: Format | null,
  fault: Report,
): Method {
  const fallback =
    format === null || format.methods.includes('POST') ? 'POST' : (format.methods[0] ?? 'POST');
  const wanted = method ?? saved?.method ?? fallback;
  const known = methods.find((candidate) => candidate === wanted);
  if (known === undefined) {
    fault('/method', `${found(wanted)}; expected one of ${(format?.methods ?? methods).join(', ')}.`);
    return fallback;
  }
  if (format !== null && !format.methods.includes(known)) {
    fault(
      '/method',
      `${known} cannot be used with the format ${format.name}, whose receivers are documented for ` +
        `${format.methods.join(', ')} alone. Use ${format.methods.length === 1 ? fallback : 'one of these'}, or another format.`,
    );
  }
  return known;
}

function checkOwnHeaders(
  input: SettingsInput['headers'],
  saved: Settings | null,
  fault: Report,
): Readonly<Record<string, string>> {
  if (input === undefined) return saved?.headers ?? {};
  const savedValues = new Map(
    Object.entries(saved?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(input)) {
    const kept = value ?? savedValues.get(name.toLowerCase());
    if (kept === undefined) {
      fault(
        `/headers/${escapePointer(name)}`,
        'null keeps a saved value, but none is saved under this name; give the value.',
      );
    } else {
      headers[name] = kept;
    }
  }
  for (const found of checkHeaders(headers)) {
    fault(found.pointer.startsWith('/headers') ? found.pointer : `/headers${found.pointer}`, found.detail);
  }
  return headers;
}

function checkMode(
  mode: string | null | undefined,
  saved: Settings | null,
  format: Format | null,
  fault: Report,
): 'structured' | 'binary' | null {
  if (format === null) return null;
  if (format.name !== 'cloudevents') {
    if (mode !== undefined && mode !== null) {
      fault('/mode', `Only the format cloudevents has modes; leave it out for ${format.name}.`);
    }
    return null;
  }
  const wanted = mode ?? saved?.mode ?? 'structured';
  if (wanted === 'structured' || wanted === 'binary') return wanted;
  fault('/mode', `${found(wanted)}; expected "structured" or "binary".`);
  return null;
}

function checkEvents(
  events: readonly string[],
  format: Format | null,
  customTypes: readonly string[],
  fault: Report,
): readonly string[] {
  if (format === null) return [];
  if (events.length > maxEvents) {
    fault(
      '/events',
      `${events.length} entries; expected at most ${maxEvents}. Leave the list empty for every type.`,
    );
    return [];
  }
  const scoped = format.scopes.length > 0;
  const valid = scoped ? format.scopes : carriedTypes(format, customTypes);
  const unit = scoped ? 'scopes' : 'event types';
  const names = new Set<string>();
  for (const [index, event] of events.entries()) {
    if (!valid.includes(event)) {
      fault(
        `/events/${index}`,
        `${found(event)}; the format ${format.name} carries the ${unit} ${valid.join(', ')}. ` +
          'An empty list asks for all of them.',
      );
    }
    names.add(event);
  }
  return [...names];
}

function checkCampaigns(
  campaigns: readonly string[] | undefined,
  saved: Settings | null,
  existing: ReadonlySet<CampaignId>,
  fault: Report,
): readonly CampaignId[] {
  if (campaigns === undefined) return saved?.campaigns ?? [];
  if (campaigns.length > maxCampaigns) {
    fault(
      '/campaigns',
      `${campaigns.length} entries; expected at most ${maxCampaigns}. Leave the list empty for all campaigns.`,
    );
    return [];
  }
  const ids = new Set<CampaignId>();
  for (const [index, text] of campaigns.entries()) {
    const id = parseId('cmp', text);
    if (id === null || !existing.has(id)) {
      fault(
        `/campaigns/${index}`,
        `${found(text)}; expected the id (cmp_…) of a campaign of this organization.`,
      );
    } else {
      ids.add(id);
    }
  }
  return [...ids];
}

function checkStatus(status: string | undefined, saved: Settings | null, fault: Report): WebhookStatus {
  if (status === undefined) return saved?.status ?? 'active';
  if (status === 'active' || status === 'inactive') return status;
  fault('/status', `${found(status)}; expected "active" or "inactive".`);
  return 'inactive';
}

function checkRetryPolicy(
  policy: SettingsInput['retry_policy'],
  saved: Settings | null,
  fault: Report,
): RetryPolicy {
  if (policy === undefined) return saved?.retryPolicy ?? defaultRetryPolicy;
  const delays = policy.delays_seconds;
  if (delays.length > maxRetries) {
    fault(
      '/retry_policy/delays_seconds',
      `${delays.length} retries; expected at most ${maxRetries}. Use fewer, longer pauses.`,
    );
  }
  const delaysMs = delays.map((seconds) => Math.round(seconds * 1_000));
  for (const [index, delayMs] of delaysMs.entries()) {
    if (!(delayMs >= minRetryDelayMs && delayMs <= maxRetryDelayMs)) {
      fault(
        `/retry_policy/delays_seconds/${index}`,
        `${delays[index]} seconds; expected ${minRetryDelayMs / 1_000} second to ${maxRetryDelayMs / 1_000} seconds (7 days).`,
      );
    }
  }
  return { delaysMs };
}

function checkRateLimit(
  input: SettingsInput['rate_limit'],
  saved: Settings | null,
  fault: Report,
): RateLimit | null {
  if (input === undefined) return saved?.rateLimit ?? null;
  if (input === null) return null;
  const { per_second: perSecond, adaptive = false } = input;
  if (perSecond === undefined && !adaptive) {
    fault('/rate_limit', 'It says nothing; expected per_second, or "adaptive": true, or null for no limit.');
    return null;
  }
  if (perSecond !== undefined && !(perSecond >= minPerSecond && perSecond <= maxPerSecond)) {
    fault('/rate_limit/per_second', `${perSecond}; expected ${minPerSecond} to ${maxPerSecond}.`);
  }
  if (adaptive) return { kind: 'adaptive', perSecond: perSecond ?? null };
  return { kind: 'fixed', perSecond: perSecond ?? maxPerSecond };
}

function checkOrdering(
  input: SettingsInput['ordering'],
  saved: Settings | null,
  fault: Report,
): Ordering | null {
  if (input === undefined) return saved?.ordering ?? null;
  if (input === null) return null;
  const by = orderBys.find((one) => one === (input.by ?? saved?.ordering?.by));
  if (by === undefined) {
    fault('/ordering/by', `${found(input.by)}; expected "participant" or "webhook", or no ordering at all.`);
  }
  const wanted = input.on_failure ?? saved?.ordering?.onFailure ?? 'park';
  const onFailure = orderOnFailures.find((one) => one === wanted);
  if (onFailure === undefined) {
    fault('/ordering/on_failure', `${found(wanted)}; expected "wait", "park" or "skip".`);
  }
  return { by: by ?? 'participant', onFailure: onFailure ?? 'park' };
}

function checkTimeout(timeoutMs: number | undefined, saved: Settings | null, fault: Report): number {
  const wanted = timeoutMs ?? saved?.timeoutMs ?? defaultTimeoutMs;
  if (!Number.isInteger(wanted) || wanted < minTimeoutMs || wanted > maxTimeoutMs) {
    fault('/timeout_ms', `${wanted}; expected whole milliseconds from ${minTimeoutMs} to ${maxTimeoutMs}.`);
  }
  return wanted;
}

function found(value: string | undefined): string {
  if (value === undefined) return 'Nothing was given';
  return `Found "${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`;
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
