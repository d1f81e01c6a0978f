import { answersBesideSuccess, type Problem } from './api.generated.ts';
import { ApiProblem, UnexpectedAnswer } from './failures.ts';
import { parseRetryAfter } from './retry.ts';
import type { FetchAnswer } from './transport.ts';

/** Whether Fanfare did what it was asked, or answers as it says that it may. */
export function isAnswer(route: string, { status }: Pick<FetchAnswer, 'status'>): boolean {
  return (status >= 200 && status < 300) || answersBesideSuccess[route]?.includes(status) === true;
}

/** The body of an answer: JSON, text, or undefined for none. Throws ApiProblem or UnexpectedAnswer. */
export function readAnswer(route: string, call: string, answer: FetchAnswer, text: string): unknown {
  const mediaType = mediaTypeOf(answer);
  if (mediaType === 'application/problem+json' || !isAnswer(route, answer)) {
    throw failure(call, answer, text);
  }
  if (text === '' && answer.status === 204) return undefined;
  if (mediaType === 'application/json') {
    const body = parsed(text);
    if (body !== undefined) return body;
  }
  if (mediaType === 'text/csv' || mediaType === 'application/jsonl') return text;
  throw failure(call, answer, text);
}

/** What an answer that is none of success says is wrong. */
export function failure(call: string, answer: FetchAnswer, text: string): ApiProblem | UnexpectedAnswer {
  const retryAfterMs = parseRetryAfter(answer.headers.get('retry-after'));
  const document = mediaTypeOf(answer) === 'application/problem+json' ? parsed(text) : undefined;
  if (isProblem(document)) return new ApiProblem(call, answer.status, document, retryAfterMs);
  const contentType = answer.headers.get('content-type');
  return new UnexpectedAnswer(call, { status: answer.status, contentType, text, retryAfterMs });
}

function mediaTypeOf({ headers }: FetchAnswer): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}

/** Undefined, which JSON cannot say, for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(document: unknown): document is Problem {
  return (
    typeof document === 'object' &&
    document !== null &&
    'code' in document &&
    typeof document.code === 'string' &&
    'detail' in document &&
    typeof document.detail === 'string'
  );
}
