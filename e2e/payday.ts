import { waitFor } from '@fanfare/testkit';
import { expect } from 'vitest';
import type { PayingSystem } from './paying-system.ts';

/** Where Fanfare answers now, which changes when it is started again. */
export interface Address {
  readonly origin: string;
  readonly token: string;
}

/** The shortest there is; a lease lasts it and 30 s. */
const timeoutMs = 1_000;
/** Odd to the last of the 18 places. */
const amounts = ['0.100000000000000001', '1234567.000000000000000009'];
const people = Array.from({ length: 30 }, (_, n) => `person-${n}`);

interface Payout {
  readonly id: string;
  readonly state: string;
  readonly amount: string;
  readonly attempt: number;
  readonly earning_ids: readonly string[];
  readonly attempts: readonly { outcome: string | null; reason: string | null }[];
}

/** A campaign in which people earn tokens and claim them, over the API, while Fanfare comes and goes. */
export class Payday {
  readonly #campaign: string;
  readonly #tasks: readonly string[];
  readonly #paying: PayingSystem;
  /** What completions were answered for, in the last of 18 places. */
  #earned = 0n;
  #completions = 0;

  private constructor(paying: PayingSystem, campaign: string, tasks: readonly string[]) {
    this.#paying = paying;
    this.#campaign = campaign;
    this.#tasks = tasks;
  }

  static async open(at: Address, paying: PayingSystem): Promise<Payday> {
    const made = async (path: string, body: object) =>
      (await call<{ id: string }>(at, 'POST', path, body)).body.id;
    const campaign = await made('/v1/campaigns', { name: 'Payday' });
    const inCampaign = `/v1/campaigns/${campaign}`;
    const group = await made(`${inCampaign}/groups`, { name: 'Work' });
    const quest = await made(`${inCampaign}/quests`, { name: 'Work', group_id: group });
    const webhook = await made('/v1/webhooks', {
      name: 'Treasury',
      url: paying.url,
      format: 'chainvine',
      timeout_ms: timeoutMs,
      campaigns: [campaign],
    });
    const tasks: string[] = [];
    for (const [n, amount] of amounts.entries()) {
      const reward = await made(`${inCampaign}/rewards`, {
        name: `Coin ${n}`,
        kind: 'token',
        unit: 'COIN',
        payout: { mode: 'webhook', webhook_id: webhook },
      });
      tasks.push(
        await made(`${inCampaign}/tasks`, {
          name: `Job ${n}`,
          type: 'job',
          points: 1,
          quest_id: quest,
          recurrence: 'unlimited',
          reward: { id: reward, amount },
        }),
      );
    }
    return new Payday(paying, campaign, tasks);
  }

  /** Everybody earns of every reward. */
  async work(at: Address): Promise<void> {
    for (const [n, task] of this.#tasks.entries()) {
      await Promise.all(
        people.map(async (name) => {
          const path = `/v1/campaigns/${this.#campaign}/tasks/${task}/completions`;
          const { status } = await call(at, 'POST', path, { participant: { external_id: name } });
          expect(status).toBe(200);
          this.#earned += places(amounts[n] ?? '0');
          this.#completions += 1;
        }),
      );
    }
  }

  /** Everybody claims; of those who do when Fanfare is killed some are never answered. */
  async claim(at: Address): Promise<void> {
    await Promise.all(
      people.map(async (name) => {
        const path = `/v1/campaigns/${this.#campaign}/claims`;
        const asked = call(at, 'POST', path, { participant: { external_id: name } });
        const answered = await asked.catch(() => null);
        // 409: nothing to claim. 503: the database is away.
        if (answered !== null) expect([200, 409, 503]).toContain(answered.status);
      }),
    );
  }

  /** Nothing is on its way; `withinMs` covers a lease where its holder may be dead. */
  async settled(at: Address, withinMs: number): Promise<void> {
    await waitFor(
      async () => {
        for (const state of ['requested', 'sending']) {
          const { status, body } = await call<{ data: unknown[] }>(
            at,
            'GET',
            `/v1/payouts?state=${state}&limit=1`,
          );
          if (status !== 200 || body.data.length > 0) return false;
        }
        return true;
      },
      { what: 'every attempt to be settled', timeoutMs: withinMs },
    );
  }

  /** Claims, and asks again as an operator, until everything is paid. */
  async finish(at: Address): Promise<void> {
    this.#paying.recover();
    await waitFor(
      async () => {
        const failed = await this.#list<Payout>(at, `/v1/payouts?state=failed`);
        await Promise.all(
          failed.map(({ id }, n) => (n % 2 === 0 ? call(at, 'POST', `/v1/payouts/${id}/retry`) : null)),
        );
        await this.claim(at);
        await this.settled(at, 10_000);
        const earnings = await this.#list<{ state: string }>(at, `/v1/campaigns/${this.#campaign}/earnings`);
        return earnings.every(({ state }) => state === 'paid');
      },
      { what: 'everything to be paid', timeoutMs: 20_000 },
    );
  }

  /** Everything was paid exactly once, to the last decimal. Returns how many attempts were taken for unanswered. */
  async verify(at: Address): Promise<number> {
    const paying = this.#paying;
    expect(paying.overlaps).toEqual([]);
    expect(paying.repeated).toEqual([]);
    expect(paying.changed).toEqual([]);
    const payouts = await this.#list<Payout>(at, '/v1/payouts');
    const earnings = await this.#list<{ id: string; state: string; amount: string; payout_id: string }>(
      at,
      `/v1/campaigns/${this.#campaign}/earnings`,
    );
    expect(earnings).toHaveLength(this.#completions);
    expect(payouts.map(({ id, amount }) => `${id} ${amount}`).sort()).toEqual(
      [...paying.paid].map(([id, amount]) => `${id} ${amount}`).sort(),
    );
    const sum = (list: readonly { amount: string }[]) =>
      list.reduce((total, { amount }) => total + places(amount), 0n);
    expect(sum(earnings)).toBe(this.#earned);
    expect(sum(payouts)).toBe(this.#earned);

    let unanswered = 0;
    for (const { id } of payouts) {
      const { body: payout } = await call<Payout>(at, 'GET', `/v1/payouts/${id}`);
      expect(payout.state).toBe('paid');
      expect(payout.attempts).toHaveLength(payout.attempt);
      const outcomes = payout.attempts.map(({ outcome }) => outcome);
      expect(outcomes).toEqual([...Array(payout.attempt - 1).fill('failed'), 'paid']);
      unanswered += payout.attempts.filter(({ reason }) => reason?.includes('unknown')).length;
      const own = earnings.filter(({ payout_id }) => payout_id === id);
      expect(own.map((one) => one.id).sort()).toEqual(payout.earning_ids.toSorted());
      expect(sum(own)).toBe(places(payout.amount));
    }
    return unanswered;
  }

  async #list<T>(at: Address, path: string): Promise<readonly T[]> {
    const rows: T[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ limit: '200', ...(cursor !== null && { cursor }) });
      const listed: { status: number; body: { data: T[]; next_cursor: string | null } } = await call(
        at,
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}${query}`,
      );
      expect(listed.status, path).toBe(200);
      rows.push(...listed.body.data);
      cursor = listed.body.next_cursor;
    } while (cursor !== null);
    return rows;
  }
}

/** An amount as a whole number of its last place. */
function places(amount: string): bigint {
  return BigInt(amount.replace('.', ''));
}

async function call<T>(
  { origin, token }: Address,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}
