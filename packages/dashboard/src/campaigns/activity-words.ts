import type { ActivityItem } from '@fanfare/client';
import { campaignTabs } from '#strings/campaign-tabs.ts';

const text = campaignTabs.activity;

/** What somebody did or got, in words. `nameOf`: of a task or a quest, undefined once it is deleted. */
export function activityWords(item: ActivityItem, nameOf: (id: string) => string | undefined): string {
  if (item.kind === 'completion') return text.completed(nameOf(item.subject_id) ?? text.gone);
  const bucket = text.buckets[item.bucket] ?? item.bucket;
  const cause = causeWords(item.cause);
  return cause === null ? bucket : `${bucket}, ${cause}`;
}

/** The ledger's name of a cause: an id of ours, or what kind it is and the caller's own reference. */
function causeWords(cause: string): string | null {
  const { causes } = text;
  if (cause.startsWith('tre_')) return causes.trigger;
  const colon = cause.indexOf(':');
  if (colon === -1) return null;
  const note = cause.slice(colon + 1);
  switch (cause.slice(0, colon)) {
    case 'custom':
      return causes.custom(note);
    case 'api':
      return causes.api(note);
    case 'csv':
      return causes.csv(note);
    case 'correction':
      return causes.correction(note);
    case 'withdrawal':
      return causes.withdrawal(note);
    case 'revocation':
      return causes.revocation;
    case 'recalculation':
      return causes.recalculation;
    case 'merge':
      return causes.merge;
    default:
      return null;
  }
}
