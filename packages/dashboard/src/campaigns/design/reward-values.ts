import type { NewReward, Reward } from '@fanfare/client';

export interface RewardValues {
  readonly name: string;
  readonly kind: Reward['kind'];
  readonly unit: string;
  readonly decimals: '4' | '18';
  readonly limited: boolean;
  readonly stock: string;
  readonly payout: {
    readonly mode: 'internal' | 'webhook';
    readonly webhook_id: string | null;
    readonly automatic: boolean;
  };
}

export function rewardValues(reward: Reward | null): RewardValues {
  const payout = reward?.payout;
  return {
    name: reward?.name ?? '',
    kind: reward?.kind ?? 'code',
    unit: reward?.unit ?? '',
    decimals: reward?.decimals === 18 ? '18' : '4',
    limited: typeof reward?.stock === 'string',
    stock: reward?.stock ?? '',
    payout:
      payout?.mode === 'webhook'
        ? { mode: 'webhook', webhook_id: payout.webhook_id, automatic: payout.automatic }
        : { mode: 'internal', webhook_id: null, automatic: false },
  };
}

export function rewardBody({ name, kind, unit, decimals, limited, stock, payout }: RewardValues): NewReward {
  return {
    name,
    kind,
    unit,
    ...(kind === 'custom' && { decimals: decimals === '18' ? 18 : 4 }),
    stock: limited ? stock.trim() : null,
    payout:
      // Points are never paid by a webhook.
      payout.mode === 'internal' || kind === 'points'
        ? { mode: 'internal' }
        : { mode: 'webhook', webhook_id: payout.webhook_id ?? '', automatic: payout.automatic },
  };
}

export const rewardFields = ['payout.webhook_id', 'payout.mode', 'name', 'kind', 'unit', 'decimals', 'stock'];
