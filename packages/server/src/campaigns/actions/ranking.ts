import type { FrozenEvent } from '../../catalog/index.ts';
import { type CampaignId, newId, type ParticipantId } from '../../ids.ts';
import { type CounterDelta, type Queryable, readRanks } from '../../storage/index.ts';
import {
  counterDeltas,
  type DecidedEvent,
  type Move,
  type Participation,
  Standings,
} from '../rules/index.ts';
import type { LoadedWorld } from './world.ts';

/** Leaderboard positions after the batch. */
export interface Ranking {
  /** Null without points. */
  of(participation: Participation): number | null;
  /** Events with their ranks filled in, followed by `rank.changed` for everybody whose position moved. */
  complete(events: readonly DecidedEvent[]): FrozenEvent[];
}

/**
 * The positions as this transaction will leave them: those of the totals that the events show, and those of everybody
 * who has an event, before and after; and of those who acted, whether or not anything came of it. They are counted
 * before the batch is written, in one read, and then moved as the batch moves them.
 */
export async function rankParticipants(
  transaction: Queryable,
  world: LoadedWorld,
  events: readonly DecidedEvent[],
  actors: readonly Participation[],
): Promise<Ranking> {
  const people = [...new Set(events.map((one) => one.participation))];
  const before = await countedRanks(transaction, [
    ...people.map((one) => ({ campaignId: one.campaignId, total: totalBefore(world, one) })),
    ...[...people, ...actors].map((one) => ({ campaignId: one.campaignId, total: one.total.toNumber() })),
    ...events.flatMap(({ event }) => totalsShown(event)),
  ]);
  const standings = standingsOf(world);
  const rankAt: RankAt = (campaignId, participantId, total) => {
    const counted = before.get(campaignId)?.get(total);
    const one = participantId === null ? undefined : world.participation(campaignId, participantId);
    if (counted === undefined || one?.person.test) return null;
    const rank = standings.get(campaignId)?.position(total, counted) ?? counted;
    // An event may show a total that its participant has left behind meanwhile: nobody is ahead of themselves.
    return one?.total.gt(total) ? rank - 1 : rank;
  };
  const now = (one: Participation) => rankAt(one.campaignId, one.person.id, one.total.toNumber());

  return {
    of: now,
    complete(decided) {
      const completed = decided.map(({ event }) => withRanks(event, rankAt));
      for (const one of people.filter(isRanked)) {
        const previous = before.get(one.campaignId)?.get(totalBefore(world, one)) ?? null;
        const last = decided.findLast(({ participation }) => participation === one);
        if (last === undefined || now(one) === previous) continue;
        one.seq += 1;
        one.changed = true;
        completed.push(rankChanged(last.event, one, previous, now(one)));
      }
      return completed;
    },
  };
}

/** How the batch moves the counts of the leaderboard. */
export function leaderboardMoves(world: LoadedWorld): readonly CounterDelta[] {
  return sumUp(
    world.participations
      .filter(isRanked)
      .flatMap((one) =>
        counterDeltas(world.totalBefore.get(one) ?? one.total, one.total).map(
          ({ level, prefix, digit, delta }) => ({ campaignId: one.campaignId, level, prefix, digit, delta }),
        ),
      ),
  );
}

function standingsOf(world: LoadedWorld): ReadonlyMap<CampaignId, Standings> {
  const moves = new Map<CampaignId, Move[]>();
  for (const one of world.participations.filter(isRanked)) {
    const move = { before: totalBefore(world, one), after: one.total.toNumber() };
    if (move.before === move.after) continue;
    const list = moves.get(one.campaignId);
    if (list === undefined) moves.set(one.campaignId, [move]);
    else list.push(move);
  }
  return new Map([...moves].map(([campaign, list]) => [campaign, new Standings(list)]));
}

/** Test participants take nobody's place. */
function isRanked(participation: Participation): boolean {
  return !participation.person.test;
}

function totalBefore(world: LoadedWorld, participation: Participation): number {
  return (world.totalBefore.get(participation) ?? participation.total).toNumber();
}

/** The totals that an event shows: its participant's, and the referrer's where it names one with counters. */
function totalsShown(event: FrozenEvent): { campaignId: CampaignId; total: number }[] {
  if (event.campaign === null || event.participant === null) return [];
  const campaignId = event.campaign.id;
  const totals = [{ campaignId, total: event.participant.total_points }];
  if (isReferralAction(event)) totals.push({ campaignId, total: event.data.referrer.total_points });
  return totals;
}

type RankAt = (campaign: CampaignId, participant: ParticipantId | null, total: number) => number | null;

function withRanks(event: FrozenEvent, rankAt: RankAt): FrozenEvent {
  if (event.campaign === null || event.participant === null) return event;
  const campaign = event.campaign.id;
  const { id, total_points } = event.participant;
  const participant = { ...event.participant, rank: rankAt(campaign, id, total_points) };
  if (!isReferralAction(event)) return { ...event, participant } as FrozenEvent;
  const { referrer } = event.data;
  return {
    ...event,
    participant,
    data: {
      ...event.data,
      referrer: { ...referrer, rank: rankAt(campaign, referrer.id, referrer.total_points) },
    },
  };
}

function isReferralAction(event: FrozenEvent): event is Extract<FrozenEvent, { type: 'referral.action' }> {
  return event.type === 'referral.action';
}

/** Follows from the last thing that happened to somebody, and shows them as that left them. */
function rankChanged(
  last: FrozenEvent,
  participation: Participation,
  previous: number | null,
  rank: number | null,
): FrozenEvent {
  return {
    ...last,
    id: newId('we'),
    type: 'rank.changed',
    seq: participation.seq,
    participant: last.participant && { ...last.participant, rank },
    data: { rank, previous_rank: previous },
  };
}

/** By campaign and total. Without points there is no position. */
async function countedRanks(
  transaction: Queryable,
  wanted: readonly { readonly campaignId: CampaignId; readonly total: number }[],
): Promise<ReadonlyMap<CampaignId, ReadonlyMap<number, number>>> {
  const found = new Map<CampaignId, Map<number, number>>();
  const distinct: { readonly campaignId: CampaignId; readonly total: number }[] = [];
  for (const one of wanted) {
    if (one.total <= 0) continue;
    let ranks = found.get(one.campaignId);
    if (ranks === undefined) {
      ranks = new Map();
      found.set(one.campaignId, ranks);
    }
    if (ranks.has(one.total)) continue;
    ranks.set(one.total, 1);
    distinct.push(one);
  }
  if (distinct.length === 0) return found;
  const ranks = await readRanks(
    transaction,
    distinct.map(({ campaignId, total }) => ({ campaignId, total: String(total) })),
  );
  for (const [n, { campaignId, total }] of distinct.entries()) {
    found.get(campaignId)?.set(total, ranks[n] ?? 1);
  }
  return found;
}

function sumUp(deltas: readonly CounterDelta[]): CounterDelta[] {
  const sums = new Map<string, CounterDelta>();
  for (const one of deltas) {
    const key = `${one.campaignId} ${one.level} ${one.prefix} ${one.digit}`;
    sums.set(key, { ...one, delta: one.delta + (sums.get(key)?.delta ?? 0) });
  }
  return [...sums.values()].filter((one) => one.delta !== 0);
}
