import { Decimal } from 'decimal.js';
import { expect } from 'vitest';
import {
  type CampaignRules,
  type Change,
  type Decision,
  decide,
  type Earning,
  type Form,
  type Intent,
  type Participation,
  type PastCompletion,
  type Payout,
  type PayoutSettlement,
  type QuestRules,
  type RewardRules,
  type TaskRules,
  type TriggerRules,
  type World,
} from '../../../src/campaigns/rules/index.ts';
import { type FrozenEvent, parsePublished } from '../../../src/catalog/index.ts';
import { formatNames, formatsByName } from '../../../src/formats/index.ts';
import {
  type CampaignId,
  type GroupId,
  type JobId,
  newId,
  type ParticipantId,
  type QuestId,
  type RewardId,
  type TaskId,
} from '../../../src/ids.ts';

export const points = (amount: number | string) => new Decimal(amount);

/** Ids that say in their last letters what they name. */
export function idOf<P extends string>(prefix: P, name: string): `${P}_${string}` {
  const letters = name.replaceAll(/[ilou]/g, 'x').replaceAll(/[^0-9a-z]/g, '');
  return `${prefix}_${letters.padStart(26, '0').slice(-26)}`;
}
export const taskId = (name: string): TaskId => idOf('tsk', name);
export const questId = (name: string): QuestId => idOf('qst', name);
export const rewardId = (name: string): RewardId => idOf('rwd', name);
export const personId = (name: string): ParticipantId => idOf('usr', name);
const groupId: GroupId = idOf('grp', 'season');
export const campaignId: CampaignId = idOf('cmp', 'regatta');

export function task(name: string, settings: Partial<TaskRules> = {}): TaskRules {
  return {
    id: taskId(name),
    questId: questId('sail'),
    name,
    type: 'api',
    meta: null,
    points: points(500),
    multiplierPercent: points(0),
    recurrence: 'once',
    prerequisites: [],
    ugc: false,
    browser: false,
    level: null,
    reward: null,
    ...settings,
  };
}

export function reward(name: string, settings: Partial<RewardRules> = {}): RewardRules {
  return {
    id: rewardId(name),
    name,
    kind: 'loot_box',
    unit: 'Boxes',
    decimals: 4,
    payout: { mode: 'internal' },
    ...settings,
  };
}

export function trigger(settings: Partial<TriggerRules> = {}): TriggerRules {
  return {
    id: 'successful_payment',
    name: 'Successful payment',
    campaignId,
    credit: { kind: 'rate', rate: points(100) },
    taskId: null,
    ...settings,
  };
}

interface Design extends Partial<Omit<CampaignRules, 'tasks' | 'quests' | 'rewards'>> {
  readonly tasks?: readonly TaskRules[];
  /** Those that tasks name and this does not are worth nothing. */
  readonly quests?: readonly Partial<QuestRules>[];
  readonly rewards?: readonly RewardRules[];
  readonly stock?: Readonly<Record<string, string>>;
}

export const start = new Date('2026-03-04T10:00:00.000Z');
export const hourMs = 3_600_000;

/** A campaign in memory, in which people act one after the other. */
export class Season {
  readonly campaign: CampaignRules;
  readonly world: World;
  readonly people = new Map<string, Participation>();
  readonly events: FrozenEvent[] = [];
  readonly claimable = new Map<Participation, { earnings: Earning[]; more: boolean }>();
  /** Why the webhook that pays cannot be asked. */
  payoutObstacle: string | null = null;
  readonly completions = new Map<PastCompletion['id'], PastCompletion>();
  at = start;

  constructor(design: Design = {}) {
    const tasks = design.tasks ?? [];
    const quests = new Map<QuestId, QuestRules>();
    for (const { questId: id } of tasks) {
      const own = tasks.filter((one) => one.questId === id).map((one) => one.id);
      const settings = design.quests?.find((quest) => quest.id === id);
      quests.set(id, {
        id,
        groupId,
        name: `Quest ${id.slice(-5)}`,
        tasks: own,
        points: points(0),
        reward: null,
        ...settings,
      });
    }
    this.campaign = {
      organization: { id: idOf('org', 'aurora'), name: 'Aurora' },
      community: { id: idOf('com', 'aurora'), name: 'Aurora' },
      id: campaignId,
      name: 'Regatta',
      createdAt: new Date('2026-01-01T00:00:00.000Z'),
      status: 'active',
      startsAt: null,
      endsAt: null,
      initialPoints: points(0),
      referralRule: { minPoints: null, anyOfTasks: new Set() },
      referralBonus: null,
      groups: new Map([[groupId, { id: groupId, name: 'Season' }]]),
      ...design,
      quests,
      tasks: new Map(tasks.map((one) => [one.id, one])),
      rewards: new Map((design.rewards ?? []).map((one) => [one.id, one])),
    };
    this.world = {
      campaigns: new Map([[campaignId, this.campaign]]),
      participation: (campaign, id) =>
        campaign === campaignId
          ? [...this.people.values()].find(({ person }) => person.id === id)
          : undefined,
      triggerKeys: new Map(),
      bookingKeys: new Map(),
      games: { playKeys: new Map(), forms: new Map(), bestScores: new Map() },
      claimable: this.claimable,
      payouts: new Map(),
      payoutObstacle: () => this.payoutObstacle,
      corrections: { completions: this.completions, recalculated: new Set() },
      stock: new Map(
        Object.entries(design.stock ?? {}).map(([name, amount]) => [rewardId(name), new Decimal(amount)]),
      ),
    };
  }

  /** Somebody, not joined before they do something. */
  person(name: string, settings: { test?: boolean } = {}): Participation {
    const known = this.people.get(name);
    if (known !== undefined) return known;
    const made: Participation = {
      campaignId,
      person: {
        id: personId(name),
        externalId: `external-${name}`,
        email: `${name}@example.com`,
        firstName: name,
        lastName: null,
        phone: null,
        wallet: null,
        fields: {},
        test: settings.test ?? false,
      },
      joinedAt: null,
      referrer: null,
      team: null,
      multiplierPercent: points(0),
      total: points(0),
      referralPoints: points(0),
      ugcPoints: points(0),
      referralCount: 0,
      bestScore: null,
      seq: 0,
      referral: null,
      completedTasks: new Map(),
      completedQuests: new Set(),
      changed: false,
    };
    this.people.set(name, made);
    this.claimable.set(made, { earnings: [], more: false });
    return made;
  }

  /** Everything that a refused or repeated action must leave alone. */
  image(): unknown {
    return {
      people: [...this.people.values()].map((one) => ({
        ...one,
        completedTasks: [...one.completedTasks],
        completedQuests: [...one.completedQuests],
      })),
      triggerKeys: [...this.world.triggerKeys],
      bookingKeys: [...this.world.bookingKeys],
      games: Object.values(this.world.games).map((one) => [...one]),
      completions: [...this.completions.values()].map((one) => ({ ...one, participation: null })),
      recalculated: [...this.world.corrections.recalculated],
      stock: [...this.world.stock].map(([id, left]) => [id, left.toFixed()]),
      earnings: [...this.claimable.values()].map(({ earnings }) => earnings),
      payouts: [...this.world.payouts.values()].map(({ participation, ...payout }) => ({
        ...payout,
        of: participation.person.id,
      })),
    };
  }

  /** Decides one action, and holds what comes of it against what must be true of every decision. */
  act(name: string, action: Intent['action'], trust: Intent['trust'] = 'server'): Decision {
    const actor = this.person(name);
    const before = JSON.stringify(this.image());
    const seqs = new Map([...this.people.values()].map((one) => [one, one.seq]));
    // Whoever takes somebody in goes on where either of the two was.
    const absorbed = action.kind === 'merge' ? this.world.participation(campaignId, action.absorbed) : actor;
    seqs.set(actor, Math.max(actor.seq, absorbed?.seq ?? 0));
    const intent = { action, campaignId, participantId: actor.person.id, trust, occurredAt: this.at };
    const decision = decide(intent, this.world, { newId });
    if (decision.kind !== 'done') {
      expect(JSON.stringify(this.image())).toBe(before);
      if (decision.kind === 'refused') expect(decision.detail).toMatch(/\.$/);
      return decision;
    }
    for (const { event, participation } of decision.events) {
      const seq = (seqs.get(participation) ?? 0) + 1;
      seqs.set(participation, seq);
      expect(event).toMatchObject({ seq, trust, occurred_at: this.at.toISOString() });
      expect(event.participant?.id).toBe(participation.person.id);
      expectWellFormed(event);
    }
    for (const [one, seq] of seqs) expect(one.seq).toBe(seq);
    expect(bookedAndTold(decision)).toEqual([]);
    this.events.push(...decision.events.map(({ event }) => event));
    for (const change of decision.changes) {
      if (change.kind === 'completion') this.#remember(change, decision.changes);
    }
    return decision;
  }

  #remember(completion: Extract<Change, { kind: 'completion' }>, changes: readonly Change[]): void {
    const { id, participation, subject, period, multiplierPercent, multiplierRaise } = completion;
    const before = [...this.completions.values()].filter(
      (one) => one.subject === subject && one.participation === participation,
    );
    const rewards = changes.flatMap((change) =>
      change.kind === 'earning' && change.cause === id ? [change.earning] : [],
    );
    const inPoints = (one: { readonly reward: RewardId }) =>
      this.campaign.rewards.get(one.reward)?.kind === 'points';
    this.completions.set(id, {
      id,
      participation,
      subject,
      period,
      multiplierPercent,
      byTrigger: completion.triggerEvent !== null,
      ugc: this.#countsAsUgc(completion, changes),
      worth: completion.points,
      bonus: completion.bonus,
      rewardPoints: rewards.filter(inPoints).reduce((sum, { amount }) => sum.plus(amount), new Decimal(0)),
      earnings: rewards.filter((one) => !inPoints(one)),
      multiplierRaise: multiplierRaise ?? before.at(-1)?.multiplierRaise ?? null,
      earlierPeriod: before.findLast(({ revokedAt }) => revokedAt === null)?.period ?? null,
      revokedAt: null,
    });
  }

  /** By the bucket its points went to; what gave none goes by its task. */
  #countsAsUgc(
    { id, subject }: Extract<Change, { kind: 'completion' }>,
    changes: readonly Change[],
  ): boolean {
    for (const change of changes)
      if (change.kind === 'ledger' && change.cause === id) return change.bucket === 'ugc';
    return [...this.campaign.tasks.values()].some((one) => one.id === subject && one.ugc);
  }

  /** The completions that stand, oldest first. */
  standing(name: string, subject?: string): PastCompletion[] {
    return [...this.completions.values()].filter(
      (one) =>
        one.participation === this.person(name) &&
        one.revokedAt === null &&
        (subject === undefined || one.subject === taskId(subject) || one.subject === questId(subject)),
    );
  }

  /** Their newest completion of it. */
  revoke(name: string, subject: string): Decision {
    const completion = [...this.completions.values()].findLast(
      (one) =>
        one.participation === this.person(name) &&
        (one.subject === taskId(subject) || one.subject === questId(subject)),
    );
    if (completion === undefined) throw new Error(`${name} never completed ${subject}`);
    return this.act(name, { kind: 'revoke_completion', completion: completion.id, reason: 'Cheated' });
  }

  recalculate(
    name: string,
    settings: { id?: JobId; subjects?: readonly string[]; dryRun?: boolean } = {},
  ): Decision {
    const { id = newId('job'), subjects, dryRun = false } = settings;
    return this.act(name, {
      kind: 'recalculate',
      recalculation: id,
      subjects:
        subjects === undefined ? null : new Set(subjects.flatMap((one) => [taskId(one), questId(one)])),
      dryRun,
    });
  }

  /** The owner changes the design; everything else stays as it is. */
  redesign(change: (campaign: CampaignRules) => Partial<CampaignRules>): void {
    Object.assign(this.campaign, change(this.campaign));
  }

  join(name: string, referrer: string | null = null): Decision {
    const id = referrer === null ? null : personId(referrer);
    return this.act(name, { kind: 'join', referrer: id, code: null, account: null, team: null });
  }

  complete(name: string, taskName: string, score: number | null = null): Decision {
    return this.act(name, {
      kind: 'complete_task',
      taskId: taskId(taskName),
      account: { platform: 'discord', name },
      score: score === null ? null : points(score),
    });
  }

  play(
    name: string,
    round: { fields?: Form; score?: number; level?: string; task?: string; key?: string },
  ): Decision {
    const { fields = null, score, level, task: taskName, key = null } = round;
    return this.act(name, {
      kind: 'play',
      fields,
      score: score === undefined ? null : points(score),
      round: taskName !== undefined ? { task: taskId(taskName) } : level !== undefined ? { level } : null,
      account: null,
      key,
    });
  }

  fire(name: string, rules: TriggerRules, value: number | null, key: string | null = null): Decision {
    return this.act(name, { kind: 'fire_trigger', trigger: rules, value, key, account: null });
  }

  issue(name: string, amount: number | string, reference = newId('txn') as string): Decision {
    return this.act(name, { kind: 'issue_points', amount: points(amount), cause: 'custom', reference });
  }

  deduct(name: string, amount: number | string, reference = newId('txn') as string): Decision {
    const cause = 'withdrawal';
    return this.act(name, { kind: 'deduct_points', amount: points(amount), cause, reference });
  }

  claim(name: string, rewardName: string | null = null): Decision {
    const wanted = rewardName === null ? null : rewardId(rewardName);
    return this.act(name, { kind: 'claim', reward: wanted, account: null });
  }

  /** The payouts of somebody, in the order in which they began. */
  payouts(name: string): Payout[] {
    return [...this.world.payouts.values()].filter((one) => one.participation === this.person(name));
  }

  /** The request leaves. */
  send(payout: Payout): void {
    expect(payout.state).toBe('requested');
    payout.state = 'sending';
  }

  settle(payout: Payout, settlement: PayoutSettlement): Decision {
    const action = { kind: 'settle_payout', payout: payout.id, settlement } as const;
    return this.act(payout.participation.person.firstName ?? '', action);
  }

  /** What the webhook answered to the newest attempt, or to an older one. */
  answer(payout: Payout, status: number | null, attempt = payout.attempt): Decision {
    const paid = status !== null && status >= 200 && status < 300;
    const outcome = paid ? 'paid' : 'failed';
    return this.settle(payout, { by: 'webhook', attempt, outcome, status, reason: paid ? null : 'No.' });
  }

  retry(payout: Payout, by: 'auto' | 'operator' = 'operator'): Decision {
    const action = { kind: 'request_payout', payout: payout.id, by } as const;
    return this.act(payout.participation.person.firstName ?? '', action);
  }

  pass(ms: number): void {
    this.at = new Date(this.at.getTime() + ms);
  }
}

/** Ledger entries without exactly one event of their own, and the other way round. */
function bookedAndTold(decision: Extract<Decision, { kind: 'done' }>): unknown[] {
  const booked = decision.changes.flatMap((change) =>
    change.kind === 'ledger'
      ? [`${change.participation.person.id} ${change.id} ${change.amount.toNumber()}`]
      : [],
  );
  const told = decision.events.flatMap(({ event }) => {
    if (event.type !== 'points.issued' && event.type !== 'points.deducted') return [];
    const { transaction, amount } = event.data as { transaction: { id: string }; amount: number };
    const signed = event.type === 'points.issued' ? amount : -amount;
    return [`${event.participant?.id} ${transaction.id} ${signed}`];
  });
  return [
    ...booked.filter((one) => told.filter((other) => other === one).length !== 1),
    ...told.filter((one) => !booked.includes(one)),
  ];
}

/** The catalogue takes the event as if somebody had published it, and every format that carries it renders it. */
function expectWellFormed(event: FrozenEvent): void {
  const { type, occurred_at, trust, participant, seq, data } = event;
  const published = { type, occurred_at, trust, participant, seq, data, campaign_id: event.campaign?.id };
  const parsed = parsePublished(published, () => undefined);
  expect(parsed.ok ? [] : parsed.faults, JSON.stringify(event)).toEqual([]);
  // Nothing was left out that the catalogue would have to fill in.
  if (parsed.ok) expect(parsed.event).toEqual(published);
  for (const name of formatNames)
    for (const scope of formatsByName[name].carries(event)) render(name, event, scope);
}

/** The body of an event in a format. */
export function render(
  format: (typeof formatNames)[number],
  event: FrozenEvent,
  scope: string | null,
): Record<string, unknown> {
  const { body } = formatsByName[format].render({
    event,
    delivery: { id: newId('dlv'), scope, createdAt: event.occurred_at },
    webhook: { id: 'crm', name: 'CRM' },
    request: { method: 'POST', url: 'https://example.com/hook', headers: {}, mode: null },
  });
  return JSON.parse(body ?? 'null') as Record<string, unknown>;
}

/** Types of the events, in order. */
export function told(decision: Decision): readonly string[] {
  if (decision.kind !== 'done') throw new Error(`${decision.kind}: ${decision.detail}`);
  return decision.events.map(({ event }) => event.type);
}

export function eventOf(decision: Decision, type: string, n = 0): FrozenEvent {
  if (decision.kind !== 'done') throw new Error(`${decision.kind}: ${decision.detail}`);
  const found = decision.events.filter(({ event }) => event.type === type)[n];
  if (found === undefined) throw new Error(`no ${type} among ${told(decision).join(', ')}`);
  return found.event;
}

export function codeOf(decision: Decision): string {
  return decision.kind === 'refused' ? decision.code : decision.kind;
}
