import type { Decimal } from 'decimal.js';
import type { ParticipantId, ReferralId } from '../../ids.ts';
import { mentionOf, shownTask, tell } from './events.ts';
import { book, tellIssued } from './ledger.ts';
import { exact, shareOf } from './points.ts';
import { advanceReferral, qualify } from './qualification.ts';
import { snapshotOf } from './snapshot.ts';
import type { Account, CampaignRules, Participation, TaskRules } from './state.ts';
import { refuse, type Turn } from './turn.ts';

/**
 * Ties the one who is joining to whoever referred them. A referrer is somebody else who joined this campaign
 * before, so referrals form no circles. Test participants refer only each other: they touch no live counters.
 */
export function linkReferral(
  turn: Turn,
  referrerId: ParticipantId,
): { readonly id: ReferralId; readonly referrer: Participation } {
  const { actor, campaign } = turn;
  const known = turn.world.participation(campaign.id, referrerId);
  if (known === undefined || known.joinedAt === null) {
    refuse(
      'unknown_referrer',
      `The referrer ${referrerId} has not joined this campaign. Let them join first, or leave the referrer out.`,
    );
  }
  if (known.person.test !== actor.person.test) {
    const [tester, other] = actor.person.test ? ['participant', 'referrer'] : ['referrer', 'participant'];
    refuse(
      'unknown_referrer',
      `The ${tester} is a test participant and the ${other} is not; test participants refer only each other.`,
    );
  }

  const referrer = turn.edit(known);
  referrer.referralCount += 1;
  const id = turn.newId('ref');
  turn.edit(actor).referrer = referrerId;
  actor.referral = { id, state: 'linked' };
  turn.changes.push({
    kind: 'referral',
    id,
    claimer: actor,
    referrer: referrerId,
    state: 'linked',
    at: turn.at,
  });
  qualify(turn, actor);
  return { id, referrer };
}

/**
 * What a completed task means for the one who referred the claimer. From the moment the referral qualifies, the task
 * that qualifies it included, each completed task brings the referrer the campaign's bonus; before that, none. The
 * first task completed by a qualified claimer converts the referral, once (ChainVine's page: "whenever a referred
 * user has completed an action"). A percentage is taken of the points the task gave, multiplier included; the
 * referrer's own multiplier does not count. Gives the bonus, which may be zero; null where none was due.
 */
export function rewardReferrer(
  turn: Turn,
  did: {
    readonly task: TaskRules;
    readonly points: Decimal;
    readonly account: Account | null;
    readonly cause: string;
  },
): Decimal | null {
  const { actor, campaign } = turn;
  const { referral } = actor;
  if (referral === null) return null;
  const referrer = referrerOf(turn, actor);
  const counts = referral.state !== 'linked';
  const due = counts ? bonusFor(campaign.referralBonus, did.points) : null;
  const bonus = book(turn, referrer, {
    amount: due ?? exact(0),
    bucket: 'referral',
    cause: did.cause,
  });
  if (bonus !== null) turn.changes.push({ kind: 'referral_bonus', claimer: actor, amount: bonus.amount });

  const shown = snapshotOf(referrer);
  tell(turn, actor, 'referral.action', {
    referral: { id: referral.id },
    referrer: {
      id: shown.id,
      external_id: shown.external_id,
      total_points: shown.total_points,
      referral_points: shown.referral_points,
      ugc_points: shown.ugc_points,
      multiplier_percent: shown.multiplier_percent,
      rank: null,
      team: shown.team,
    },
    task: shownTask(did.task),
    account: did.account,
    bonus: bonus?.amount.toNumber() ?? 0,
  });
  if (referral.state === 'qualified') {
    advanceReferral(turn, actor, 'converted');
    tell(turn, actor, 'referral.converted', {
      referral: { id: referral.id },
      referrer: mentionOf(referrer),
    });
  }
  tellIssued(turn, referrer, bonus, { cause: 'referral', note: null, account: null });
  return due;
}

/** What this many points of the claimer's bring the referrer. */
export function bonusFor(bonus: CampaignRules['referralBonus'], points: Decimal): Decimal {
  if (bonus === null) return exact(0);
  return bonus.kind === 'fixed' ? bonus.amount : shareOf(points, bonus.percent);
}

export function referrerOf(turn: Turn, claimer: Participation): Participation {
  const id = claimer.referrer;
  const referrer = id === null ? undefined : turn.world.participation(claimer.campaignId, id);
  if (referrer === undefined) throw new Error(`the referrer of ${claimer.person.id} was not loaded`);
  return referrer;
}
