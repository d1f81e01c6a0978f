import { Select, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { campaignDesign } from '#strings/campaign-design.ts';
import type { Design } from './design.ts';
import type { ShareValues } from './reward-share.ts';

const text = campaignDesign.reward;

/** Which reward a task or a quest gives, and how much of it. */
export function RewardShareFields<Values extends { readonly reward: ShareValues }>({
  form,
  design: { rewards },
}: {
  readonly form: UseFormReturnType<Values>;
  readonly design: Design;
}) {
  const chosen = rewards.find(({ id }) => id === form.values.reward.id);
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Select
        label={text.label}
        description={text.hint}
        placeholder={text.none}
        clearable
        searchable
        data={rewards.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps('reward.id')}
      />
      {chosen !== undefined && (
        <TextInput
          label={text.amount}
          description={text.amountHint(chosen.unit, chosen.decimals)}
          required
          inputMode="decimal"
          maxLength={80}
          {...form.getInputProps('reward.amount')}
        />
      )}
    </SimpleGrid>
  );
}
