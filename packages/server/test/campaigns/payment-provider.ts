import { answer, type ReceivedRequest, type Step } from '@fanfare/testkit';

/** What somebody who is asked to pay may do. `take` answers 202; `hang` says nothing until Fanfare gives up. */
export const behaviours = ['pay', 'take', 'refuse', 'fail', 'close', 'hang'] as const;
export type Behaviour = (typeof behaviours)[number];

export interface PaymentAsked {
  readonly request: ReceivedRequest;
  readonly behaviour: Behaviour;
}

const statuses = { pay: 200, take: 202, refuse: 422, fail: 500 } as const;
/** Long enough that a second request would meet the first one. */
const answerAfterMs = 5;

/** Those who pay, for several campaigns at once: the first part of the path tells which. */
export class PaymentProvider {
  /** Payments of which two requests were open at once. */
  readonly overlaps: string[] = [];
  readonly #asked: PaymentAsked[] = [];
  readonly #open = new Map<string, number>();
  readonly #plans = new Map<string, Behaviour[]>();

  /** What is done with the next requests of this campaign; then they are paid. */
  plan(campaign: string, next: readonly Behaviour[]): void {
    this.#plans.set(campaign, [...next]);
  }

  /** Requests of this campaign, in order of arrival. */
  asked(campaign: string): readonly PaymentAsked[] {
    return this.#asked.filter(({ request }) => campaignOf(request) === campaign);
  }

  /** How often it did what, in all campaigns. */
  count(behaviour: Behaviour): number {
    return this.#asked.filter((one) => one.behaviour === behaviour).length;
  }

  /** What to do with this request; null when it asks for no payment. */
  step(request: ReceivedRequest): Step | null {
    const payment = request.headers['idempotency-key'];
    if (payment === undefined) return null;
    const behaviour = this.#plans.get(campaignOf(request))?.shift() ?? 'pay';
    this.#asked.push({ request, behaviour });
    const open = (this.#open.get(payment) ?? 0) + 1;
    this.#open.set(payment, open);
    if (open > 1) this.overlaps.push(payment);
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      this.#open.set(payment, (this.#open.get(payment) ?? 1) - 1);
    };
    return async (conversation) => {
      conversation.socket.once('close', end);
      if (behaviour === 'hang') return;
      await new Promise((resolve) => setTimeout(resolve, answerAfterMs));
      end();
      if (behaviour === 'close') conversation.reset();
      else await answer(statuses[behaviour])(conversation);
    };
  }
}

function campaignOf({ path }: ReceivedRequest): string {
  return path.split('/')[1] ?? '';
}
