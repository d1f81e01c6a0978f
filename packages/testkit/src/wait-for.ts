import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 5;

type Truthy<T> = Exclude<T, false | 0 | '' | null | undefined>;

/**
 * Waits until the condition gives something truthy, and gives that. The last error a failing condition
 * threw, and what was waited for, stand in the error after `timeoutMs`.
 *
 * @example await waitFor(() => receiver.requests.length === 3, { what: 'three requests' })
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 5_000, what }: { timeoutMs?: number; what: string },
): Promise<Truthy<T>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    let cause: unknown;
    let last: unknown;
    try {
      const value = await condition();
      if (value) return value as Truthy<T>;
      last = value;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= giveUpAt) {
      const seen = cause === undefined ? `last seen: ${String(last)}` : `last error: ${String(cause)}`;
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what} (${seen}).`, { cause });
    }
    await pause(pollMs);
  }
}
