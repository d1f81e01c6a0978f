import { randomUUID } from 'node:crypto';
import type { SessionsParts } from './sessions.ts';

/** What somebody gets who asked for a new password. */
export function resetMail({ email, link }: Parameters<SessionsParts['onReset']>[0], origin: string) {
  return {
    to: [email],
    subject: 'A new password for Fanfare',
    text: [
      `Somebody, most likely you, asked for a new password at ${origin}.`,
      '',
      'This link sets it, once, within an hour:',
      link,
      '',
      'If it was not you, there is nothing to do: the password stays as it is.',
    ].join('\n'),
    messageId: `<${randomUUID()}@${new URL(origin).host}>`,
  };
}
