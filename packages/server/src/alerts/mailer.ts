import { createTransport } from 'nodemailer';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same for every try, so that a mail server can tell a repetition. */
  readonly messageId: string;
}

/** Hands mail to the operator's mail server. Throws when it does not take it. */
export interface Mailer {
  send(mail: Mail): Promise<void>;
  close(): void;
}

const connectTimeoutMs = 10_000;
const answerTimeoutMs = 20_000;

/** `url`: `smtp://user:password@host:port`, or `smtps://` for TLS from the start; STARTTLS is used where it is offered. */
export function createMailer({ url, from }: { readonly url: string; readonly from: string }): Mailer {
  const transport = createTransport(url, { from });
  const options = {
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: answerTimeoutMs,
  };
  Object.assign(transport.options, options);
  return {
    async send({ to, subject, text, messageId }) {
      // One envelope for each, so that nobody learns who else is told.
      for (const address of to) {
        await transport.sendMail({
          to: address,
          subject,
          text,
          messageId,
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      }
    },
    close: () => transport.close(),
  };
}
