import type { Migration } from 'kysely';
import * as spine from './0001-spine.ts';
import * as eventFilters from './0002-event-filters.ts';
import * as campaignCore from './0003-campaign-core.ts';
import * as payouts from './0004-payouts.ts';
import * as plays from './0005-plays.ts';
import * as jobs from './0006-jobs.ts';
import * as browserAccess from './0007-browser-access.ts';
import * as people from './0008-people.ts';
import * as historiesWithoutChecks from './0009-histories-without-checks.ts';
import * as recalculations from './0010-recalculations.ts';
import * as webhookHealth from './0011-webhook-health.ts';
import * as leaderboardFractions from './0012-leaderboard-fractions.ts';
import * as webhookRates from './0013-webhook-rates.ts';
import * as recovery from './0014-recovery.ts';
import * as growth from './0015-growth.ts';
import * as alerts from './0018-alerts.ts';
import * as autovacuum from './0019-autovacuum.ts';
import * as deliveryOrder from './0020-delivery-order.ts';
import * as undelivered from './0050-undelivered.ts';
import * as quotas from './0060-quotas.ts';
import * as databaseClock from './0070-database-clock.ts';
import * as tokenScopes from './0071-token-scopes.ts';
import * as peopleAndRoles from './0072-people-and-roles.ts';
import * as statistics from './0080-statistics.ts';
import * as resends from './0093-resends.ts';
import * as sessionUse from './0096-session-use.ts';
import * as sessionChanges from './0097-session-changes.ts';
import * as auditLog from './0098-audit-log.ts';
import * as tokenUse from './0099-token-use.ts';
import * as rateOfPermits from './0100-rate-of-permits.ts';
import * as webhookLists from './0110-webhook-lists.ts';
import * as lastSeen from './0111-last-seen.ts';
import * as participantCounts from './0112-participant-counts.ts';

/**
 * Every change of the schema, by name, in order. Append only: a database remembers the names it has run,
 * so a renamed, reordered or edited migration would leave databases in the field different from new ones.
 * Imported here one by one, so that a bundled or compiled program carries them and needs no directory listing.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-spine': spine,
  '0002-event-filters': eventFilters,
  '0003-campaign-core': campaignCore,
  '0004-payouts': payouts,
  '0005-plays': plays,
  '0006-jobs': jobs,
  '0007-browser-access': browserAccess,
  '0008-people': people,
  '0009-histories-without-checks': historiesWithoutChecks,
  '0010-recalculations': recalculations,
  '0011-webhook-health': webhookHealth,
  '0012-leaderboard-fractions': leaderboardFractions,
  '0013-webhook-rates': webhookRates,
  '0014-recovery': recovery,
  '0015-growth': growth,
  '0018-alerts': alerts,
  '0019-autovacuum': autovacuum,
  '0020-delivery-order': deliveryOrder,
  '0050-undelivered': undelivered,
  '0060-quotas': quotas,
  '0070-database-clock': databaseClock,
  '0071-token-scopes': tokenScopes,
  '0072-people-and-roles': peopleAndRoles,
  '0080-statistics': statistics,
  '0093-resends': resends,
  '0096-session-use': sessionUse,
  '0097-session-changes': sessionChanges,
  '0098-audit-log': auditLog,
  '0099-token-use': tokenUse,
  '0100-rate-of-permits': rateOfPermits,
  '0110-webhook-lists': webhookLists,
  '0111-last-seen': lastSeen,
  '0112-participant-counts': participantCounts,
};
