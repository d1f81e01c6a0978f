import {
  type CampaignId,
  type CompletionId,
  idFromUuid,
  type OrganizationId,
  type ParticipantId,
  uuidOf,
} from '../ids.ts';
import { notFound } from '../problems.ts';
import { createCorrectionsStore, type Database } from '../storage/index.ts';
import type { ActionReceipt, Actions } from './actions/index.ts';

/** What operators set right by hand. */
export interface Corrections {
  /**
   * Takes a completion back: its points, its quest if that no longer holds, the referrer's bonus of it. `reason` is
   * shown as the note: 1 to 200 characters. Throws `not_found`.
   */
  revoke(
    organization: OrganizationId,
    campaign: CampaignId,
    completion: CompletionId,
    reason: string,
  ): Promise<{ readonly participantId: ParticipantId; readonly receipt: ActionReceipt }>;
}

export function createCorrections(parts: {
  readonly database: Pick<Database, 'kysely'>;
  readonly actions: Actions;
  readonly clock: { now(): number };
}): Corrections {
  const store = createCorrectionsStore(parts.database);
  return {
    async revoke(organization, campaignId, completion, reason) {
      const owner = await store.ownerOf(uuidOf(organization), uuidOf(campaignId), uuidOf(completion));
      if (owner === null) throw notFound();
      const participantId = idFromUuid('usr', owner);
      const receipt = await parts.actions.act({
        action: { kind: 'revoke_completion', completion, reason },
        campaignId,
        participantId,
        trust: 'server',
        occurredAt: new Date(parts.clock.now()),
      });
      return { participantId, receipt };
    },
  };
}
