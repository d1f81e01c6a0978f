import type { Cast, Person, Reward } from './cast.ts';
import { seededRandom } from './random.ts';

/** An event as `POST /v1/events` takes it; `campaign_id` is added when the campaign exists. */
export interface StoryEvent {
  readonly type: string;
  readonly trust: 'server' | 'browser';
  readonly participant: Readonly<Record<string, unknown>> | null;
  readonly seq: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What somebody did, and the events it caused, in causal order: published in one request. */
export type Action = readonly StoryEvent[];

interface Player {
  readonly person: Person;
  readonly referrer: Player | null;
  readonly account: { readonly platform: string; readonly name: string };
  readonly wallet: string | null;
  joined: boolean;
  total: number;
  referral: number;
  ugc: number;
  rank: number | null;
  seq: number;
  best: number | null;
  tasksDone: number;
  converted: boolean;
  optedIn: boolean;
  readonly earnings: { readonly id: string; readonly reward: Reward }[];
}

/**
 * The demo's story: sign-ins, joins, tasks, a quest, a game, referrals that convert, rewards, payouts that
 * fail and succeed. Points add up: every snapshot shows the sum of what the person was given until then.
 * The same cast and seed tell the same story.
 */
export function tellStory(cast: Cast, seed: number): readonly Action[] {
  const random = seededRandom(seed);
  const stage = new Stage(cast, random);
  const players = stage.players;
  const plans = players.map((player, index) => ({ player, acts: planOf(stage, player, index) }));
  const actions: Action[] = [];
  // Somebody at random goes on with their plan, until every plan is done. Nobody joins through somebody who
  // has not joined.
  let started = 1;
  for (;;) {
    const open = plans
      .slice(0, started)
      .filter(({ player, acts }) => acts.length > 0 && (player.referrer?.joined ?? true));
    if (started < plans.length && (open.length === 0 || random() < 0.3)) {
      started += 1;
      continue;
    }
    const plan = open[Math.floor(random() * open.length)];
    if (plan === undefined) break;
    const act = plan.acts.shift();
    if (act === undefined) break;
    const events = stage.play(act);
    if (events.length > 0) actions.push(events);
  }
  actions.push(...stage.operations());
  return actions;
}

type Act = () => void;

/** What one person does, in order. Who comes later in the cast does less. */
function planOf(stage: Stage, player: Player, index: number): Act[] {
  const { cast } = stage;
  const plan: Act[] = [() => stage.signIn(player), () => stage.join(player)];
  const tasks = cast.quest.tasks.slice(0, index % 4 === 3 ? 2 : cast.quest.tasks.length);
  for (const [number] of tasks.entries()) plan.push(() => stage.completeTask(player, number));
  if (index % 3 === 0) {
    plan.push(() => stage.optIn(player));
    const levels = index % 6 === 0 ? cast.game.levels.length : 1;
    for (let level = 0; level < levels; level++) plan.push(() => stage.playLevel(player, level));
  }
  if (index % 4 === 1) plan.push(() => stage.pay(player, Math.round(199 + stage.random() * 4800) / 100));
  if (index % 5 === 2) plan.push(() => stage.giveByHand(player));
  plan.push(() => stage.claim(player));
  if (index % 7 === 3) plan.push(() => stage.withdraw(player));
  return plan;
}

class Stage {
  readonly cast: Cast;
  readonly random: () => number;
  readonly players: readonly Player[];
  #events: StoryEvent[] = [];
  #movers: Player[] = [];
  #ids = 0;
  #payments = 0;

  constructor(cast: Cast, random: () => number) {
    this.cast = cast;
    this.random = random;
    const players: Player[] = [];
    for (const person of cast.people) {
      const referrer = players.find((other) => other.person.key === person.referrer) ?? null;
      if (person.referrer !== null && referrer === null) {
        throw new Error(
          `The demo's cast lets ${person.key} follow ${person.referrer}, who does not come before`,
        );
      }
      players.push(this.#enter(person, referrer));
    }
    this.players = players;
  }

  #enter(person: Person, referrer: Player | null): Player {
    const onChain = person.platform === 'ethereum';
    const wallet = onChain ? this.#hex(40) : null;
    return {
      person,
      referrer,
      account: { platform: person.platform, name: wallet ?? `${person.key}.sails` },
      wallet,
      joined: false,
      total: 0,
      referral: 0,
      ugc: 0,
      rank: null,
      seq: 0,
      best: null,
      tasksDone: 0,
      converted: false,
      optedIn: false,
      earnings: [],
    };
  }

  /** The events of one action, ranks last. */
  play(act: Act): Action {
    this.#events = [];
    this.#movers = [];
    act();
    if (this.#movers.length > 0) this.#rerank();
    return this.#events;
  }

  signIn(player: Player): void {
    this.#emit(player, 'user.signed_in', {
      session: { id: this.#id('ses') },
      method: player.account.platform === 'ethereum' ? 'wallet' : player.account.platform,
      account: player.account,
    });
  }

  join(player: Player): void {
    const { referrer } = player;
    player.joined = true;
    this.#credit(player, this.cast.initial_points);
    const named = referrer && { external_id: referrer.person.key };
    this.#emit(player, 'user.joined_campaign', { referrer: named });
    this.#issue(player, this.cast.initial_points, 'initial', null);
    if (named === null) return;
    this.#emit(player, 'referral.joined', {
      referral: { id: `ref_${player.person.key}` },
      referrer: named,
      code: `${referrer?.person.key.toUpperCase()}-REGATTA`,
      account: player.account,
    });
  }

  completeTask(player: Player, number: number): void {
    const { quest } = this.cast;
    const task = quest.tasks[number];
    if (task === undefined) return;
    const given = boosted(task.points, player);
    player.tasksDone += 1;
    this.#credit(player, given, task.ugc ? 'ugc' : 'task');
    const { points: _points, ugc, ...shown } = task;
    this.#emit(player, 'task.completed', {
      task: shown,
      quest: { id: quest.id, name: quest.name },
      account: player.account,
      points: given,
      ugc,
    });
    this.#issue(player, given, ugc ? 'ugc' : 'task', null);
    if (player.tasksDone === quest.tasks.length) this.#completeQuest(player);
    this.#rewardReferrer(player, shown, given);
  }

  #completeQuest(player: Player): void {
    const { quest, rewards } = this.cast;
    const given = boosted(quest.points, player);
    this.#credit(player, given);
    this.#emit(player, 'quest.completed', {
      quest: { id: quest.id, name: quest.name },
      group: quest.group,
      account: player.account,
      points: given,
    });
    this.#issue(player, given, 'quest', null);
    this.#earn(player, rewards.quest);
  }

  /** The referrer's share, and once the referred person has done enough, the conversion with its reward. */
  #rewardReferrer(player: Player, task: Readonly<Record<string, unknown>>, given: number): void {
    const { referrer } = player;
    if (referrer === null || !referrer.joined) return;
    const { bonus_percent: percent, converts_at_points: threshold } = this.cast.referral;
    const bonus = Math.round((given * percent) / 100);
    this.#credit(referrer, bonus, 'referral');
    this.#emit(player, 'referral.action', {
      referral: { id: `ref_${player.person.key}` },
      referrer: {
        external_id: referrer.person.key,
        total_points: referrer.total,
        referral_points: referrer.referral,
        ugc_points: referrer.ugc,
        multiplier_percent: referrer.person.multiplier_percent,
        rank: this.#rankOf(referrer),
        team: referrer.person.team,
      },
      task,
      account: player.account,
      bonus,
    });
    if (!player.converted && player.total >= threshold) {
      player.converted = true;
      this.#emit(player, 'referral.converted', {
        referral: { id: `ref_${player.person.key}` },
        referrer: { external_id: referrer.person.key },
      });
      this.#earn(referrer, this.cast.rewards.referral);
    }
    this.#issue(referrer, bonus, 'referral', null);
  }

  optIn(player: Player): void {
    const { points, ...task } = this.cast.game.optin_task;
    const given = boosted(points, player);
    player.optedIn = true;
    this.#credit(player, given);
    this.#emit(player, 'game.optin_submitted', {
      task,
      account: player.account,
      fields: {
        newsletter: this.random() < 0.5,
        boat: `The ${player.person.last_name}`,
        crew: 1 + Math.floor(this.random() * 6),
      },
      points: given,
    });
    this.#issue(player, given, 'task', null);
  }

  playLevel(player: Player, number: number): void {
    const { levels, task } = this.cast.game;
    const level = levels[number];
    if (level === undefined) return;
    const { points, ...shown } = level;
    const given = boosted(points, player);
    const score = 1000 * level.number + Math.floor(this.random() * 9000);
    this.#credit(player, given);
    this.#emit(player, 'task.completed', {
      task,
      account: player.account,
      points: given,
      level: { ...shown, last: number === levels.length - 1 },
      score,
    });
    this.#issue(player, given, 'game', null);
    if (player.best !== null && score <= player.best) return;
    const previous = player.best;
    player.best = score;
    this.#emit(player, 'game.high_score', {
      play: { id: this.#id('ply') },
      level: shown,
      score,
      high_score: score,
      previous_high_score: previous,
      is_campaign_best: this.players.every((other) => other === player || (other.best ?? 0) < score),
    });
  }

  pay(player: Player, value: number): void {
    const { points_per_unit: rate, ...trigger } = this.cast.trigger;
    const credits = Math.round(value * rate);
    this.#credit(player, credits);
    this.#emit(player, 'trigger.fired', { trigger, trigger_event: { id: this.#id('tre') }, value }, 'server');
    this.#issue(player, credits, 'api', 'Loyalty points for a purchase', 'server');
  }

  giveByHand(player: Player): void {
    this.#credit(player, 75);
    this.#issue(
      player,
      75,
      this.random() < 0.5 ? 'custom' : 'csv',
      'Thank you for testing the boats',
      'server',
    );
    this.#earn(player, this.cast.rewards.code);
  }

  withdraw(player: Player): void {
    const amount = 120.5;
    player.total = cents(player.total - amount);
    this.#movers.push(player);
    this.#emit(player, 'points.deducted', {
      transaction: { id: this.#id('txn') },
      amount,
      cause: 'withdrawal',
      note: 'Spent in the harbour shop',
    });
  }

  /** Claims everything earned. Tokens are paid out by the organization's own system. */
  claim(player: Player): void {
    for (const { id, reward } of player.earnings.splice(0)) {
      const { amount, ...shown } = reward;
      this.#emit(player, 'reward.claimed', {
        earning_id: id,
        reward: shown,
        amount,
        code: reward.kind === 'code' ? `HARBOUR-${this.#hex(8).slice(2).toUpperCase()}` : null,
        account: player.account,
      });
      if (reward.kind === 'token') this.#payOut(player, id, reward);
    }
  }

  /** Every third payment fails first and is asked for again under the same id. */
  #payOut(player: Player, earningId: string, reward: Reward): void {
    const { amount, ...shown } = reward;
    this.#payments += 1;
    const paymentId = this.#id('pay');
    const failsFirst = this.#payments % 3 === 1;
    for (const attempt of failsFirst ? [1, 2] : [1]) {
      const payment = {
        payment_id: paymentId,
        earning_ids: [earningId],
        attempt,
        reward: shown,
        amount,
        account: player.account,
      };
      this.#emit(
        player,
        'payout.requested',
        { ...payment, requested_by: attempt === 1 ? 'claim' : 'operator' },
        'server',
      );
      if (failsFirst && attempt === 1) {
        const reason = 'The receiver answered 503 Service Unavailable.';
        this.#emit(player, 'payout.failed', { ...payment, status: 503, reason }, 'server');
      } else {
        this.#emit(
          player,
          'payout.paid',
          { ...payment, settled_by: 'webhook', reference: this.#hex(64) },
          'server',
        );
      }
    }
  }

  /** What Fanfare would tell about a webhook of the organization. */
  operations(): Action[] {
    const webhook = { id: 'old-crm', name: 'Old CRM' };
    const since = '2026-05-01T09:30:00.000Z';
    const reason = 'The receiver answered 503 Service Unavailable.';
    return [
      [this.#operational('webhook.failing', { webhook, reason, since, failures: 12 })],
      [this.#operational('webhook.recovered', { webhook, since, failures: 14 })],
      [
        this.#operational('webhook.disabled', {
          webhook,
          reason: 'The receiver answered 410 Gone: it asks for no more deliveries.',
          since,
        }),
      ],
    ];
  }

  #operational(type: string, data: Readonly<Record<string, unknown>>): StoryEvent {
    return { type, trust: 'server', participant: null, seq: null, data };
  }

  #earn(player: Player, reward: Reward): void {
    const id = this.#id('ern');
    const { amount, ...shown } = reward;
    player.earnings.push({ id, reward });
    this.#emit(
      player,
      'earning.created',
      { earning_id: id, reward: shown, amount, account: player.account },
      'server',
    );
  }

  #issue(
    player: Player,
    amount: number,
    cause: string,
    note: string | null,
    trust: StoryEvent['trust'] = 'browser',
  ): void {
    if (amount === 0) return;
    this.#emit(
      player,
      'points.issued',
      { transaction: { id: this.#id('txn') }, amount, cause, note, account: player.account },
      trust,
    );
  }

  #credit(player: Player, amount: number, bucket: 'task' | 'referral' | 'ugc' = 'task'): void {
    player.total = cents(player.total + amount);
    if (bucket === 'referral') player.referral = cents(player.referral + amount);
    if (bucket === 'ugc') player.ugc = cents(player.ugc + amount);
    this.#movers.push(player);
  }

  #emit(
    player: Player,
    type: string,
    data: Readonly<Record<string, unknown>>,
    trust: StoryEvent['trust'] = 'browser',
  ): void {
    player.seq += 1;
    this.#events.push({ type, trust, participant: this.#snapshot(player), seq: player.seq, data });
  }

  #snapshot(player: Player): Readonly<Record<string, unknown>> {
    const { person } = player;
    return {
      external_id: person.key,
      email: `${person.key}@regatta.example`,
      first_name: person.first_name,
      last_name: person.last_name,
      wallet: player.wallet,
      fields: player.optedIn ? { boat: `The ${person.last_name}` } : {},
      total_points: player.total,
      referral_points: player.referral,
      ugc_points: player.ugc,
      multiplier_percent: person.multiplier_percent,
      rank: this.#rankOf(player),
      team: person.team,
    };
  }

  /** 1 for the most points; those with the same share a position; null without points. */
  #rankOf(player: Player): number | null {
    if (player.total <= 0) return null;
    return 1 + this.players.filter((other) => other.total > player.total).length;
  }

  /** Says so of everybody whose points changed and who stands elsewhere now. */
  #rerank(): void {
    for (const player of new Set(this.#movers)) {
      const rank = this.#rankOf(player);
      if (rank !== player.rank) this.#emit(player, 'rank.changed', { rank, previous_rank: player.rank });
      player.rank = rank;
    }
  }

  #id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}_${String(this.#ids).padStart(6, '0')}`;
  }

  #hex(digits: number): string {
    let text = '0x';
    for (let i = 0; i < digits; i++) text += Math.floor(this.random() * 16).toString(16);
    return text;
  }
}

/** 10 % turns 500 into 550; whole points. */
function boosted(points: number, player: Player): number {
  return Math.round((points * (100 + player.person.multiplier_percent)) / 100);
}

/** Keeps sums of halves and cents exact. */
function cents(points: number): number {
  return Math.round(points * 100) / 100;
}
