import type { CampaignSnapshot } from '../../catalog/index.ts';
import type { Id, IdPrefix } from '../../ids.ts';
import type { Intent } from './action.ts';
import type { ActionResult, Change, DecidedEvent, Decision, RefusalCode } from './decision.ts';
import type { ClaimResult, Earning } from './payment.ts';
import type { CampaignRules, Participation, World } from './state.ts';

/** A new id of this kind, ordered after every id made before. */
export type NewId = <P extends IdPrefix>(prefix: P) => Id<P>;

/** Ends a turn without effect. */
export class Halt extends Error {
  readonly decision: Exclude<Decision, { kind: 'done' }>;

  constructor(decision: Exclude<Decision, { kind: 'done' }>) {
    super(decision.detail);
    this.name = 'Halt';
    this.decision = decision;
  }
}

export function refuse(code: RefusalCode, detail: string): never {
  throw new Halt({ kind: 'refused', code, detail });
}

/**
 * For an action that may happen once and has happened. `first` is what the first one made, as far as it is known
 * here; of a completion the period is, and its id may be looked up.
 */
export function repeat(
  detail: string,
  first: Partial<ActionResult> = {},
  completed: Extract<Decision, { kind: 'repeated' }>['completed'] = null,
): never {
  const result = {
    joined: false,
    completion: null,
    quests: [],
    play: null,
    revocation: null,
    difference: null,
    trigger_event: null,
    transaction: null,
    earnings: [],
    claim: null,
    payout: null,
    ...first,
  };
  throw new Halt({ kind: 'repeated', detail, result, completed });
}

/**
 * One action while it is decided. Rules change the world in place, through here, so that an action refused
 * halfway (a quest's reward out of stock, a referrer at the limit) leaves nothing behind.
 */
export class Turn {
  readonly intent: Intent;
  readonly world: World;
  readonly campaign: CampaignRules;
  /** The one who acts. */
  readonly actor: Participation;
  readonly newId: NewId;
  /** What every event of the turn shows of its time and place. */
  readonly occurredAt: string;
  readonly campaignSnapshot: CampaignSnapshot;
  readonly changes: Change[] = [];
  readonly events: DecidedEvent[] = [];
  /** Earned in this turn, to be paid without being claimed once everything else has been told. */
  readonly toPay: Earning[] = [];
  claim: ClaimResult | null = null;
  payout: ActionResult['payout'] = null;
  /** What a correction came to. */
  corrected: Pick<ActionResult, 'revocation' | 'difference'> = { revocation: null, difference: null };
  readonly #undo: (() => void)[] = [];
  readonly #touched = new Set<Participation>();

  constructor(intent: Intent, world: World, newId: NewId) {
    const campaign = world.campaigns.get(intent.campaignId);
    const actor = world.participation(intent.campaignId, intent.participantId);
    if (campaign === undefined) throw new Error(`the campaign ${intent.campaignId} was not loaded`);
    if (actor === undefined) {
      throw new Error(`the participation of ${intent.participantId} in ${intent.campaignId} was not loaded`);
    }
    this.intent = intent;
    this.world = world;
    this.campaign = campaign;
    this.actor = actor;
    this.newId = newId;
    this.occurredAt = intent.occurredAt.toISOString();
    this.campaignSnapshot = {
      id: campaign.id,
      name: campaign.name,
      created_at: campaign.createdAt.toISOString(),
    };
  }

  get at(): Date {
    return this.intent.occurredAt;
  }

  /** The participation, to be written to. Its maps and sets are changed beside `onUndo`. */
  edit(participation: Participation): Participation {
    if (!this.#touched.has(participation)) {
      this.#touched.add(participation);
      const before = { ...participation };
      this.onUndo(() => Object.assign(participation, before));
      participation.changed = true;
    }
    return participation;
  }

  onUndo(restore: () => void): void {
    this.#undo.push(restore);
  }

  /** Gives the world back as the turn found it. */
  undo(): void {
    for (const restore of this.#undo.reverse()) restore();
  }
}
