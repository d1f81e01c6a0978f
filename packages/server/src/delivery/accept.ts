import type { FrozenEvent } from '../catalog/index.ts';
import type { OrganizationId } from '../ids.ts';

/** Events that one caller wants accepted together: all or none of them are committed. */
export interface Submission {
  readonly organizationId: OrganizationId;
  readonly events: readonly FrozenEvent[];
  /**
   * Makes the submission repeatable: the first one with this key is accepted and `answer` is kept for
   * 48 hours. `fingerprint` is the SHA-256 of the request body.
   */
  readonly idempotency: { readonly key: string; readonly fingerprint: Buffer; readonly answer: string } | null;
}

export type Receipt =
  /** Committed, together with a delivery for every matching webhook. */
  | { readonly kind: 'accepted' }
  /** The key was used before with the same body; nothing was written. */
  | { readonly kind: 'repeated'; readonly answer: string }
  /** The key was used before with another body; nothing was written. */
  | { readonly kind: 'key_reused' };

/**
 * The one door for events. Resolves after the commit; concurrent callers share commits.
 * Throws `Problem('unavailable')` when the database cannot be reached in time: then nothing is promised.
 */
export type Accept = (submission: Submission) => Promise<Receipt>;
