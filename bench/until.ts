import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until it is so. What it throws is forgiven for two minutes. */
export async function until(condition: () => Promise<boolean>, everyMs = 50): Promise<void> {
  const giveUpAt = performance.now() + 120_000;
  for (;;) {
    try {
      if (await condition()) return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
    if (performance.now() > giveUpAt) throw new Error('waited two minutes in vain');
    await sleep(everyMs);
  }
}
