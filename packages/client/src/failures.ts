import type { Problem } from './api.generated.ts';

/** For programs: what went wrong, in a word that never changes. `/docs/problems` of a Fanfare explains each. */
export type ProblemCode = Problem['code'];

/** Fanfare said no: an RFC 9457 problem document. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  /** What was found, what was expected, and what to do. */
  readonly detail: string;
  /** The places in the request that are wrong; empty where it is not about places. */
  readonly errors: NonNullable<Problem['errors']>;
  /** When the request may be repeated, from when the answer came; null where it was not said. */
  readonly retryAfterMs: number | null;
  /** As it came: `quota`, `request_id`, … */
  readonly document: Problem;

  constructor(call: string, status: number, document: Problem, retryAfterMs: number | null) {
    const places = (document.errors ?? [])
      .map(({ pointer, parameter, detail }) => `${pointer ?? parameter ?? 'the request'}: ${detail}`)
      .filter((place) => !document.detail.includes(place));
    super([`${call}: ${status} ${document.code}: ${document.detail}`, ...places].join('\n  '));
    this.name = 'ApiProblem';
    this.status = status;
    this.code = document.code;
    this.detail = document.detail;
    this.errors = document.errors ?? [];
    this.retryAfterMs = retryAfterMs;
    this.document = document;
  }
}

/** No whole answer came: nobody is there, or the connection broke. Whether the request was carried out is unknown. */
export class NoAnswer extends Error {
  constructor(call: string, cause: unknown) {
    super(`${call}: no answer came: ${reason(cause)}`, { cause });
    this.name = 'NoAnswer';
  }
}

/** An answer that Fanfare does not give: something stands between, or the address is another program's. */
export class UnexpectedAnswer extends Error {
  readonly status: number;
  readonly retryAfterMs: number | null;

  constructor(
    call: string,
    answer: {
      readonly status: number;
      readonly contentType: string | null;
      readonly text: string;
      readonly retryAfterMs: number | null;
    },
  ) {
    const { status, contentType, text, retryAfterMs } = answer;
    super(
      `${call}: ${status} with ${contentType ?? 'no content type'}, which Fanfare does not answer here; is the address right? ${text.slice(0, 300)}`.trimEnd(),
    );
    this.name = 'UnexpectedAnswer';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** `fetch` of Node says "fetch failed" and hides why one level below. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
