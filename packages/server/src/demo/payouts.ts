import { setTimeout as pause } from 'node:timers/promises';
import { type DemoApi, everyItem } from './api.ts';
import type { Stage } from './stage.ts';

export interface Payout {
  readonly id: string;
  readonly state: string;
  readonly reward_id: string;
  readonly amount: string;
  readonly earning_ids: readonly string[];
  readonly attempt: number;
}

export function payoutsOf(api: DemoApi, campaignId: string): AsyncGenerator<Payout, void> {
  return everyItem<Payout>(api, `/v1/payouts?campaign_id=${campaignId}`);
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
      for (const payout of failed) await api.post(`/v1/payouts/${payout.id}/retry`, undefined);
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
  for (const state of ['requested', 'sending']) {
    for (;;) {
      const path = `/v1/payouts?campaign_id=${campaignId}&state=${state}&limit=1`;
      const { data } = await api.get<{ data: readonly Payout[] }>(path);
      if (data.length === 0 || performance.now() > deadline) break;
      await pause(askEveryMs, undefined, { signal });
    }
  }
}
