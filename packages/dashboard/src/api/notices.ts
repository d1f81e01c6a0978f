import { notifications } from '@mantine/notifications';
import { explain } from './explain.ts';

export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', withBorder: true });
}

/** Stays until it is closed: it says what to do. */
export function notifyProblem(error: unknown): void {
  const { title, detail } = explain(error);
  notifications.show({ title, message: detail, color: 'red', autoClose: false, withBorder: true });
}
