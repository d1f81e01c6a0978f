import type { Trigger, TriggerSettings } from '@fanfare/client';

export interface TriggerValues {
  readonly id: string;
  readonly name: string;
  readonly campaign_id: string | null;
  readonly credit: { readonly kind: 'amount' | 'rate'; readonly amount: Typed; readonly rate: Typed };
  readonly task_id: string | null;
}

type Typed = number | string;

export function triggerValues(trigger: Trigger | null): TriggerValues {
  const credit = trigger?.credit ?? { amount: 10 };
  return {
    id: trigger?.id ?? '',
    name: trigger?.name ?? '',
    campaign_id: trigger?.campaign_id ?? null,
    credit: {
      kind: 'rate' in credit ? 'rate' : 'amount',
      amount: 'amount' in credit ? credit.amount : '',
      rate: 'rate' in credit ? credit.rate : '',
    },
    task_id: trigger?.task_id ?? null,
  };
}

export function triggerBody({ name, campaign_id, credit, task_id }: TriggerValues): TriggerSettings {
  return {
    name,
    campaign_id: campaign_id ?? '',
    credit: credit.kind === 'amount' ? { amount: Number(credit.amount) } : { rate: Number(credit.rate) },
    task_id,
  };
}

export const triggerFields = [
  'credit.amount',
  'credit.rate',
  'credit',
  'id',
  'name',
  'campaign_id',
  'task_id',
];
