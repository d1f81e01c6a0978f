import type { Inbox } from '@fanfare/client';
import { inboxes } from '#strings/inboxes.ts';
import { duration } from '../elements/index.ts';

/** What an inbox answers, in a few words: "503 after 2 s". */
export function answerWords({ status, delay_ms, reset }: Inbox['answer']): string {
  const what = reset ? inboxes.answer.reset : inboxes.answer.status(status);
  return delay_ms === 0 ? what : inboxes.answer.after(what, duration(delay_ms));
}

/** Where to send to, from anywhere this page can be opened. */
export function inboxUrl({ path }: Pick<Inbox, 'path'>): string {
  return `${location.origin}${path}`;
}
