import { idFromUuid, type OrganizationId, uuidOf } from '../ids.ts';
import { type AlertRow, createAlertsStore, type Database } from '../storage/index.ts';
import type { Mailer } from './mailer.ts';

/** Tells people by e-mail that a webhook is failing, is about to be disabled, was disabled, or is back. */
export interface Alerts {
  emails(organization: OrganizationId): Promise<readonly string[]>;
  /** Who is told from now on. */
  putEmails(organization: OrganizationId, emails: readonly string[]): Promise<void>;
  /** Sends what is due; returns how many mails went out, and how many the mail server did not take. */
  tend(): Promise<{ readonly sent: number; readonly failed: number }>;
}

const largestRound = 50;
/** After each failure; then a mail that nobody wants is given up: the events and the API tell the same. */
const pausesMs = [60_000, 300_000, 1_800_000, 7_200_000, 28_800_000];

export function createAlerts(parts: {
  readonly database: Database;
  /** Null: no mail server was configured, so what is due is forgotten. */
  readonly mailer: Mailer | null;
  /** Where people reach this Fanfare. */
  readonly origin: string;
  readonly now: () => Date;
  readonly onTrouble: (error: unknown) => void;
}): Alerts {
  const store = createAlertsStore(parts.database);
  const { host } = new URL(parts.origin);

  async function tell(row: AlertRow): Promise<boolean | null> {
    if (parts.mailer === null || row.emails.length === 0) {
      await store.noteMailed(row.id, null);
      return null;
    }
    try {
      await parts.mailer.send({
        to: row.emails,
        subject: subjectOf(row),
        text: textOf(row, parts.origin),
        messageId: `<${idFromUuid('we', row.id)}@${host}>`,
      });
      await store.noteMailed(row.id, null);
      return true;
    } catch (error) {
      parts.onTrouble(error);
      const pauseMs = pausesMs[row.mail_tries];
      await store.noteMailed(
        row.id,
        pauseMs === undefined ? null : new Date(parts.now().getTime() + pauseMs),
      );
      return false;
    }
  }

  return {
    emails: (organization) => store.emails(uuidOf(organization)),
    putEmails: (organization, emails) => store.putEmails(uuidOf(organization), emails),
    async tend() {
      let sent = 0;
      let failed = 0;
      for (const row of await store.due(parts.now(), largestRound)) {
        const told = await tell(row);
        if (told === true) sent += row.emails.length;
        if (told === false) failed += 1;
      }
      return { sent, failed };
    },
  };
}

const subjects = {
  failing: 'is failing',
  warned: 'is still failing and will be disabled in a day',
  disabled: 'was disabled',
  recovered: 'is back',
  parked: 'has a delivery that waits for you',
} as const;

function subjectOf({ state, webhook_name, organization_name }: AlertRow): string {
  return oneLine(`${organization_name}: webhook "${webhook_name}" ${subjects[state]}`);
}

function textOf(row: AlertRow, origin: string): string {
  const lines = [
    `The webhook "${oneLine(row.webhook_name)}" (${row.webhook_id}) of ${oneLine(row.organization_name)} ${subjects[row.state]}.`,
    '',
    ...(row.reason === null ? [] : [row.reason, '']),
    ...(row.failures === null ? [] : [`Attempts that failed in a row: ${row.failures}`, '']),
    `${remedies[row.state]}`,
    '',
    `At ${row.changed_at.toISOString()}. Its health: GET ${origin}/v1/webhooks/${row.webhook_id}/health`,
  ];
  return lines.join('\n');
}

const remedies = {
  failing:
    'What waits for it keeps its attempts: one request at a time finds out whether the receiver is back, and everything else follows then. Changing the settings of the webhook tries at once.',
  warned: 'Mend the receiver, or the settings of the webhook, before that.',
  disabled:
    'Nothing more is sent to it. Set its status to active once its receiver works; what it missed can be replayed.',
  recovered: 'What waited for it is on its way.',
  parked:
    'Its deliveries are sent in order, and the attempts of one are used up: those behind it wait, all others go on. Resend it once the receiver is mended, or give it up.',
} as const;

/** Names are the owner's: none may begin a header of its own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300);
}
