import type { Database } from '@fanfare/server/storage';
import { idFromUuid, parseId, uuidOf } from '../packages/server/src/ids.ts';
import type { Ledger } from './load.ts';
import { type Inbox, typeOf } from './messages.ts';
import { differences, type Verdicts } from './verdicts.ts';
import type { World } from './world.ts';

/** What has to be looked up in the database itself, to hold messages and answers against what was committed. */
export interface RowParts {
  readonly database: Database;
  readonly world: World;
  readonly ledger: Ledger;
  readonly inbox: Inbox;
  readonly verdicts: Verdicts;
}

function campaignUuid({ campaign }: World): string {
  const id = parseId('cmp', campaign);
  if (id === null) throw new Error(`"${campaign}" is not the id of a campaign`);
  return uuidOf(id);
}

/** Truth 8: every row of what happened has its event, every event its row, and every answer both. */
export async function rowsMatchEvents({ database, world, ledger, inbox, verdicts }: RowParts): Promise<void> {
  const messages = inbox('everybody');
  const arrived = new Set(messages.map(({ eventId }) => eventId));
  const wrong = [...ledger.told]
    .filter((id) => !arrived.has(id))
    .map((id) => `the event ${id} was named by an answer, and nobody was told of it`);
  const { rows: stored } = await database.pool.query<{ id: string }>(
    'select id from events where campaign_id = $1',
    [campaignUuid(world)],
  );
  const committed = new Set(stored.map(({ id }) => idFromUuid('we', id) as string));
  wrong.push(
    ...differences(committed, arrived, {
      missing: 'was committed, and nobody was told of it',
      extra: 'was told, and is not committed',
    }),
  );

  const count = (...types: string[]) => messages.filter((message) => types.includes(typeOf(message))).length;
  const { rows } = await database.pool.query<Record<string, number>>(
    `select (select count(*)::int from ledger where campaign_id = $1) as ledger,
            (select count(*)::int from completions where campaign_id = $1) as completions,
            (select count(*)::int from trigger_events where trigger_id = $2) as fired,
            (select count(*)::int from referrals where campaign_id = $1) as referrals,
            (select count(*)::int from referrals where campaign_id = $1 and state = 'converted') as converted,
            (select count(*)::int from earnings where campaign_id = $1) as earnings,
            (select count(*)::int from plays where campaign_id = $1 and high_score) as high_scores,
            (select count(*)::int from participations where campaign_id = $1 and joined_at is not null) as joined,
            (select sum(seq)::int from participations where campaign_id = $1) as events`,
    [campaignUuid(world), world.trigger],
  );
  const expected: Readonly<Record<string, number>> = {
    ledger: count('points.issued', 'points.deducted'),
    completions: count('task.completed', 'quest.completed'),
    fired: count('trigger.fired'),
    referrals: count('referral.joined'),
    converted: count('referral.converted'),
    earnings: count('earning.created'),
    high_scores: count('game.high_score'),
    joined: count('user.joined_campaign'),
    events: messages.length,
  };
  for (const [kind, found] of Object.entries(rows[0] ?? {})) {
    if (expected[kind] !== found) wrong.push(`${kind}: ${found} rows, ${expected[kind]} were told`);
  }
  verdicts.add('truth8', committed.size, wrong);
  await actionsAreCommitted({ database, world, ledger, verdicts });
}

/** What has a key counts once however often it was asked for; what has none, as often as it was answered at least. */
async function actionsAreCommitted({
  database,
  world,
  ledger,
  verdicts,
}: Omit<RowParts, 'inbox'>): Promise<void> {
  const wrong: string[] = [];
  const { rows: booked } = await database.pool.query<{ reference: string; count: number; amount: string }>(
    `select substr(cause, strpos(cause, ':') + 1) as reference, count(*)::int, sum(amount)::text as amount
       from ledger where campaign_id = $1 and cause ~ '^(api|withdrawal):' group by 1`,
    [campaignUuid(world)],
  );
  const bookings = new Map(booked.map((row) => [row.reference, row]));
  for (const [reference, amount] of ledger.booked) {
    const found = bookings.get(reference);
    if (found?.count !== 1 || Number(found.amount) !== amount) {
      wrong.push(`${reference} of ${amount} is there ${found?.count ?? 0} times, with ${found?.amount}`);
    }
  }
  const { rows: done } = await database.pool.query<{ name: string; task_id: string; count: number }>(
    `select p.external_id as name, c.subject_id as task_id, count(*)::int
       from completions c join participants p on p.id = c.participant_id
      where c.campaign_id = $1 group by 1, 2`,
    [campaignUuid(world)],
  );
  const completions = new Map(
    done.map((row) => [`${idFromUuid('tsk', row.task_id)} ${row.name}`, row.count]),
  );
  for (const [key, count] of ledger.completed) {
    const found = completions.get(key) ?? 0;
    if (found < count) wrong.push(`${key} is there ${found} times, and was acknowledged ${count} times`);
  }
  verdicts.add('once', ledger.booked.size + ledger.completed.size, wrong);
}
