/** What a task or a quest gives beside points, as forms have it: a reward or none, and its amount as text. */
export interface ShareValues {
  readonly id: string | null;
  readonly amount: string;
}

type Share = { readonly id: string; readonly amount: string } | null;

export function shareValues(share: Share): ShareValues {
  return share === null ? { id: null, amount: '' } : { id: share.id, amount: share.amount };
}

export function shareBody({ id, amount }: ShareValues): Share {
  return id === null ? null : { id, amount: amount.trim() };
}
