import { randomUUID } from 'node:crypto';
import type { SessionsParts } from './sessions.ts';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

/** Hands a mail to the mail server. Throws when it does not take it. */
export type SendMail = (mail: Mail) => Promise<void>;

/** What somebody gets who asked for a new password. */
export function resetMail({ email, link }: Parameters<SessionsParts['onReset']>[0], origin: string): Mail {
  return mail(email, origin, 'A new password for Fanfare', [
    `Somebody, most likely you, asked for a new password at ${origin}.`,
    '',
    'This link sets it, once, within an hour:',
    link,
    '',
    'If it was not you, there is nothing to do: the password stays as it is.',
  ]);
}

/** To an address that somebody wants to sign in with. */
export function newAddressMail(change: {
  readonly to: string;
  readonly link: string;
  readonly origin: string;
}): Mail {
  return mail(change.to, change.origin, 'Your new address for Fanfare', [
    `Somebody, most likely you, wants to sign in at ${change.origin} with this address.`,
    '',
    'This link confirms it, once, within an hour, in a browser where you are signed in:',
    change.link,
    '',
    'If it was not you, there is nothing to do: nobody else can use the link.',
  ]);
}

/** To the address that somebody signed in with before. */
export function addressChangedMail(change: {
  readonly to: string;
  readonly next: string;
  readonly origin: string;
}): Mail {
  return mail(change.to, change.origin, 'Your address for Fanfare was changed', [
    `From now on you sign in at ${change.origin} with ${change.next}.`,
    '',
    'If it was not you, tell an owner of your organization, or whoever operates this Fanfare, at once.',
  ]);
}

function mail(to: string, origin: string, subject: string, lines: readonly string[]): Mail {
  return {
    to: [to],
    subject,
    text: lines.join('\n'),
    messageId: `<${randomUUID()}@${new URL(origin).host}>`,
  };
}
