export interface RecoverySearch {
  /** The form for a replay is open: to this webhook, or (`new`) to one that is chosen there. */
  readonly replay?: string;
  /** What is filled in there. */
  readonly only?: ReplayedOnly;
  readonly since?: string;
}

export const replayedOnly = ['missing', 'failed', 'all'] as const;
export type ReplayedOnly = (typeof replayedOnly)[number];

export function readRecoverySearch({ replay, only, since }: Record<string, unknown>): RecoverySearch {
  if (typeof replay !== 'string' || replay === '') return {};
  const chosen = replayedOnly.find((name) => name === only);
  return {
    replay,
    ...(chosen && { only: chosen }),
    ...(typeof since === 'string' && !Number.isNaN(Date.parse(since)) && { since }),
  };
}
