import {
  answer,
  compressionBomb,
  dripBody,
  endlessBody,
  hang,
  informational,
  type ReceiverOptions,
  redirect,
  reset,
  startReceiver,
  waitFor,
} from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { DeliveryHarness } from './harness.ts';

const events = 200;

describe('a receiver', () => {
  let harness: DeliveryHarness;
  beforeEach(async () => {
    harness = await DeliveryHarness.open();
  });
  afterEach(() => harness.close());

  it.each<[string, ReceiverOptions]>([
    ['hangs', { otherwise: hang() }],
    ['takes connections and says nothing', { connections: Array.from({ length: 1_000 }, () => 'hang') }],
    ['drips', { otherwise: dripBody(10) }],
    ['resets', { otherwise: reset('request') }],
    ['fails', { otherwise: answer(500) }],
    ['never ends', { otherwise: endlessBody() }],
    ['sends bombs', { otherwise: compressionBomb(50_000_000) }],
    ['floods with 1xx', { otherwise: informational(100_000, null) }],
    ['redirects to itself', { handler: () => redirect('/again') }],
  ])('that %s keeps nothing from its neighbour', async (_, options) => {
    const bad = await startReceiver(options);
    const good = await startReceiver();
    onTestFinished(async () => {
      await bad.close();
      await good.close();
    });
    // Longer than the test waits: the neighbour has everything while the first ones still hang.
    await harness.webhook(bad.url, { timeoutMs: 30_000 });
    await harness.webhook(good.url);
    const delivery = await harness.start({ laneConcurrency: 8, globalConcurrency: 32 });
    for (let n = 0; n < events; n += 100) {
      await delivery.accept({
        organizationId: harness.organizationId,
        events: Array.from({ length: 100 }, () => harness.event()),
        idempotency: null,
      });
    }
    await good.received(events, 20_000);
    await waitFor(() => bad.connections.accepted > 0, { what: 'the other to have been asked' });
    expect(bad.connections.open).toBeLessThanOrEqual(8);
  });
});
