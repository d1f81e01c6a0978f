import type { DecidedChanges, PlayChange, ReferralChange } from '../../storage/index.ts';
import type { Change, Participation } from '../rules/index.ts';
import type { LoadedWorld } from './world.ts';

/** Plays are few beside everything else, and written by a statement of their own. */
export interface DecidedRows {
  readonly decided: DecidedChanges;
  readonly plays: readonly PlayChange[];
}

/**
 * What a batch decided, as rows to write. The rows that every action makes name their columns one by one: an object that
 * begins with another one spread into it takes a hundred times as long to make.
 */
export function rowsOf(world: LoadedWorld, changes: readonly Change[]): DecidedRows {
  const rows = {
    participations: world.participations
      .filter((one) => one.changed)
      .map((one) => participationRow(world, one)),
    completions: [] as DecidedChanges['completions'][number][],
    ledger: [] as DecidedChanges['ledger'][number][],
    triggerEvents: [] as DecidedChanges['triggerEvents'][number][],
    earnings: [] as DecidedChanges['earnings'][number][],
    stock: [...world.stock]
      .filter(([id, left]) => !world.stockBefore.get(id)?.eq(left))
      .map(([rewardId, left]) => ({ rewardId, stock: left.toFixed() })),
  };
  const plays: PlayChange[] = [];
  const referrals = new Map<string, ReferralChange>();
  for (const change of changes) {
    switch (change.kind) {
      case 'completion': {
        const owner = ownerOf(world, change.participation);
        rows.completions.push({
          organizationId: owner.organizationId,
          campaignId: owner.campaignId,
          participantId: owner.participantId,
          id: change.id,
          subjectId: change.subject,
          period: change.period,
          platform: change.account?.platform ?? null,
          account: change.account?.name ?? null,
          points: change.points.toFixed(),
          multiplierPercent: change.multiplierPercent?.toFixed() ?? null,
          multiplierRaise: change.multiplierRaise?.toFixed() ?? null,
          triggerEventId: change.triggerEvent,
          bonus: change.bonus?.toFixed() ?? null,
          bonusReferrerId: change.bonus === null ? null : change.participation.referrer,
          at: change.at,
        });
        break;
      }
      case 'play':
        plays.push({
          id: change.id,
          taskId: change.task,
          completionId: change.completion,
          score: change.score?.toFixed() ?? null,
          highScore: change.highScore,
          fields: change.fields,
          platform: change.account?.platform ?? null,
          account: change.account?.name ?? null,
          key: change.key,
          at: change.at,
          ...ownerOf(world, change.participation),
        });
        break;
      case 'ledger': {
        const owner = ownerOf(world, change.participation);
        rows.ledger.push({
          organizationId: owner.organizationId,
          campaignId: owner.campaignId,
          participantId: owner.participantId,
          id: change.id,
          amount: change.amount.toFixed(),
          bucket: change.bucket,
          cause: change.cause,
          at: change.at,
        });
        break;
      }
      case 'referral':
        // A referral may be linked, qualify and convert in one batch: its newest state is what is written.
        referrals.set(change.id, {
          ...(referrals.get(change.id) ?? unadvanced),
          id: change.id,
          campaignId: change.claimer.campaignId,
          claimerId: change.claimer.person.id,
          referrerId: change.referrer,
          state: change.state,
          [`${change.state}At`]: change.at,
        });
        break;
      case 'referral_bonus': {
        const { referral, referrer, campaignId, person } = change.claimer;
        if (referral === null || referrer === null) throw new Error('a bonus was given without a referral');
        const known = referrals.get(referral.id) ?? {
          ...unadvanced,
          id: referral.id,
          campaignId,
          claimerId: person.id,
          referrerId: referrer,
          state: referral.state,
        };
        referrals.set(referral.id, { ...known, bonus: change.amount.plus(known.bonus).toFixed() });
        break;
      }
      case 'referral_dropped':
        // Its row is gone by now: it would be in the way of the one that stays.
        break;
      case 'trigger_event': {
        const { organizationId, participantId } = ownerOf(world, change.participation);
        rows.triggerEvents.push({
          id: change.id,
          organizationId,
          participantId,
          triggerId: change.trigger,
          key: change.key,
          value: change.value,
          at: change.at,
        });
        break;
      }
      case 'earning':
        rows.earnings.push({
          id: change.earning.id,
          rewardId: change.earning.reward,
          amount: change.earning.amount,
          // What became of it since is written after it.
          state: change.earning.state,
          cause: change.cause,
          at: change.at,
          ...ownerOf(world, change.participation),
        });
        break;
    }
  }
  return { decided: { ...rows, referrals: [...referrals.values()] }, plays };
}

const unadvanced = { linkedAt: null, qualifiedAt: null, convertedAt: null, bonus: '0' } as const;

export function ownerOf(world: LoadedWorld, participation: Participation) {
  const campaign = world.campaigns.get(participation.campaignId);
  if (campaign === undefined) throw new Error('a participation was changed whose campaign was not loaded');
  return {
    organizationId: campaign.organization.id,
    campaignId: participation.campaignId,
    participantId: participation.person.id,
  };
}

function participationRow(world: LoadedWorld, one: Participation): DecidedChanges['participations'][number] {
  const owner = ownerOf(world, one);
  return {
    organizationId: owner.organizationId,
    campaignId: owner.campaignId,
    participantId: owner.participantId,
    joinedAt: one.joinedAt,
    referrerId: one.referrer,
    team: one.team,
    multiplierPercent: one.multiplierPercent.toFixed(),
    total: one.total.toFixed(),
    referralPoints: one.referralPoints.toFixed(),
    ugcPoints: one.ugcPoints.toFixed(),
    referralCount: one.referralCount,
    bestScore: one.bestScore?.toFixed() ?? null,
    seq: one.seq,
  };
}
