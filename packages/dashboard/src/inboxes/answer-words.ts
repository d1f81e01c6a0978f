import type { Inbox, InboxRequest } from '@fanfare/client';
import { inboxes } from '#strings/inboxes.ts';
import { duration } from '../elements/index.ts';

/** What an inbox answers, in a few words: "503 after 2 s". */
export function answerWords({ status, delay_ms, reset }: Inbox['answer']): string {
  return after(reset ? inboxes.answer.reset : inboxes.answer.status(status), delay_ms);
}

/** What it answered to one request. */
export function answerOf({ status, delay_ms }: InboxRequest['answered']): string {
  return after(status === null ? inboxes.requests.cut : inboxes.answer.status(status), delay_ms);
}

function after(what: string, delayMs: number): string {
  return delayMs === 0 ? what : inboxes.answer.after(what, duration(delayMs));
}

/** Where to send to, from anywhere this page can be opened. */
export function inboxUrl({ path }: Pick<Inbox, 'path'>): string {
  return `${location.origin}${path}`;
}
