import { type DeliveryId, type OrganizationId, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import type { ParkedStore } from '../storage/index.ts';
import type { Webhooks } from './webhooks.ts';

/** What people decide about deliveries that are sent in order and do not get through. */
export interface ParkedDeliveries {
  /** The attempts of all that are parked begin anew, at once. Returns how many. */
  retry(organization: OrganizationId, webhookId: string): Promise<number>;
  /** All that are parked are given up. Returns how many. */
  skip(organization: OrganizationId, webhookId: string): Promise<number>;
  /** Gives one up, parked or not, that stands in a line. Throws `Problem('conflict')` with the reason. */
  skipOne(organization: OrganizationId, id: DeliveryId): Promise<void>;
}

const batchSize = 1_000;

export function createParkedDeliveries(parts: {
  readonly store: ParkedStore;
  readonly webhooks: Pick<Webhooks, 'get'>;
}): ParkedDeliveries {
  const { store, webhooks } = parts;

  async function all(
    organization: OrganizationId,
    webhookId: string,
    decide: (uid: string, limit: number) => Promise<number>,
  ): Promise<number> {
    const { uid } = await webhooks.get(organization, webhookId);
    let decided = 0;
    for (;;) {
      const batch = await decide(uuidOf(uid), batchSize);
      decided += batch;
      if (batch < batchSize) return decided;
    }
  }

  return {
    retry: (organization, webhookId) => all(organization, webhookId, store.retry),
    skip: (organization, webhookId) => all(organization, webhookId, store.skip),
    async skipOne(organization, id) {
      switch (await store.skipOne(uuidOf(organization), uuidOf(id))) {
        case 'skipped':
          return;
        case 'not_found':
          throw notFound();
        case 'under_way':
          throw new Problem('conflict', 'An attempt of this delivery is under way. Wait for its end.');
        case 'not_in_line':
          throw new Problem(
            'conflict',
            'Nothing waits for this delivery: it has ended, or its webhook does not ask for order.',
          );
      }
    },
  };
}
