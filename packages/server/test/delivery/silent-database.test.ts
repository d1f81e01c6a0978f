import { startReceiver, waitFor } from '@fanfare/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/storage/index.ts';
import { DeliveryHarness } from './harness.ts';

type Statement = { readonly name?: string };

describe('a database that does not answer', () => {
  let harness: DeliveryHarness;
  beforeEach(async () => {
    harness = await DeliveryHarness.open();
  });
  afterEach(() => harness.close());

  /** The database, with what it is asked on the hot path passed through these hands. */
  function answering(
    answer: (statement: Statement, ask: () => Promise<unknown>) => Promise<unknown>,
  ): Database {
    const { database } = harness;
    const query = (statement: Statement, ...more: unknown[]) =>
      answer(statement, () => Reflect.apply(database.hotPool.query, database.hotPool, [statement, ...more]));
    return { ...database, hotPool: { query } as unknown as Database['hotPool'] };
  }

  it('is waited for once: who came behind is refused with the first, and does not wait as long again', async () => {
    const asked: ((error: Error) => void)[] = [];
    const database = answering(() => new Promise((_resolve, reject) => asked.push(reject)));
    const delivery = await harness.start({ database, dispatch: false });
    const submissions = Array.from({ length: 5 }, () =>
      delivery.accept({
        organizationId: harness.organizationId,
        // As many as a statement takes, so that each is a batch of its own.
        events: Array.from({ length: 250 }, () => harness.event()),
        idempotency: null,
      }),
    );
    const outcomes = Promise.allSettled(submissions);
    await waitFor(() => asked.length === 1, { what: 'the first statement' });
    asked[0]?.(new Error('Query read timeout'));
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'unavailable', retryAfterSeconds: 2 },
      });
    }
    expect(asked).toHaveLength(1);

    // Nothing is left over from it.
    const later = delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(() => asked.length === 2, { what: 'the next statement' });
    asked[1]?.(new Error('read ECONNRESET'));
    await expect(later).rejects.toThrow('read ECONNRESET');
  });

  it('does not keep a node from stopping that has outcomes to write', async () => {
    const receiver = await startReceiver();
    let silenced = false;
    const database = answering(({ name }, ask) => {
      if (name !== 'settle') return ask();
      silenced = true;
      return new Promise<never>(() => {});
    });
    await harness.webhook(receiver.url);
    const delivery = await harness.start({ database });
    await delivery.accept({
      organizationId: harness.organizationId,
      events: [harness.event()],
      idempotency: null,
    });
    await waitFor(() => silenced, { what: 'the outcome to be on its way' });
    await delivery.stop(100);
    expect(await harness.openRows()).toHaveLength(1);
    await receiver.close();
  });
});
