import type { PaymentDesk } from '../delivery/index.ts';
import {
  type CampaignId,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  type PayoutId,
  type RewardId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import {
  beginSending,
  cancelUnheld,
  createPayoutsStore,
  type Database,
  type EarningListRow,
  type PayoutAttemptRow,
  type PayoutListRow,
  type PayoutOwner,
  type StuckPayout,
  type TotalRow,
} from '../storage/index.ts';
import type { ActionReceipt, Actions } from './actions/index.ts';
import { type Action, longestAutomaticPauseMs, type PayoutState } from './rules/index.ts';

export interface PayoutDetail {
  readonly payout: PayoutListRow;
  readonly attempts: readonly PayoutAttemptRow[];
}

/** Payouts and what they pay, for those who keep a campaign. Unknown things throw `not_found`. */
export interface Payouts {
  /** Newest first. */
  list(
    organization: OrganizationId,
    filter: {
      readonly campaign: CampaignId | undefined;
      readonly participant: ParticipantId | undefined;
      readonly reward: RewardId | undefined;
      readonly state: PayoutState | undefined;
    },
    before: Uuid | null,
    limit: number,
  ): Promise<readonly PayoutListRow[]>;
  get(organization: OrganizationId, id: PayoutId): Promise<PayoutDetail>;
  /** Newest first. */
  earnings(
    organization: OrganizationId,
    campaign: CampaignId,
    filter: {
      readonly participant: ParticipantId | undefined;
      readonly reward: RewardId | undefined;
      readonly state: EarningListRow['state'] | undefined;
    },
    before: Uuid | null,
    limit: number,
  ): Promise<readonly EarningListRow[]>;
  /** Of live participants, by reward and state, in exact amounts. */
  totals(organization: OrganizationId, campaign: CampaignId): Promise<readonly TotalRow[]>;
  /** Asks again for a payout that failed. Throws `payout_state`, `payout_unavailable`. */
  retry(organization: OrganizationId, id: PayoutId): Promise<ActionReceipt>;
  /**
   * Says what came of a payout that is processing, or settles one by hand that failed. Throws `payout_state`, and
   * `invalid_request` when a settlement by hand gives no reason.
   */
  settle(
    organization: OrganizationId,
    id: PayoutId,
    how: {
      readonly outcome: 'paid' | 'failed';
      readonly reference: string | null;
      readonly reason: string | null;
    },
  ): Promise<ActionReceipt>;
  /**
   * Asks again for automatic payouts whose time has come, and fails those that nobody will send, because their webhook
   * was deleted or turned off meanwhile. Returns how many of each. May run on several nodes at once.
   */
  tend(): Promise<{ readonly asked: number; readonly failed: number }>;
  readonly desk: PaymentDesk;
}

/** Payouts looked after in one go; what is left waits for the next. */
const largestRound = 500;

export function createPayouts(parts: {
  readonly database: Database;
  readonly actions: Actions;
  readonly clock: { now(): number };
}): Payouts {
  const { actions, clock, database } = parts;
  const store = createPayoutsStore(database);

  function act(owner: PayoutOwner, action: Action, beside?: Parameters<Actions['act']>[1]) {
    const intent = {
      action,
      campaignId: idFromUuid('cmp', owner.campaign_id),
      participantId: idFromUuid('usr', owner.participant_id),
      trust: 'server' as const,
      occurredAt: new Date(clock.now()),
    };
    return actions.act(intent, beside);
  }

  async function own(organization: OrganizationId, id: PayoutId): Promise<PayoutListRow> {
    const payout = await store.find(uuidOf(organization), uuidOf(id));
    if (payout === null) throw notFound();
    return payout;
  }

  /** Ends what nobody will send. The delivery first: once it is gone, nobody can begin to send it. */
  async function fail(stuck: StuckPayout): Promise<boolean> {
    if (!(await cancelUnheld(database.hotPool, stuck.event_id, stuck.webhook_uid))) return false;
    const settlement = {
      by: 'webhook',
      attempt: stuck.attempt,
      outcome: 'failed',
      status: null,
      reason: whyStuck(stuck),
    } as const;
    const receipt = await act(stuck, {
      kind: 'settle_payout',
      payout: idFromUuid('pay', stuck.id),
      settlement,
    });
    return !receipt.repeated;
  }

  return {
    list: (organization, { campaign, participant, reward, state }, before, limit) =>
      store.list(
        uuidOf(organization),
        {
          campaignId: campaign && uuidOf(campaign),
          participantId: participant && uuidOf(participant),
          rewardId: reward && uuidOf(reward),
          state,
        },
        before,
        limit,
      ),

    async get(organization, id) {
      const payout = await own(organization, id);
      return { payout, attempts: await store.attempts(payout.id) };
    },

    async earnings(organization, campaign, { participant, reward, state }, before, limit) {
      const rows = await store.earnings(
        uuidOf(organization),
        uuidOf(campaign),
        { participantId: participant && uuidOf(participant), rewardId: reward && uuidOf(reward), state },
        before,
        limit,
      );
      if (rows === null) throw notFound();
      return rows;
    },

    async totals(organization, campaign) {
      const rows = await store.totals(uuidOf(organization), uuidOf(campaign));
      if (rows === null) throw notFound();
      return rows;
    },

    async retry(organization, id) {
      return act(await own(organization, id), { kind: 'request_payout', payout: id, by: 'operator' });
    },

    async settle(organization, id, how) {
      const payout = await own(organization, id);
      if (payout.state === 'failed' && how.outcome === 'paid' && how.reason === null) {
        const detail =
          'This payout failed, so settling it as paid is done by hand: expected a reason, such as how it was paid instead.';
        throw new Problem('invalid_request', detail, { faults: [{ pointer: '/reason', detail }] });
      }
      return act(payout, { kind: 'settle_payout', payout: id, settlement: { by: 'caller', ...how } });
    },

    async tend() {
      const [due, stuck] = await Promise.all([
        store.due(new Date(clock.now()), new Date(clock.now() + longestAutomaticPauseMs), largestRound),
        store.stuck(largestRound),
      ]);
      const asked = await Promise.allSettled(
        due.map((owner) =>
          act(owner, { kind: 'request_payout', payout: idFromUuid('pay', owner.id), by: 'auto' }),
        ),
      );
      const failed = await Promise.allSettled(stuck.map(fail));
      // One that cannot be helped must not keep the others waiting; it is told of when they are done.
      return {
        asked: valuesOf(asked).filter(
          ({ repeated, result }) => !repeated && result.payout?.state === 'requested',
        ).length,
        failed: valuesOf(failed).filter(Boolean).length,
      };
    },

    desk: {
      async begin({ payout, event, delivery, lease }) {
        const before = await beginSending(database.hotPool, {
          payoutId: uuidOf(payout),
          eventId: event,
          deliveryId: delivery,
          lease,
        });
        if (before === 'requested') return 'begun';
        return before === 'sending' ? 'interrupted' : 'over';
      },

      async settle({ payout, ...settlement }, beside) {
        // Asked for each time: merging participants may have moved it.
        const owner = await store.owner(uuidOf(payout));
        if (owner === null) throw new Error(`The payout ${payout} does not exist`);
        await act(
          owner,
          { kind: 'settle_payout', payout, settlement: { by: 'webhook', ...settlement } },
          beside,
        );
      },
    },
  };
}

/** Throws the first reason there is. */
function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): readonly T[] {
  return results.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

function whyStuck(stuck: StuckPayout): string {
  const unknown =
    stuck.state === 'sending'
      ? ' Its answer is unknown: the request may have left before.'
      : ' Nothing was sent.';
  const name = `The webhook "${stuck.webhook_name}", which was to pay,`;
  if (stuck.webhook_deleted) return `${name} was deleted.${unknown}`;
  if (stuck.webhook_status !== 'active') return `${name} is ${stuck.webhook_status}.${unknown}`;
  return `Its request was cancelled.${unknown}`;
}
