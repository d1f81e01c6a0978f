import type { Task } from './task.ts';

const everyMs = 15_000;

export function alertsTask(tend: () => Promise<{ readonly sent: number; readonly failed: number }>): Task {
  return {
    name: 'alerts',
    everyMs,
    async run() {
      const { sent, failed } = await tend();
      if (sent + failed === 0) return null;
      return `Sent ${sent} e-mails about webhooks; the mail server did not take ${failed}`;
    },
  };
}
