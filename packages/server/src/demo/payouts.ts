import { setTimeout as pause } from 'node:timers/promises';
import type { Payout } from '@fanfare/client';
import type { DemoApi } from './api.ts';
import type { Stage } from './stage.ts';

export function payoutsOf(api: DemoApi, campaignId: string): AsyncGenerator<Payout, void> {
  return api.items('/v1/payouts', { query: { campaign_id: campaignId } });
}

const settledWithinMs = 60_000;
const askEveryMs = 200;
/** Nobody is asked to pay more often than this by the season's operator. */
const mostRounds = 5;

/**
 * What an operator does when a season is over and whoever pays works again: waits for the payments under way, and asks
 * again for those that failed. Gives how many were asked for again.
 */
export async function payWhatFailed(parts: {
  readonly api: DemoApi;
  readonly stage: Stage;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { api, stage } = parts;
  if (!stage.webhooks.some(({ pays }) => pays)) return 0;
  let retried = 0;
  for (const { id } of stage.campaigns) {
    for (let round = 0; round < mostRounds; round++) {
      await untilSettled(parts, id);
      const failed: Payout[] = [];
      for await (const payout of payoutsOf(api, id)) if (payout.state === 'failed') failed.push(payout);
      if (failed.length === 0) break;
      for (const payout of failed) await api.post('/v1/payouts/{id}/retry', { path: { id: payout.id } });
      retried += failed.length;
    }
  }
  return retried;
}

async function untilSettled(
  { api, signal }: { readonly api: DemoApi; readonly signal: AbortSignal },
  campaignId: string,
): Promise<void> {
  const deadline = performance.now() + settledWithinMs;
  for (const state of ['requested', 'sending'] as const) {
    for (;;) {
      const { data } = await api.get('/v1/payouts', { query: { campaign_id: campaignId, state, limit: 1 } });
      if (data.length === 0 || performance.now() > deadline) break;
      await pause(askEveryMs, undefined, { signal });
    }
  }
}
