/**
 * The one registry of problems that Fanfare's API can answer with (RFC 9457). The `type` of a problem
 * document is `/docs/problems#<code>`. Every code is listed in the OpenAPI document.
 * A detail says what was found, what was expected, and what to do.
 */
export const problemRegistry = {
  malformed_json: { status: 400, title: 'The request body is not JSON' },
  invalid_request: { status: 400, title: 'The request does not match its schema' },
  invalid_cursor: { status: 400, title: 'The cursor is not one that this list gave out' },
  unauthenticated: { status: 401, title: 'The credentials are not valid' },
  wrong_password: { status: 401, title: 'E-mail address and password do not belong together' },
  forbidden: { status: 403, title: 'The credential does not allow this' },
  invalid_link: { status: 403, title: 'The link is not valid, or was used already' },
  not_found: { status: 404, title: 'No such thing in this organization' },
  unknown_task: { status: 404, title: 'The campaign has no such task' },
  method_not_allowed: { status: 405, title: 'This path does not take this method' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'This is not possible as things are' },
  idempotency_key_reused: { status: 409, title: 'This Idempotency-Key was used with another body' },
  reference_reused: { status: 409, title: 'This reference stands for other points already' },
  campaign_not_active: { status: 409, title: 'Nobody can act in the campaign now' },
  not_joined: { status: 409, title: 'The participant has not joined the campaign' },
  prerequisite_missing: { status: 409, title: 'Other tasks come before this one' },
  referral_too_late: { status: 409, title: 'A referrer is named when joining, and the first one stays' },
  insufficient_points: { status: 409, title: 'There are fewer points than are to be taken' },
  quota_reached: { status: 409, title: 'The organization has as many as it may' },
  out_of_stock: { status: 409, title: 'Less of a reward is left than is to be given' },
  nothing_to_claim: { status: 409, title: 'Nothing waits to be claimed' },
  payout_unavailable: { status: 409, title: 'The webhook that pays cannot be asked now' },
  payout_state: { status: 409, title: 'The payout is in another state than this needs' },
  payload_too_large: { status: 413, title: 'The request body is larger than the limit' },
  unsupported_media_type: { status: 415, title: 'The request body has a content type that is not accepted' },
  invalid_event: { status: 422, title: 'The event is not valid' },
  unknown_event_type: { status: 422, title: 'The event type is not in the catalogue' },
  unknown_campaign: { status: 422, title: 'The campaign does not exist in this organization' },
  invalid_campaign: { status: 422, title: 'The settings do not fit the campaign' },
  invalid_participant: { status: 422, title: 'The participant is not valid' },
  unknown_reward: { status: 422, title: 'The campaign has no such reward' },
  unknown_participant: { status: 422, title: 'The organization has no such participant' },
  unknown_referrer: { status: 422, title: 'The referrer cannot be one' },
  self_referral: { status: 422, title: 'Nobody can be their own referrer' },
  amount_out_of_range: { status: 422, title: 'A number is outside of what is possible' },
  invalid_import: { status: 422, title: 'The file cannot be imported' },
  unknown_delivery: { status: 422, title: 'The organization has no such delivery' },
  invalid_replay: { status: 422, title: 'The replay cannot be made' },
  invalid_webhook: { status: 422, title: 'The webhook settings are not valid' },
  too_many_requests: { status: 429, title: 'More was sent than is taken in this time' },
  headers_too_large: { status: 431, title: 'The request line and headers are larger than the limit' },
  internal: { status: 500, title: 'Fanfare failed; the fault is on our side' },
  unavailable: { status: 503, title: 'Fanfare cannot take this just now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemRegistry;

/** One fault in a request: where it is (JSON Pointer, RFC 6901) and what to do about it. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
  /** Set when the fault is not in the body but in this query parameter; the pointer is then empty. */
  readonly parameter?: string;
}

/** The quota that stood in the way. */
export interface QuotaReached {
  readonly name: string;
  readonly limit: number;
  readonly used: number;
  /** When it begins anew by itself; null: never. */
  readonly resetsAt: Date | null;
}

/** A refusal that the caller can act on. Thrown anywhere below the API, rendered by `http/`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly faults: readonly Fault[];
  readonly retryAfterSeconds: number | null;
  readonly quota: QuotaReached | null;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      faults?: readonly Fault[];
      retryAfterSeconds?: number;
      quota?: QuotaReached;
      cause?: unknown;
    } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Problem';
    this.code = code;
    this.faults = more.faults ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds ?? null;
    this.quota = more.quota ?? null;
  }
}

/** One document for everything that is unknown, malformed or somebody else's. */
export function notFound(): Problem {
  return new Problem(
    'not_found',
    'Nothing with this id exists in this organization. It may have been deleted, or belong to another one. Check the id.',
  );
}

/** For what an organization may have only so many of; `name` is the quota and the word for them. */
export function quotaReached(name: string, limit: number | null): Problem {
  if (limit === null) throw new Error(`There is no limit to ${name} that could be reached`);
  return new Problem(
    'quota_reached',
    `This organization has ${limit.toLocaleString('en-US')} ${name}, as many as it may. Delete what is not needed, or ask whoever operates this Fanfare for a higher quota.`,
    { quota: { name, limit, used: limit, resetsAt: null } },
  );
}
