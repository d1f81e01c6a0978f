import type { Action } from './action.ts';
import { mentionOf, tell } from './events.ts';
import { book, tellIssued } from './ledger.ts';
import { linkReferral } from './referrals.ts';
import type { Account, CampaignRules, Participation } from './state.ts';
import { refuse, repeat, type Turn } from './turn.ts';

type Join = Extract<Action, { kind: 'join' }>;

/** Joins a campaign, perhaps through a referral. The referrer is settled now or never. */
export function join(turn: Turn, action: Join): void {
  const { actor } = turn;
  if (action.referrer === actor.person.id) {
    refuse(
      'self_referral',
      'Found the participant as their own referrer, expected somebody else. Leave the referrer out.',
    );
  }
  if (actor.joinedAt !== null) refuseOrRepeat(actor, actor.joinedAt, action);
  requireActive(turn);
  enter(turn, action);
}

/**
 * Makes the one who acts a participant, if they are none: whoever acts in a campaign takes part in it, without a
 * referrer, and an event of its own tells so before the action's. Only a running campaign can be acted in.
 */
export function takePart(turn: Turn, account: Account | null): void {
  requireActive(turn);
  if (turn.actor.joinedAt === null) enter(turn, { referrer: null, code: null, account, team: null });
}

function enter(turn: Turn, { referrer, code, account, team }: Omit<Join, 'kind'>): void {
  const actor = turn.edit(turn.actor);
  actor.joinedAt = turn.at;
  actor.team = team;
  const linked = referrer === null ? null : linkReferral(turn, referrer);
  const { initialPoints } = turn.campaign;
  const initial = book(turn, actor, { amount: initialPoints, bucket: 'initial', cause: 'initial' });

  tell(turn, actor, 'user.joined_campaign', {
    referrer: linked === null ? null : mentionOf(linked.referrer),
  });
  tellIssued(turn, actor, initial, { cause: 'initial', note: null, account: null });
  if (linked === null) return;
  tell(turn, actor, 'referral.joined', {
    referral: { id: linked.id },
    referrer: mentionOf(linked.referrer),
    code,
    account,
  });
}

/** Joining again changes nothing; naming another referrer than the first is refused. */
function refuseOrRepeat(actor: Participation, joinedAt: Date, { referrer }: Join): never {
  const since = `joined this campaign at ${joinedAt.toISOString()}`;
  if (referrer !== null && referrer !== actor.referrer) {
    const whose = actor.referrer === null ? 'without a referrer' : `through ${actor.referrer}`;
    refuse(
      'referral_too_late',
      `The participant ${since} ${whose}; a referrer is named when joining, and the first one stays. Leave the referrer out.`,
    );
  }
  repeat(`The participant ${since} already. Nothing was changed.`);
}

/** Why nobody can act in the campaign now, or null if they can. It runs from its start up to, not including, its end. */
export function inactivity(campaign: CampaignRules, at: Date): string | null {
  const { status, startsAt, endsAt } = campaign;
  if (status !== 'active') return `The campaign is ${statusWords[status]}; it must be active. ${remedy}`;
  if (startsAt !== null && at < startsAt) {
    return `The campaign starts at ${startsAt.toISOString()}, and this happened at ${at.toISOString()}. ${remedy}`;
  }
  if (endsAt !== null && at >= endsAt) {
    return `The campaign ended at ${endsAt.toISOString()}, and this happened at ${at.toISOString()}. ${remedy}`;
  }
  return null;
}

const statusWords = { draft: 'a draft', paused: 'paused', ended: 'ended' } as const;
const remedy = "Change the campaign's settings first if it should be possible.";

export function requireActive(turn: Turn): void {
  const why = inactivity(turn.campaign, turn.at);
  if (why !== null) refuse('campaign_not_active', why);
}

/** For what may still be put right in a campaign that is paused or over: only for those who took part. */
export function requireJoined(turn: Turn): void {
  if (turn.campaign.status === 'draft') requireActive(turn);
  if (turn.actor.joinedAt !== null) return;
  refuse('not_joined', 'The participant has not joined this campaign. Let them join first.');
}
