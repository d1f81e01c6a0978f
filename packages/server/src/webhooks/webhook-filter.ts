import { isEventType } from '../catalog/index.ts';
import { type FormatName, formatNames, formatsByName } from '../formats/index.ts';
import { type CampaignId, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import type { Subscribers, WebhookListFilter, WebhookState } from '../storage/index.ts';
import { carriesType, isOperational } from './carried-types.ts';

export { webhookStates } from '../storage/index.ts';

/** Which webhooks a list shows; what is left out does not narrow it. */
export interface WebhookFilter {
  readonly ids?: readonly string[] | undefined;
  /** Part of the name, the id, the URL or the description. */
  readonly search?: string | undefined;
  readonly formats?: readonly FormatName[] | undefined;
  /** Those that get events of this campaign. */
  readonly campaignId?: CampaignId | undefined;
  /** With a campaign: those for it alone, or those that are for others, too. */
  readonly exclusive?: boolean | undefined;
  /** Event types, or scopes: those that are sent any of them. */
  readonly events?: readonly string[] | undefined;
  /** `active`: neither inactive nor disabled. */
  readonly state?: WebhookState | 'active' | undefined;
}

/** Throws `unknown_event_type` for what is neither an event type nor a scope. */
export function storedFilter(
  { campaignId, exclusive, events, ...filter }: WebhookFilter,
  customTypes: readonly string[],
): WebhookListFilter {
  return {
    ...filter,
    campaign: campaignId && { id: uuidOf(campaignId), exclusive },
    subscribers: events && subscribersTo(events, customTypes),
  };
}

/** Who is sent any of these, by the rules of the routing table, as far as settings can tell. */
function subscribersTo(asked: readonly string[], customTypes: readonly string[]): readonly Subscribers[] {
  const unknown = asked.find((name) => !isEventType(name) && !customTypes.includes(name) && !isScope(name));
  if (unknown !== undefined) throw unknownEvent(unknown);
  return formatNames.flatMap((format) => {
    const wanted = asked.flatMap((name) => namesIn(format, name));
    if (wanted.length === 0) return [];
    return [{ format, names: wanted, everything: wanted.some((name) => !isOperational(name)) }];
  });
}

/** By which of its `events` a webhook of this format is sent it. */
function namesIn(format: FormatName, name: string): readonly string[] {
  const { scopes, carriedAs, ...carrier } = formatsByName[format];
  if (isScope(name)) return scopes.filter((scope) => scope === name);
  if (!carriesType(carrier, name)) return [];
  return scopes.length === 0 ? [name] : carriedAs(name).scopes;
}

function isScope(name: string): boolean {
  return formatNames.some((format) => formatsByName[format].scopes.includes(name));
}

function unknownEvent(name: string): Problem {
  return new Problem(
    'unknown_event_type',
    `events: found ${JSON.stringify(name)}, expected an event type (GET /v1/event-types) or a scope of a format (GET /v1/formats).`,
  );
}
