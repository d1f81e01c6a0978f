import type { ParticipantSnapshot } from '../../catalog/index.ts';
import type { Participation } from './state.ts';

/** The counters as they stand now; the rank is read when the batch has been decided. */
export function snapshotOf(participation: Participation): ParticipantSnapshot {
  const { person } = participation;
  return {
    id: person.id,
    external_id: person.externalId,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    phone: person.phone,
    wallet: person.wallet,
    fields: person.fields,
    test: person.test,
    total_points: participation.total.toNumber(),
    referral_points: participation.referralPoints.toNumber(),
    ugc_points: participation.ugcPoints.toNumber(),
    multiplier_percent: participation.multiplierPercent.toNumber(),
    rank: null,
    team: participation.team,
  };
}
