import type { CampaignRules, Participation } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Whether somebody who was referred has done what the campaign asks for: the points reached, or any of the tasks
 * completed, whichever comes first; where neither is asked for, joining is enough.
 */
export function meetsReferralRule(rule: CampaignRules['referralRule'], claimer: Participation): boolean {
  const { minPoints, anyOfTasks } = rule;
  if (minPoints === null && anyOfTasks.size === 0) return true;
  if (minPoints !== null && claimer.total.gte(minPoints)) return true;
  for (const task of anyOfTasks) if (claimer.completedTasks.has(task)) return true;
  return false;
}

/**
 * Looks whether a referral qualifies by what its claimer has now. Once qualified it stays so, also when points are
 * taken away again.
 */
export function qualify(turn: Turn, claimer: Participation): void {
  if (claimer.referral?.state !== 'linked') return;
  if (meetsReferralRule(turn.campaign.referralRule, claimer)) advanceReferral(turn, claimer, 'qualified');
}

export function advanceReferral(
  turn: Turn,
  claimer: Participation,
  state: 'linked' | 'qualified' | 'converted',
): void {
  const { referral, referrer } = claimer;
  if (referral === null || referrer === null) throw new Error('a referral without a referrer was loaded');
  turn.edit(claimer).referral = { id: referral.id, state };
  turn.changes.push({ kind: 'referral', id: referral.id, claimer, referrer, state, at: turn.at });
}
