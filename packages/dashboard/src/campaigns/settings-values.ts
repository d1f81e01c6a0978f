import type { Campaign, NewCampaign } from '@fanfare/client';

export type Status = Campaign['status'];

/** Empty or a number; text while it is one that no double holds. */
export type Typed = number | string;

/** The settings of a campaign as the form has them. Times are those of the reader's zone (`2026-03-14T09:26`). */
export interface CampaignValues {
  readonly name: string;
  readonly status: Status;
  readonly starts_at: string;
  readonly ends_at: string;
  readonly community_id: string | null;
  readonly points_name: string;
  readonly initial_points: Typed;
  readonly referral_rule: { readonly min_points: Typed; readonly any_of_task_ids: string[] };
  readonly referral_bonus: { readonly kind: BonusKind; readonly value: Typed };
  readonly tiers: readonly TierValues[];
}

export type BonusKind = 'none' | 'percent' | 'amount';

export interface TierValues {
  /** Stays while rows are added and removed. */
  readonly key: string;
  readonly name: string;
  readonly min_points: Typed;
}

export const newCampaign: CampaignValues = {
  name: '',
  status: 'active',
  starts_at: '',
  ends_at: '',
  community_id: null,
  points_name: 'Points',
  initial_points: 0,
  referral_rule: { min_points: '', any_of_task_ids: [] },
  referral_bonus: { kind: 'none', value: '' },
  tiers: [],
};

export function valuesOf(campaign: Campaign): CampaignValues {
  const { referral_bonus: bonus, referral_rule: rule } = campaign;
  return {
    name: campaign.name,
    status: campaign.status,
    starts_at: localTime(campaign.starts_at),
    ends_at: localTime(campaign.ends_at),
    community_id: campaign.community_id,
    points_name: campaign.points_name,
    initial_points: campaign.initial_points,
    referral_rule: { min_points: rule.min_points ?? '', any_of_task_ids: [...rule.any_of_task_ids] },
    referral_bonus:
      bonus === null
        ? { kind: 'none', value: '' }
        : 'percent' in bonus
          ? { kind: 'percent', value: bonus.percent }
          : { kind: 'amount', value: bonus.amount },
    tiers: campaign.tiers.map(({ name, min_points }, index) => ({ key: `saved ${index}`, name, min_points })),
  };
}

/** What is sent: everything the form has. An empty field for points is as good as zero. */
export function bodyOf(values: CampaignValues): NewCampaign {
  const { referral_rule: rule, referral_bonus: bonus } = values;
  return {
    name: values.name,
    status: values.status,
    starts_at: fromLocalTime(values.starts_at),
    ends_at: fromLocalTime(values.ends_at),
    ...(values.community_id !== null && { community_id: values.community_id }),
    points_name: values.points_name,
    initial_points: Number(values.initial_points),
    referral_rule: {
      min_points: rule.min_points === '' ? null : Number(rule.min_points),
      any_of_task_ids: rule.any_of_task_ids,
    },
    referral_bonus: bonus.kind === 'none' ? null : bonusOf(bonus.kind, Number(bonus.value)),
    tiers: values.tiers.map(({ name, min_points }) => ({ name, min_points: Number(min_points) })),
  };
}

function bonusOf(kind: 'percent' | 'amount', value: number) {
  return kind === 'percent' ? { percent: value } : { amount: value };
}

/** Fields that the API may find fault with, the longer paths first. */
export function fieldsOf({ tiers }: CampaignValues): readonly string[] {
  return [
    ...tiers.flatMap((_, index) => [`tiers.${index}.name`, `tiers.${index}.min_points`]),
    'referral_rule.min_points',
    'referral_rule.any_of_task_ids',
    'referral_bonus',
    'name',
    'status',
    'starts_at',
    'ends_at',
    'community_id',
    'points_name',
    'initial_points',
  ];
}

/** As a field for date and time has it, to the minute unless there is more. */
export function localTime(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, date.getUTCSeconds() === 0 ? 16 : 19);
}

export function fromLocalTime(text: string): string | null {
  return text === '' ? null : new Date(text).toISOString();
}
