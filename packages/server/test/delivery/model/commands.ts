import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { expect } from 'vitest';
import {
  type DeliveryId,
  idFromUuid,
  newId,
  type ParticipantId,
  type Uuid,
  uuidOf,
} from '../../../src/ids.ts';
import { lineBuckets } from '../../../src/storage/statements/lines.ts';
import {
  type Held,
  leaseMinutes,
  Model,
  type OpenRow,
  retryMinutes,
  type WebhookName,
  webhookNames,
} from './model.ts';
import type { StoreUnderTest, Verdict } from './store.ts';

/** The model, and what it cannot know: transactions that are open, and rows that they lock. */
export class World extends Model {
  readonly accepts: { client: PoolClient; rows: OpenRow[]; buckets: number[] }[] = [];
  readonly claims: { client: PoolClient; node: Held[]; lease: Uuid; leased: OpenRow[]; aside: OpenRow[] }[] =
    [];

  get locked(): ReadonlySet<OpenRow> {
    return new Set(this.claims.flatMap(({ leased, aside }) => [...leased, ...aside]));
  }

  isLocked(id: DeliveryId): boolean {
    return [...this.locked].some((row) => row.id === id);
  }

  get settled(): boolean {
    return this.accepts.length + this.claims.length === 0;
  }

  /** The pool has only so many connections. */
  get mayHold(): boolean {
    return this.accepts.length + this.claims.length < 3;
  }

  take(node: Held[], rows: readonly OpenRow[], lease: Uuid): void {
    for (const row of rows) {
      row.lease = lease;
      row.dueAt = this.now + leaseMinutes;
      node.push({ row, lease, leaseEndsAt: row.dueAt, started: false });
    }
  }
}

type Command = fc.AsyncCommand<World, StoreUnderTest>;

function command(
  name: string,
  check: (world: World) => boolean,
  run: (world: World, store: StoreUnderTest) => Promise<void>,
): Command {
  return {
    check,
    async run(world, store) {
      await run(world, store);
      await expectSame(world, store);
    },
    toString: () => name,
  };
}

/** The tables hold what the model says, nothing more and nothing less, and nothing left out of its turn. */
export async function expectSame(world: World, store: StoreUnderTest): Promise<void> {
  const rows = await store.openRows();
  const shown = rows.map(({ id, extra, webhook_uid, line, attempts, retries, lease, parked, minutes }) => ({
    id: idFromUuid('dlv', id),
    extra,
    webhook: store.nameOf(webhook_uid),
    line,
    lease,
    parked,
    minutes: minutes === null ? null : Math.max(0, minutes),
    ...(!extra && { attempts, retries }),
  }));
  const modelled = [...world.open.values()].map((row) => ({
    id: row.id,
    extra: row.extra,
    webhook: row.webhook,
    line: row.line,
    lease: row.lease,
    parked: row.dueAt === Number.POSITIVE_INFINITY,
    minutes: row.dueAt === Number.POSITIVE_INFINITY ? null : Math.max(0, row.dueAt - world.now),
    ...(!row.extra && { attempts: row.attempts, retries: row.retries }),
  }));
  const byId = (a: { id: string; extra: boolean }, b: { id: string; extra: boolean }) =>
    `${a.id} ${a.extra}` < `${b.id} ${b.extra}` ? -1 : 1;
  expect(shown.sort(byId)).toEqual(modelled.sort(byId));
  expect(await store.closedRows()).toEqual(world.closed);
  expect(await store.attempts()).toEqual(world.recorded);
  expect(world.faults).toEqual([]);
}

const accept = (webhook: WebhookName, people: readonly number[], hold: boolean): Command => {
  const lines = (store: StoreUnderTest) =>
    people.flatMap((n) => store.lineOf(webhook, personOf(store, n)) ?? []);
  let buckets: number[] = [];
  return command(
    `accept ${webhook} ${people.join()}${hold ? ' (held)' : ''}`,
    // Whoever wants a lock that an open transaction has waits for its end.
    (world) => webhook === 'any' || !world.accepts.some((one) => one.buckets.length > 0),
    async (world, store) => {
      buckets = lineBuckets(lines(store));
      const about = people.map((n) => ({ id: newId('dlv'), participant: personOf(store, n) }));
      const client = hold && world.mayHold ? await store.begin() : null;
      await store.accept(client, webhook, about);
      const rows = about.map(
        ({ id, participant }): OpenRow => ({
          id,
          extra: false,
          webhook,
          line: store.lineOf(webhook, participant),
          participant: uuidOf(participant),
          turn: world.nextTurn(),
          attempts: 0,
          retries: 0,
          dueAt: world.now,
          lease: null,
        }),
      );
      if (client === null) for (const row of rows) world.put(row);
      else world.accepts.push({ client, rows, buckets });
    },
  );
};

function personOf(store: StoreUnderTest, n: number): ParticipantId {
  const person = store.participants[n % store.participants.length];
  if (person === undefined) throw new Error('there is nobody');
  return person;
}

const endAccept = (how: 'commit' | 'rollback'): Command =>
  command(
    `${how} the oldest acceptance`,
    (world) => world.accepts.length > 0,
    async (world, store) => {
      const pending = world.accepts.shift();
      if (pending === undefined) return;
      await store.end(pending.client, how);
      if (how === 'commit') for (const row of pending.rows) world.put(row);
    },
  );

const claim = (node: number, hold: boolean): Command =>
  command(
    `node ${node} claims${hold ? ' (held)' : ''}`,
    () => true,
    async (world, store) => {
      const lease = uuidOf(newId('att'));
      const expected = world.claimable(world.locked);
      const client = hold && world.mayHold ? await store.begin() : null;
      const got = await store.claim(client, lease);
      expect(got.map(nameOf).sort()).toEqual(expected.map(nameOf).sort());
      await taken(world, store, { node, lease, client, leased: expected, aside: [] });
    },
  );

const claimInLines = (node: number, most: number, hold: boolean, hinted: boolean): Command =>
  command(
    `node ${node} claims ${hinted ? 'all' : 'due'} lines, ${most} of each${hold ? ' (held)' : ''}`,
    () => true,
    async (world, store) => {
      const lease = uuidOf(newId('att'));
      const found = await store.dueLines();
      const due = world.lines().filter(({ webhook, line }) => {
        const [first] = world.line(webhook, line);
        return first !== undefined && world.isDue(first);
      });
      const text = ({ webhook, line }: { webhook: string; line: string }) => `${webhook} ${line}`;
      expect(found.map(text).sort()).toEqual(due.map(text).sort());
      const lines = hinted ? world.lines() : found;
      const { leased, aside } = world.claimableInLines(lines, most, world.locked);
      const client = hold && world.mayHold ? await store.begin() : null;
      const got = await store.claimLines(client, lease, lines, most);
      for (const { webhook, line } of lines) {
        const inLine = (row: { line: Uuid | null; id: DeliveryId }) =>
          row.line === line && world.row(row.id)?.webhook === webhook;
        expect(got.filter(inLine).map(({ id }) => id)).toEqual(leased.filter(inLine).map(({ id }) => id));
      }
      expect(got).toHaveLength(leased.length);
      await taken(world, store, { node, lease, client, leased, aside });
    },
  );

async function taken(
  world: World,
  _store: StoreUnderTest,
  claimed: { node: number; lease: Uuid; client: PoolClient | null; leased: OpenRow[]; aside: OpenRow[] },
): Promise<void> {
  const { client, lease, leased, aside } = claimed;
  const node = world.nodes[claimed.node] ?? [];
  if (client === null) commit(world, node, lease, leased, aside);
  else world.claims.push({ client, node, lease, leased, aside });
}

function commit(
  world: World,
  node: Held[],
  lease: Uuid,
  leased: readonly OpenRow[],
  aside: readonly OpenRow[],
): void {
  world.take(node, leased, lease);
  for (const row of aside) row.line = row.participant;
}

const endClaim = (how: 'commit' | 'rollback'): Command =>
  command(
    `${how} the oldest claim`,
    (world) => world.claims.length > 0,
    async (world, store) => {
      const pending = world.claims.shift();
      if (pending === undefined) return;
      await store.end(pending.client, how);
      if (how === 'commit') commit(world, pending.node, pending.lease, pending.leased, pending.aside);
    },
  );

/** What a node may start now: of a line only the first that it holds, and nothing whose lease ends too soon. */
function startable(world: World, node: number): Held[] {
  const held = world.nodes[node] ?? [];
  return held.filter(
    (one, at) =>
      !one.started &&
      one.leaseEndsAt > world.now &&
      !held.slice(0, at).some((before) => isBefore(before, one)),
  );
}

function isBefore(before: Held, one: Held): boolean {
  return (
    before.row.line !== null && before.row.webhook === one.row.webhook && before.row.line === one.row.line
  );
}

const start = (node: number, pick: number): Command =>
  command(
    `node ${node} sends ${pick}`,
    (world) => startable(world, node).length > 0,
    async (world) => {
      const all = startable(world, node);
      const held = all[pick % all.length];
      if (held === undefined) return;
      held.started = true;
      world.sent(held.row);
    },
  );

function endable(world: World, node: number): Held[] {
  return (world.nodes[node] ?? []).filter(({ started, row }) => started && !world.isLocked(row.id));
}

const finish = (node: number, pick: number, verdict: Verdict): Command =>
  command(
    `node ${node} settles ${pick} as ${verdict}`,
    (world) => endable(world, node).length > 0,
    async (world, store) => {
      const all = endable(world, node);
      const held = all[pick % all.length];
      if (held === undefined) return;
      const { row, lease } = held;
      drop(world, node, held);
      world.record(row.id);
      const acknowledged = verdict === 'delivered';
      if (acknowledged) world.over(row.id);
      if (row.extra) {
        const moved = await store.settleResend(row.webhook, row.id, lease, acknowledged);
        expect(moved).toBe(world.row(row.id, true)?.lease === lease);
        if (moved) resent(world, row.id, acknowledged);
        return;
      }
      const stands = world.row(row.id)?.lease === lease;
      const actual = verdict === 'parked' && row.line === null ? 'exhausted' : verdict;
      if (actual === 'exhausted') world.over(row.id);
      expect(await store.settle(row.webhook, row.id, lease, actual)).toBe(stands);
      if (stands) moveOn(world, store, row, actual);
      if (actual !== 'delivered' && actual !== 'exhausted') await giveBackLine(world, store, node, held);
    },
  );

function drop(world: World, node: number, held: Held): void {
  const all = world.nodes[node] ?? [];
  all.splice(all.indexOf(held), 1);
}

function moveOn(world: World, store: StoreUnderTest, row: OpenRow, verdict: Verdict): void {
  row.attempts += 1;
  if (verdict === 'delivered' || verdict === 'exhausted') {
    world.close(row, verdict);
    return;
  }
  row.lease = null;
  if (verdict !== 'probe') row.retries += 1;
  row.dueAt = world.now + retryMinutes;
  if (verdict !== 'parked') return;
  row.dueAt = Number.POSITIVE_INFINITY;
  if (row.line === uuidOf(store.webhooks.byWebhook)) row.line = row.participant;
}

function resent(world: World, id: DeliveryId, acknowledged: boolean): void {
  world.removeExtra(id);
  const open = world.row(id);
  const closed = world.closed.get(id);
  if (open !== undefined) {
    open.attempts += 1;
    if (acknowledged) world.close(open, 'delivered');
  } else if (closed !== undefined) {
    closed.attempts += 1;
    if (acknowledged) closed.state = 'delivered';
  }
}

/** The first was not over: what the node holds behind it goes back. */
async function giveBackLine(world: World, store: StoreUnderTest, node: number, first: Held): Promise<void> {
  for (const one of [...(world.nodes[node] ?? [])]) {
    if (one.started || one.row.line === null || one.row.webhook !== first.row.webhook) continue;
    const same = one.row.line === first.row.line || one.row.participant === first.row.participant;
    const wasSame = first.row.webhook === 'byWebhook' && one.row.line === uuidOf(store.webhooks.byWebhook);
    if (!(same || wasSame)) continue;
    // Somebody else has taken it over meanwhile: giving it back would wait for them, and change nothing.
    if (world.isLocked(one.row.id)) drop(world, node, one);
    else await giveBack(world, store, node, one, 0);
  }
}

async function giveBack(
  world: World,
  store: StoreUnderTest,
  node: number,
  held: Held,
  minutes: number,
): Promise<void> {
  drop(world, node, held);
  await store.release(held.row.id, held.row.extra, held.lease, minutes);
  const row = world.row(held.row.id, held.row.extra);
  if (row?.lease !== held.lease) return;
  row.lease = null;
  row.dueAt = world.now + minutes;
}

function untried(world: World, node: number): Held[] {
  return (world.nodes[node] ?? []).filter(({ started, row }) => !started && !world.isLocked(row.id));
}

const release = (node: number, pick: number, minutes: number): Command =>
  command(
    `node ${node} gives ${pick} back for ${minutes} min`,
    (world) => untried(world, node).length > 0,
    async (world, store) => {
      const all = untried(world, node);
      const held = all[pick % all.length];
      if (held === undefined) return;
      await giveBack(world, store, node, held, minutes);
      // As a lane does: nothing of a line stays when its first goes.
      if (held.row.line !== null) await giveBackLine(world, store, node, held);
    },
  );

const cancel = (node: number, pick: number): Command =>
  command(
    `node ${node} ends ${pick}, whose event is gone`,
    (world) => untried(world, node).length > 0,
    async (world, store) => {
      const all = untried(world, node);
      const held = all[pick % all.length];
      if (held === undefined) return;
      drop(world, node, held);
      await store.cancel(held.row.id, held.lease);
      // With the event, all that the caller holds of the delivery has lost its point.
      const { id } = held.row;
      if (world.row(id, true)?.lease === held.lease) world.removeExtra(id);
      const row = world.row(id);
      if (row?.lease === held.lease) world.close(row, 'cancelled');
    },
  );

const crash = (node: number): Command =>
  command(
    `node ${node} dies`,
    (world) => (world.nodes[node] ?? []).length > 0,
    async (world) => {
      world.nodes[node]?.splice(0);
    },
  );

const restart: Command = command(
  'the only process starts anew',
  (world) => world.settled,
  async (world, store) => {
    for (const node of world.nodes) node.splice(0);
    await store.restart();
    for (const row of world.open.values()) {
      if (row.lease === null) continue;
      row.lease = null;
      row.dueAt = world.now;
    }
  },
);

const pass = (minutes: number): Command =>
  command(
    `${minutes} min pass`,
    (world) => world.settled,
    async (world, store) => {
      world.now += minutes;
      await store.pass(minutes);
    },
  );

function deliveries(world: World): DeliveryId[] {
  return [...new Set([...world.closed.keys(), ...[...world.open.values()].map(({ id }) => id)])].sort();
}

const resend = (pick: number): Command =>
  command(
    `somebody resends ${pick}`,
    (world) => deliveries(world).length > 0,
    async (world, store) => {
      const all = deliveries(world).filter((one) => !world.isLocked(one));
      const id = all[pick % Math.max(1, all.length)];
      if (id === undefined) return;
      const queued = world.row(id, true) === undefined;
      expect(await store.resend(id)).toBe(queued ? 'queued' : 'already_queued');
      if (!queued) return;
      const { webhook = 'any', participant = '', turn = 0 } = world.row(id) ?? {};
      world.put({
        id,
        extra: true,
        webhook: world.row(id)?.webhook ?? (await webhookOf(store, id)) ?? webhook,
        line: null,
        participant,
        turn,
        attempts: 0,
        retries: 0,
        dueAt: world.now,
        lease: null,
      });
    },
  );

async function webhookOf(store: StoreUnderTest, id: DeliveryId): Promise<WebhookName | undefined> {
  const row = (await store.openRows()).find((one) => one.id === uuidOf(id));
  return row && store.nameOf(row.webhook_uid);
}

const decide = (webhook: WebhookName, how: 'retry' | 'skip'): Command =>
  command(
    `somebody says ${how} to what is parked of ${webhook}`,
    () => true,
    async (world, store) => {
      const parked = [...world.open.values()].filter(
        (row) => row.webhook === webhook && row.dueAt === Number.POSITIVE_INFINITY,
      );
      expect(await store.decide(webhook, how)).toBe(parked.length);
      for (const row of parked) {
        if (how === 'skip') world.close(row, 'cancelled');
        else {
          row.dueAt = world.now;
          row.retries = 0;
        }
      }
    },
  );

const skipOne = (pick: number): Command =>
  command(
    `somebody skips ${pick}`,
    (world) => deliveries(world).length > 0,
    async (world, store) => {
      const all = deliveries(world).filter((id) => !world.isLocked(id));
      const id = all[pick % Math.max(1, all.length)];
      if (id === undefined) return;
      const row = world.row(id);
      const expected =
        row === undefined || row.line === null
          ? 'not_in_line'
          : row.lease !== null && !world.isDue(row)
            ? 'under_way'
            : 'skipped';
      expect(await store.skipOne(id)).toBe(expected);
      if (expected === 'skipped' && row !== undefined) world.close(row, 'cancelled');
    },
  );

const nameOf = (row: { id: DeliveryId; extra: boolean }) => `${row.id} ${row.extra}`;

const node = fc.nat(1);
const pick = fc.nat(20);
const webhook = fc.constantFrom(...webhookNames);

const people = fc.array(fc.nat(1), { minLength: 1, maxLength: 4 });
const usually = (likely: number) => fc.integer({ min: 0, max: 9 }).map((n) => n < likely);
const verdict = fc.constantFrom<Verdict[]>(
  'delivered',
  'delivered',
  'delivered',
  'retry',
  'retry',
  'probe',
  'exhausted',
  'parked',
);

/** Everything that can happen, the usual more often than the rare. */
export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(webhook, people, usually(2)).map((of) => accept(...of)) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<('commit' | 'rollback')[]>('commit', 'commit', 'rollback').map(endAccept),
    },
    { weight: 4, arbitrary: fc.tuple(node, usually(2)).map((of) => claim(...of)) },
    {
      weight: 8,
      arbitrary: fc
        .tuple(node, fc.constantFrom(1, 2, 128), usually(2), fc.boolean())
        .map((of) => claimInLines(...of)),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom<('commit' | 'rollback')[]>('commit', 'commit', 'rollback').map(endClaim),
    },
    { weight: 20, arbitrary: fc.tuple(node, pick).map((of) => start(...of)) },
    { weight: 18, arbitrary: fc.tuple(node, pick, verdict).map((of) => finish(...of)) },
    { weight: 2, arbitrary: fc.tuple(node, pick, fc.constantFrom(0, 30)).map((of) => release(...of)) },
    { weight: 1, arbitrary: fc.tuple(node, pick).map((of) => cancel(...of)) },
    { weight: 1, arbitrary: node.map(crash) },
    { weight: 1, arbitrary: fc.constant(restart) },
    { weight: 3, arbitrary: fc.constantFrom(30, 61, 180).map(pass) },
    { weight: 2, arbitrary: pick.map(resend) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(webhook, fc.constantFrom('retry' as const, 'skip' as const))
        .map((of) => decide(...of)),
    },
    { weight: 1, arbitrary: pick.map(skipOne) },
  ),
  { minLength: 60, maxLength: 160, size: 'max' },
);
