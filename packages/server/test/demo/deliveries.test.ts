import { bodylessContent, verify } from '@fanfare/signature/node';
import { waitFor } from '@fanfare/testkit';
import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrozenEvent } from '../../src/catalog/index.ts';
import { loadDemo, readCast } from '../../src/demo/index.ts';
import { type FormatName, formatNames, formatOf } from '../../src/formats/index.ts';
import { type DeliveryId, parseId, uuidOf } from '../../src/ids.ts';
import { createEventsStore } from '../../src/storage/index.ts';
import type { Webhook } from '../../src/webhooks/index.ts';
import { ApiHarness } from '../http/harness.ts';

interface InboxRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly body_encoding: string;
  readonly answered: { readonly status: number | null };
  readonly verification: { readonly verified: boolean; readonly by: { readonly webhook_id: string } | null };
}

interface ShownDelivery {
  readonly id: DeliveryId;
  readonly state: string;
  readonly webhook: { readonly id: string; readonly name: string };
  readonly event: { readonly id: string };
  readonly format: FormatName;
  readonly format_version: number;
  readonly scope: string | null;
  readonly created_at: string;
  readonly attempts: number;
}

/** One request as an inbox got it, with what Fanfare says of it. */
interface Received {
  readonly request: InboxRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly delivery: ShownDelivery;
  readonly event: FrozenEvent;
  readonly webhook: Webhook;
}

let api: ApiHarness;
let received: Received[];
let deliveries: Map<string, ShownDelivery>;

/** Every item of a list, oldest first. */
async function all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, text, body } = await api.call('GET', `${path}?limit=250${after}`);
    expect(status, text).toBe(200);
    const page = body as { data: T[]; next_cursor: string | null };
    items.push(...page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items.reverse();
}

async function storedEvent(text: string): Promise<FrozenEvent> {
  const id = parseId('we', text);
  const stored =
    id === null ? null : await createEventsStore(api.database).find(uuidOf(api.organization.id), uuidOf(id));
  if (stored === null) throw new Error(`There is no event ${text}`);
  return JSON.parse(stored.body);
}

beforeAll(async () => {
  api = await ApiHarness.open({ webhooks: { dispatch: true } });
  await loadDemo({
    origin: api.url,
    token: api.token,
    signal: new AbortController().signal,
    showMs: 0,
  });
  await waitFor(
    async () => {
      const open = await Promise.all(
        ['pending', 'retrying'].map((state) => api.call('GET', `/v1/deliveries?limit=1&state=${state}`)),
      );
      return open.every(({ body }) => (body as { data: unknown[] }).data.length === 0);
    },
    { timeoutMs: 50_000, what: 'every delivery of the demo to end' },
  );

  deliveries = new Map((await all<ShownDelivery>('/v1/deliveries')).map((one) => [one.id, one]));
  const webhooks = new Map(
    api.webhookParts.routing.webhooksOf(api.organization.id).map((webhook) => [webhook.id, webhook]),
  );
  received = [];
  for (const { id } of await all<{ id: string }>('/v1/inboxes')) {
    for (const request of await all<InboxRequest>(`/v1/inboxes/${id}/requests`)) {
      const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
      const delivery = deliveries.get(headers['webhook-id'] ?? '');
      const webhook = webhooks.get(delivery?.webhook.id ?? '');
      if (delivery === undefined || webhook === undefined) {
        throw new Error(`Nobody knows of the delivery ${headers['webhook-id']}`);
      }
      const event = await storedEvent(delivery.event.id);
      received.push({ request, headers, delivery, event, webhook });
    }
  }
}, 90_000);
afterAll(() => api.close());

function of(format: FormatName): Received[] {
  return received.filter(({ delivery }) => delivery.format === format);
}

describe.each(formatNames)('what the demo delivers in the format %s', (format) => {
  it('arrives byte for byte as a fresh rendering of the stored event', () => {
    expect(of(format).length).toBeGreaterThan(20);
    for (const { request, headers, delivery, event, webhook } of of(format)) {
      const rendered = formatOf(delivery.format, delivery.format_version).render({
        event,
        delivery: { id: delivery.id, scope: delivery.scope, createdAt: delivery.created_at },
        webhook: { id: webhook.id, name: delivery.webhook.name },
        request: webhook,
      });
      expect(request.body_encoding).toBe('utf-8');
      expect(request.body).toBe(rendered.body ?? '');
      expect(request.method).toBe(rendered.method);
      expect(api.url + request.target).toBe(rendered.url);
      expect(headers).toMatchObject(rendered.headers);
    }
  });

  it('is signed with the secret of its webhook, and the inbox says so', () => {
    for (const { request, headers, webhook } of of(format)) {
      expect(request.verification).toMatchObject({ verified: true, by: { webhook_id: webhook.id } });
      const content =
        request.method === 'GET' ? bodylessContent(request.method, request.target) : request.body;
      const secret = webhook.secrets[0]?.value.reveal() ?? '';
      expect(verify(content, headers, secret)).toMatchObject({ ok: true });
      expect(verify(`${content} `, headers, secret)).toMatchObject({ ok: false });
    }
  });

  it('says in its headers which event it carries, and that it is no test', () => {
    for (const { headers, event } of of(format)) {
      expect(headers['webhook-event-id']).toBe(event.id);
      expect(headers['webhook-sequence']).toBe(event.seq === null ? undefined : String(event.seq));
      expect(headers).not.toHaveProperty('webhook-test');
    }
  });
});

it('reaches every delivery, and repeats the same bytes under the same id until it is acknowledged', async () => {
  const requests = new Map<string, Received[]>();
  for (const one of received) {
    requests.set(one.delivery.id, [...(requests.get(one.delivery.id) ?? []), one]);
  }
  expect([...requests.keys()].sort()).toEqual([...deliveries.keys()].sort());
  for (const tries of requests.values()) {
    // A payment is asked for once by each delivery: when it fails, by another one.
    const [first] = tries;
    const asksToPay = first?.headers['idempotency-key'] !== undefined && first.event.seq !== null;
    if (!asksToPay) expect(first?.delivery.state).toBe('delivered');
    else expect(tries).toHaveLength(1);
    expect(tries.map(({ headers }) => headers['webhook-attempt']).sort()).toEqual(
      tries.map((_, index) => String(index + 1)),
    );
    expect(new Set(tries.map(({ request }) => `${request.target} ${request.body}`)).size).toBe(1);
  }
  const longest = Math.max(...[...requests.values()].map((tries) => tries.length));
  expect(longest).toBeGreaterThan(1);
});

it('asks again for a payment that failed, under the same id, until it is paid, and then no more', () => {
  const stories = new Map<string, { attempt: number; answered: number | null }[]>();
  for (const { request, headers, event } of received) {
    const payment = headers['idempotency-key'];
    // The examples of the catalogue ask nobody to pay.
    if (payment === undefined || event.seq === null) continue;
    const { data } = JSON.parse(request.body).event as { data: { paymentId: string; attempt: number } };
    expect(data.paymentId).toBe(payment);
    const story = stories.get(payment) ?? [];
    stories.set(payment, [...story, { attempt: data.attempt, answered: request.answered.status }]);
  }
  const told = [...stories.values()];
  expect(told.length).toBeGreaterThan(1);
  for (const story of told) {
    expect(story.map(({ attempt }) => attempt)).toEqual(story.map((_, index) => index + 1));
    expect(story.map(({ answered }) => answered === 204)).toEqual(
      story.map((_, index) => index === story.length - 1),
    );
  }
  expect(told.some((story) => story.length > 1)).toBe(true);
});

interface ClaimrBody {
  readonly scope: string;
  readonly user_id: string;
  readonly total_xp: number;
  readonly event: {
    readonly type: string;
    readonly data: { readonly action: { readonly meta: { referrer?: string } | null }; readonly xp: number };
  };
}

const claimrBodies = (): { readonly event: FrozenEvent; readonly body: ClaimrBody }[] =>
  of('claimr').map(({ event, request }) => ({ event, body: JSON.parse(request.body) }));

describe('receivers of the demo can add up', () => {
  it('total points from initial points, what claimr says was gained, referral bonuses and withdrawals', async () => {
    const cast = await readCast();
    const bodies = claimrBodies();
    const withdrawn = of('standard').filter(({ event }) => event.type === 'points.deducted');
    const tookPart = new Set(received.map(({ event }) => event.participant?.external_id));
    const people = cast.people.filter(({ key }) => tookPart.has(key));
    expect(people.length).toBeGreaterThan(10);
    for (const { key } of people) {
      const events = [...new Map(received.map(({ event }) => [event.id, event])).values()]
        .filter(({ participant }) => participant?.external_id === key)
        .sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
      const id = events[0]?.participant?.id;
      const counted = new Map<string, number>();
      for (const { event, body } of bodies) {
        if (body.user_id === key && ['user_activity', 'user_reward'].includes(body.scope)) {
          counted.set(event.id, body.event.data.xp);
        }
      }
      const bonuses = bodies.filter(
        ({ body }) =>
          body.event.type === 'referral_action' &&
          [id, key].includes(body.event.data.action.meta?.referrer ?? ''),
      );
      const deductions = withdrawn.filter(({ event }) => event.participant?.external_id === key);
      const sum = Decimal.sum(
        cast.initial_points,
        ...counted.values(),
        ...bonuses.map(({ body }) => body.event.data.xp),
        ...deductions.map(({ event }) => -(event.data as { amount: number }).amount),
      );
      expect(sum.toNumber(), key).toBe(events.at(-1)?.participant?.total_points);
    }
  });

  it('what a trigger gave: the same number for Reward and for claimr', () => {
    const credits = of('reward').flatMap(({ event, request }) => {
      if (event.type !== 'points.issued' || (event.data as { cause: string }).cause !== 'api') return [];
      const { data } = JSON.parse(request.body) as { data: { transaction: { amount: number } } };
      return [{ event, amount: data.transaction.amount }];
    });
    expect(credits.length).toBeGreaterThan(3);
    for (const { event, amount } of credits) {
      const same = claimrBodies().filter((one) => one.event.id === event.id);
      expect(same.map(({ body }) => body.event.data.xp)).toEqual([amount]);
    }
  });

  it('conversions from joins: whom ChainVine says has converted had joined through the same referrer', () => {
    interface ChainVineData {
      readonly user_id?: string;
      readonly claimer?: string;
      readonly referrer?: string;
    }
    const told = of('chainvine').map(({ event, request }) => {
      const { name, data } = JSON.parse(request.body).event as { name: string; data: ChainVineData };
      return { event, name, data };
    });
    const conversions = told.filter(({ name }) => name === 'REFERRAL_CONVERSION');
    const inSeason = conversions.filter(({ event }) => event.seq !== null);
    expect(inSeason.length).toBeGreaterThan(3);
    for (const { event, data } of inSeason) {
      const join = told.find(({ name, data: { user_id } }) => {
        return name === 'USER_JOINED_CAMPAIGN' && user_id === data.claimer;
      });
      expect(join?.data.referrer).toBe(data.referrer);
      expect(join?.event.seq).toBeLessThan(event.seq ?? 0);
      expect(inSeason.filter((other) => other.data.claimer === data.claimer)).toHaveLength(1);
    }
  });
});
