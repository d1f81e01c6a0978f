/** Why somebody is led to the sign-in page. */
export type LeavingReason = 'ended' | 'signed-out';

const listeners = new Set<(reason: LeavingReason) => void>();

/** Ends what the page knows of whoever was signed in, and shows the sign-in page. */
export function leave(reason: LeavingReason): void {
  for (const listener of listeners) listener(reason);
}

export function onLeaving(listener: (reason: LeavingReason) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
