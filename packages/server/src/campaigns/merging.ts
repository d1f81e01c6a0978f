import { Decimal } from 'decimal.js';
import type { FrozenEvent } from '../catalog/index.ts';
import {
  type CampaignId,
  type EventId,
  idFromUuid,
  newId,
  type OrganizationId,
  type ParticipantId,
  parseId,
  type QuestId,
  type TaskId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  bonusesOf,
  completionsAmong,
  type Database,
  doubledCompletions,
  doubledEntries,
  doubledTriggerEvents,
  earningsBy,
  endAbsorbed,
  listenForMerges,
  lockParticipations,
  lockPeople,
  type MergedProgress,
  type MergeKey,
  type MergingPerson,
  moveActivity,
  moveLeaderboardCounts,
  openPayouts,
  type Queryable,
  readMergeKeys,
  readRanks,
  survivorsOf,
  writeDecisions,
} from '../storage/index.ts';
import {
  type ActionsParts,
  type LoadedWorld,
  leaderboardMoves,
  loadWorld,
  providersOf,
  rankParticipants,
  rowsOf,
  savePayouts,
} from './actions/index.ts';
import {
  type CampaignRules,
  type Change,
  type DecidedEvent,
  type Doubled,
  decide,
  type Intent,
  type LedgerBucket,
  type Participation,
  snapshotOf,
} from './rules/index.ts';

export interface MergeOutcome {
  /** They were one participant already: nothing was changed. */
  readonly repeated: boolean;
  readonly survivor: ParticipantId;
  /** Who answers for the survivor from now on. */
  readonly absorbed: ParticipantId;
  /** Every campaign in which the absorbed one took part. */
  readonly campaigns: readonly {
    readonly id: CampaignId;
    /** With at most 4 places, as the next one. */
    readonly totalPoints: number;
    /** Taken back, because both had been given them for what may happen once. */
    readonly deductedPoints: number;
  }[];
  readonly events: readonly { readonly id: EventId; readonly type: string }[];
}

/** Makes one participant of two. */
export interface Merging {
  /**
   * `from` becomes another name of `into`, for good: in one transaction, beside whatever either of them does
   * meanwhile. Names of people who were merged before count as those who took them in. Throws `not_found`,
   * `unknown_participant`, `conflict` for a test participant and a live one and while the absorbed one is being paid, and
   * `amount_out_of_range` when
   * both together would have more than a participant can.
   */
  merge(
    organization: OrganizationId,
    people: { readonly into: ParticipantId; readonly from: ParticipantId },
    reason: string | null,
  ): Promise<MergeOutcome>;
  close(): Promise<void>;
}

export interface MergingParts extends Pick<ActionsParts, 'rulesOf' | 'acceptWithin' | 'payoutObstacle'> {
  readonly database: Database;
  /** Told of everybody who is absorbed, on whichever node; and when some may have been missed. */
  readonly onAbsorbed: (absorbed: ParticipantId) => void;
  readonly onMissed: () => void;
  readonly clock: { now(): number };
}

/** How often a merge begins again that met somebody else's. */
const mostTries = 5;
const deadlock = '40P01';
/** As many as the API takes. */
const mostFields = 100;

/** The two are no longer those that were looked up. */
class MergedMeanwhile extends Error {}

/** Listens for merges by other nodes until `close`. Throws when the database cannot be reached. */
export async function openMerging(parts: MergingParts): Promise<Merging> {
  const stopListening = await listenForMerges(
    parts.database,
    (absorbed) => parts.onAbsorbed(idFromUuid('usr', absorbed)),
    parts.onMissed,
  );
  return {
    async merge(organization, { into, from }, reason) {
      if (into === from) throw themselves(into);
      const at = new Date(parts.clock.now());
      for (let tries = 1; ; tries++) {
        try {
          const outcome = await inTransaction(parts, (transaction) =>
            mergeWithin(transaction, parts, { organization, into, from, reason, at }),
          );
          // The notification comes back to this node too, but after the answer to the caller.
          await afterRequestTransaction(() => parts.onAbsorbed(outcome.absorbed));
          return outcome;
        } catch (error) {
          if (tries === mostTries || !(error instanceof MergedMeanwhile || isDeadlock(error))) throw error;
        }
      }
    },
    close: stopListening,
  };
}

interface Asked {
  readonly organization: OrganizationId;
  readonly into: ParticipantId;
  readonly from: ParticipantId;
  readonly reason: string | null;
  readonly at: Date;
}

interface Written {
  readonly outcome: MergeOutcome;
  readonly acceptance: ReturnType<MergingParts['acceptWithin']> | null;
}

interface Pair {
  readonly survivor: Uuid;
  readonly absorbed: Uuid;
  readonly campaigns: readonly Uuid[];
}

async function mergeWithin(transaction: Queryable, parts: MergingParts, asked: Asked): Promise<Written> {
  const ids = [uuidOf(asked.into), uuidOf(asked.from)];
  const [survivor, absorbed] = await survivorsOf(transaction, uuidOf(asked.organization), ids);
  if (!survivor) throw notFound();
  if (!absorbed) throw unknownFrom(asked.from);
  if (survivor === absorbed) return { outcome: alreadyOne(asked, survivor), acceptance: null };

  const { keys, people } = await lockBoth(transaction, asked.organization, survivor, absorbed);
  const open = await openPayouts(transaction, absorbed);
  if (open.length > 0) throw inFlight(absorbed, open);
  const person = unitedPerson(people.survivor, people.absorbed);
  const pair = { survivor, absorbed, campaigns: [...new Set(keys.map((key) => key.campaign_id))] };
  const [into, from] = [idFromUuid('usr', survivor), idFromUuid('usr', absorbed)];
  const merged = await mergeParticipations(transaction, parts, asked, pair);

  await moveActivity(transaction, pair, {
    survivorName: into,
    absorbedName: from,
    at: asked.at,
    doubledCompletions: merged.doubledCompletions,
    droppedReferrals: merged.changes.flatMap((change) =>
      change.kind === 'referral_dropped' ? [uuidOf(change.id)] : [],
    ),
    progress: merged.progress(),
  });
  await moveLeaderboardCounts(transaction, leaderboardMoves(merged.world));
  await writeDecisions(transaction, rowsOf(merged.world, merged.changes).decided);
  await savePayouts(transaction, merged.world, merged.changes);
  await endAbsorbed(transaction, pair, { person, reason: asked.reason, at: asked.at });

  const acceptance = parts.acceptWithin([
    { organizationId: asked.organization, events: merged.events, providers: merged.providers },
  ]);
  try {
    await acceptance.write(transaction);
  } catch (error) {
    acceptance.rolledBack();
    throw error;
  }
  return {
    acceptance,
    outcome: {
      repeated: false,
      survivor: into,
      absorbed: from,
      campaigns: merged.campaigns,
      events: merged.events.map(({ id, type }) => ({ id, type })),
    },
  };
}

/** Everything that the merge touches, locked until the transaction ends. */
async function lockBoth(
  transaction: Queryable,
  organizationId: OrganizationId,
  survivor: Uuid,
  absorbed: Uuid,
): Promise<{
  readonly keys: readonly MergeKey[];
  readonly people: { readonly survivor: MergingPerson; readonly absorbed: MergingPerson };
}> {
  const lock = async () => {
    const keys = await readMergeKeys(transaction, survivor, absorbed);
    await lockParticipations(
      transaction,
      keys.map((key) => ({
        organizationId,
        campaignId: idFromUuid('cmp', key.campaign_id),
        participantId: idFromUuid('usr', key.participant_id),
      })),
    );
  };
  await lock();
  const people = await lockPeople(transaction, [survivor, absorbed]);
  const [one, other] = [survivor, absorbed].map((id) => people.find((row) => row.id === id));
  if (one === undefined || other === undefined) throw notFound();
  if (one.merged_into !== null || other.merged_into !== null) throw new MergedMeanwhile();
  // Looking them up again says that they are not to be had.
  if (one.erased_at !== null || other.erased_at !== null) throw new MergedMeanwhile();
  if (one.test !== other.test) throw testAndLive(one, other);
  // Those who came while it was waited. Nobody comes from now on.
  await lock();
  return {
    keys: await readMergeKeys(transaction, survivor, absorbed),
    people: { survivor: one, absorbed: other },
  };
}

interface MergedParticipations {
  readonly world: LoadedWorld;
  readonly changes: readonly Change[];
  readonly events: readonly FrozenEvent[];
  readonly providers: ReturnType<typeof providersOf>;
  readonly campaigns: MergeOutcome['campaigns'];
  readonly doubledCompletions: readonly Uuid[];
  /** What the absorbed one did, as it stands for both. */
  readonly progress: () => readonly MergedProgress[];
}

/** Load, decide, rank: as any action, one in each campaign of the absorbed one. */
async function mergeParticipations(
  transaction: Queryable,
  parts: MergingParts,
  asked: Asked,
  pair: Pair,
): Promise<MergedParticipations> {
  const campaigns = await rulesOfAll(parts, pair.campaigns);
  const absorbed = idFromUuid('usr', pair.absorbed);
  const bare: Intent[] = [...campaigns.keys()].map((campaignId) => ({
    action: { kind: 'merge', absorbed, doubled: { entries: [], completions: [] } },
    campaignId,
    participantId: idFromUuid('usr', pair.survivor),
    trust: 'server',
    occurredAt: asked.at,
  }));
  const world = await loadWorld(transaction, bare, campaigns, parts.payoutObstacle);
  const loaded = (id: ParticipantId, campaignId: CampaignId) => {
    const one = world.participation(campaignId, id);
    if (one === undefined) throw new Error(`the participation of ${id} in ${campaignId} was not loaded`);
    return one;
  };
  const both = bare.map(({ campaignId, participantId }) => ({
    survivor: loaded(participantId, campaignId),
    absorbed: loaded(absorbed, campaignId),
  }));
  const survivors = both.map((one) => one.survivor);
  const completions = await doubledCompletions(transaction, pair);
  const doubled = await readDoubled(transaction, pair, survivors, completions);
  const before = await ranksOf(transaction, survivors);
  const done = both.map((one) => ({
    survivor: one.survivor,
    tasks: [...one.absorbed.completedTasks.keys()],
    quests: [...one.absorbed.completedQuests],
  }));

  const changes: Change[] = [];
  const decided: DecidedEvent[] = [];
  for (const intent of bare) {
    const decision = decide(
      {
        ...intent,
        action: { kind: 'merge', absorbed, doubled: doubled.get(intent.campaignId) ?? nothingDoubled },
      },
      world,
      { newId },
    );
    if (decision.kind === 'refused') throw new Problem(decision.code, decision.detail);
    if (decision.kind === 'repeated') throw new Error('a merge cannot be repeated within its transaction');
    changes.push(...decision.changes);
    decided.push(...decision.events);
  }

  const ranking = await rankParticipants(transaction, world, decided, survivors);
  const events = ranking.complete(decided);
  for (const [n, survivor] of survivors.entries()) {
    const [previous, rank] = [before[n] ?? null, ranking.of(survivor)];
    const told = decided.some(({ participation }) => participation === survivor);
    const campaign = campaigns.get(survivor.campaignId);
    if (told || previous === rank || campaign === undefined) continue;
    events.push(rankChanged(survivor, campaign, { rank, previous, at: asked.at }));
  }
  return {
    world,
    changes,
    events,
    providers: providersOf(decided),
    campaigns: survivors.map((one) => ({
      id: one.campaignId,
      totalPoints: one.total.toNumber(),
      deductedPoints: deductedFrom(one, changes),
    })),
    doubledCompletions: completions.map(({ id }) => id),
    progress: () => done.flatMap(progressOf),
  };
}

async function rulesOfAll(
  parts: Pick<MergingParts, 'rulesOf'>,
  campaigns: readonly Uuid[],
): Promise<ReadonlyMap<CampaignId, CampaignRules>> {
  const all = new Map<CampaignId, CampaignRules>();
  for (const uuid of campaigns) {
    const id = idFromUuid('cmp', uuid);
    const rules = await parts.rulesOf(id);
    if (rules === null) throw new Error(`the campaign ${id} of a participation does not exist`);
    all.set(id, rules);
  }
  return all;
}

const nothingDoubled: Doubled = { entries: [], completions: [] };

/** What both did although it may happen once, by campaign. */
async function readDoubled(
  transaction: Queryable,
  pair: Pair,
  survivors: readonly Participation[],
  completions: Awaited<ReturnType<typeof doubledCompletions>>,
): Promise<ReadonlyMap<CampaignId, Doubled>> {
  const triggerEvents = await doubledTriggerEvents(transaction, pair);
  const causes: string[] = [
    ...completions.map(({ id }) => idFromUuid('cpl', id)),
    ...triggerEvents.map(({ id }) => idFromUuid('tre', id)),
  ];
  // Points that were a reward stand in the ledger under the earning.
  for (const { id } of await earningsBy(transaction, pair, causes)) causes.push(idFromUuid('ern', id));
  const entries = await doubledEntries(transaction, pair, causes);

  const bonuses = await ownBonuses(transaction, pair);

  const worth = new Map(completions.map((one) => [idFromUuid('cpl', one.id) as string, one.worth]));

  const doubled = new Map<CampaignId, Doubled>();
  for (const survivor of survivors) {
    const campaign = uuidOf(survivor.campaignId);
    doubled.set(survivor.campaignId, {
      entries: [
        ...entries
          .filter((entry) => entry.campaign_id === campaign)
          .map(({ cause, bucket, amount }) => ({
            bucket: bucket as LedgerBucket,
            amount: new Decimal(worth.get(cause) ?? amount),
          })),
        ...bonuses
          .filter((bonus) => bonus.campaign === campaign)
          .map(({ amount }) => ({ bucket: 'referral' as const, amount })),
      ],
      completions: completions
        .filter((one) => one.campaign_id === campaign)
        .map((one) => subjectOf(one.subject_id, survivor)),
    });
  }
  return doubled;
}

function subjectOf(uuid: Uuid, { completedQuests }: Participation): TaskId | QuestId {
  const quest = idFromUuid('qst', uuid);
  return completedQuests.has(quest) ? quest : idFromUuid('tsk', uuid);
}

/**
 * What one of the two was given for what the other did: nobody refers themselves. Whatever else the referral became
 * meanwhile, the entry names the completion; what either was given for their own was taken back when they became one.
 */
async function ownBonuses(
  transaction: Queryable,
  pair: Pair,
): Promise<readonly { readonly campaign: Uuid; readonly amount: Decimal }[]> {
  const bonuses = (await bonusesOf(transaction, pair)).flatMap((row) => {
    const completion = parseId('cpl', row.cause);
    return completion === null ? [] : [{ ...row, completion: uuidOf(completion) }];
  });
  if (bonuses.length === 0) return [];
  const made = await completionsAmong(
    transaction,
    pair,
    bonuses.map(({ completion }) => completion),
  );
  const byId = new Map(made.map((row) => [row.id, row]));
  return bonuses.flatMap(({ completion, participant_id, campaign_id, amount }) => {
    const done = byId.get(completion);
    if (done === undefined || done.participant_id === participant_id) return [];
    return [{ campaign: campaign_id, amount: new Decimal(done.bonus ?? amount) }];
  });
}

async function ranksOf(
  transaction: Queryable,
  people: readonly Participation[],
): Promise<readonly (number | null)[]> {
  const ranked = people.filter(({ total, person }) => total.gt(0) && !person.test);
  if (ranked.length === 0) return people.map(() => null);
  const ranks = await readRanks(
    transaction,
    ranked.map(({ campaignId, total }) => ({ campaignId, total: total.toFixed() })),
  );
  return people.map((one) => ranks[ranked.indexOf(one)] ?? null);
}

/** The total and its position may move although nothing was taken back, which no other event tells. */
function rankChanged(
  survivor: Participation,
  campaign: CampaignRules,
  moved: { readonly rank: number | null; readonly previous: number | null; readonly at: Date },
): FrozenEvent {
  survivor.seq += 1;
  survivor.changed = true;
  return {
    id: newId('we'),
    type: 'rank.changed',
    occurred_at: moved.at.toISOString(),
    trust: 'server',
    organization: campaign.organization,
    community: campaign.community,
    campaign: { id: campaign.id, name: campaign.name, created_at: campaign.createdAt.toISOString() },
    participant: { ...snapshotOf(survivor), rank: moved.rank },
    seq: survivor.seq,
    data: { rank: moved.rank, previous_rank: moved.previous },
  };
}

function deductedFrom(survivor: Participation, changes: readonly Change[]): number {
  return changes
    .reduce(
      (sum, change) =>
        change.kind === 'ledger' && change.participation === survivor && change.amount.isNegative()
          ? sum.minus(change.amount)
          : sum,
      new Decimal(0),
    )
    .toNumber();
}

function progressOf({
  survivor,
  tasks,
  quests,
}: {
  readonly survivor: Participation;
  readonly tasks: readonly TaskId[];
  readonly quests: readonly QuestId[];
}): MergedProgress[] {
  const campaignId = uuidOf(survivor.campaignId);
  return [
    ...tasks.flatMap((id) => {
      const done = survivor.completedTasks.get(id);
      return done === undefined ? [] : [{ campaignId, subjectId: uuidOf(id), ...done }];
    }),
    ...quests.map((id) => ({ campaignId, subjectId: uuidOf(id), period: 'once', count: 1 })),
  ];
}

/** What the survivor lacks comes from the absorbed one. */
function unitedPerson(survivor: MergingPerson, absorbed: MergingPerson) {
  const more = Object.entries(absorbed.fields).filter(([name]) => !(name in survivor.fields));
  const room = Math.max(0, mostFields - Object.keys(survivor.fields).length);
  return {
    externalId: survivor.external_id ?? absorbed.external_id,
    email: survivor.email ?? absorbed.email,
    firstName: survivor.first_name ?? absorbed.first_name,
    lastName: survivor.last_name ?? absorbed.last_name,
    phone: survivor.phone ?? absorbed.phone,
    wallet: survivor.wallet ?? absorbed.wallet,
    fields: { ...survivor.fields, ...Object.fromEntries(more.slice(0, room)) },
  };
}

function alreadyOne({ into, from }: Asked, survivor: Uuid): MergeOutcome {
  const id = idFromUuid('usr', survivor);
  return { repeated: true, survivor: id, absorbed: from === id ? into : from, campaigns: [], events: [] };
}

/** Commits what the work wrote. */
async function inTransaction(
  { database }: MergingParts,
  work: (transaction: Queryable) => Promise<Written>,
): Promise<MergeOutcome> {
  const client = await database.pool.connect();
  let written: Written | null = null;
  try {
    await client.query({ text: 'begin' });
    written = await work(client);
    await client.query({ text: 'commit' });
  } catch (error) {
    written?.acceptance?.rolledBack();
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
  const { acceptance, outcome } = written;
  await afterRequestTransaction((committed) =>
    committed ? acceptance?.committed() : acceptance?.rolledBack(),
  );
  return outcome;
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === deadlock;
}

function themselves(id: ParticipantId): Problem {
  const detail = `Found ${id} on both sides, expected two participants. Name the one who is to be taken in.`;
  return new Problem('invalid_request', detail, { faults: [{ pointer: '/from', detail }] });
}

function unknownFrom(from: ParticipantId): Problem {
  const detail = `No participant of this organization has the id ${from}. Check it.`;
  return new Problem('unknown_participant', detail, { faults: [{ pointer: '/from', detail }] });
}

function inFlight(absorbed: Uuid, payouts: readonly Uuid[]): Problem {
  const [first] = payouts.map((id) => idFromUuid('pay', id));
  const which =
    payouts.length === 1 ? `the payment ${first}` : `${payouts.length} payments, such as ${first},`;
  return new Problem(
    'conflict',
    `For ${idFromUuid('usr', absorbed)} ${which} has been asked for and not settled. Merge them once it is paid or failed, or merge the other way round.`,
  );
}

function testAndLive(survivor: MergingPerson, absorbed: MergingPerson): Problem {
  const [tester, other] = (survivor.test ? [survivor, absorbed] : [absorbed, survivor]).map(({ id }) =>
    idFromUuid('usr', id),
  );
  return new Problem(
    'conflict',
    `${tester} is a test participant and ${other} is not; what tests did must not count. Merge two of the same kind.`,
  );
}
