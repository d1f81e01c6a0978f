import type { Task } from '@fanfare/client';
import { Badge } from '@mantine/core';
import { campaignDesign as text } from '#strings/campaign-design.ts';
import type { Design } from './design.ts';

/** What a task or a quest gives beside points. */
export function RewardBadge({ share, design }: { readonly share: Task['reward']; readonly design: Design }) {
  const reward = design.rewards.find(({ id }) => id === share?.id);
  if (share === null || reward === undefined) return null;
  return (
    <Badge variant="light" color="teal" tt="none" title={reward.name}>
      {text.tags.reward(withoutZeros(share.amount), reward.unit)}
    </Badge>
  );
}

/** 1.5000 is 1.5; the value stays what it is. */
export function withoutZeros(amount: string): string {
  return amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount;
}
