import type { Fault } from '../problems.ts';

/** How an inbox answers whatever it receives. */
export interface InboxAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly delay_ms: number;
  /** Cut the connection after `delay_ms` instead of answering. */
  readonly reset: boolean;
}

/** What an owner gives; what is left out keeps its value. */
export type AnswerInput = { readonly [K in keyof InboxAnswer]?: InboxAnswer[K] | undefined };

export const defaultAnswer: InboxAnswer = { status: 204, headers: {}, body: '', delay_ms: 0, reset: false };

export const maxDelayMs = 120_000;
const maxBodyBytes = 64 * 1024;
const maxHeaders = 30;
/** These frame the answer and are written by the server alone. */
const framingNames = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'trailer',
  'te',
]);
const namePattern = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
const valuePattern = /^[\x20-\x7e\t]{0,2000}$/;

/** The answer to give from now on, or everything that is wrong with it (pointers below `/answer`). */
export function decideAnswer(
  before: InboxAnswer,
  input: AnswerInput,
):
  | { readonly ok: true; readonly answer: InboxAnswer }
  | { readonly ok: false; readonly faults: readonly Fault[] } {
  const answer: InboxAnswer = {
    status: input.status ?? before.status,
    headers: input.headers ?? before.headers,
    body: input.body ?? before.body,
    delay_ms: input.delay_ms ?? before.delay_ms,
    reset: input.reset ?? before.reset,
  };
  const faults: Fault[] = [];
  if (!Number.isInteger(answer.status) || answer.status < 200 || answer.status > 599) {
    faults.push({
      pointer: '/answer/status',
      detail: `${answer.status}; expected a final HTTP status, 200 to 599.`,
    });
  }
  if (!Number.isInteger(answer.delay_ms) || answer.delay_ms < 0 || answer.delay_ms > maxDelayMs) {
    faults.push({
      pointer: '/answer/delay_ms',
      detail: `${answer.delay_ms}; expected whole milliseconds from 0 to ${maxDelayMs}.`,
    });
  }
  const bodyBytes = Buffer.byteLength(answer.body);
  if (bodyBytes > maxBodyBytes) {
    faults.push({ pointer: '/answer/body', detail: `${bodyBytes} bytes; expected at most ${maxBodyBytes}.` });
  }
  if (bodyBytes > 0 && (answer.status === 204 || answer.status === 205 || answer.status === 304)) {
    faults.push({
      pointer: '/answer/body',
      detail: `An answer with status ${answer.status} has no body. Choose another status, or leave the body empty.`,
    });
  }
  const headers = Object.entries(answer.headers);
  if (headers.length > maxHeaders) {
    faults.push({
      pointer: '/answer/headers',
      detail: `${headers.length} headers; expected at most ${maxHeaders}.`,
    });
  }
  for (const [name, value] of headers) {
    const pointer = `/answer/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!namePattern.test(name)) {
      faults.push({
        pointer,
        detail: 'This is not the name of an HTTP header (RFC 9110, section 5.1). Rename it.',
      });
    } else if (framingNames.has(name.toLowerCase())) {
      faults.push({
        pointer,
        detail: 'This header frames the answer and is written by the server. Remove it.',
      });
    } else if (!valuePattern.test(value)) {
      faults.push({
        pointer,
        detail: 'Expected at most 2,000 printable ASCII characters without line breaks.',
      });
    }
  }
  return faults.length === 0 ? { ok: true, answer } : { ok: false, faults };
}

/** Reads back what was stored by `decideAnswer`; what an older version did not know gets its default. */
export function readAnswer(stored: unknown): InboxAnswer {
  return { ...defaultAnswer, ...(stored as Partial<InboxAnswer>) };
}
