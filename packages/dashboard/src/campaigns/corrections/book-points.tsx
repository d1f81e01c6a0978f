import type { Taking } from '@fanfare/client';
import { Button, Group, SegmentedControl, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { campaignCorrections } from '#strings/campaign-corrections.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { FormProblem, FormSection, PointsInput, useUnsavedGuard } from '../../elements/index.ts';
import { ParticipantSelect } from '../../pickers/index.ts';
import { pointLists } from '../live-lists.ts';
import { points } from '../points.ts';
import type { Typed } from '../settings-values.ts';

const text = campaignCorrections.book;

type Cause = keyof typeof text.causes;

interface Values {
  readonly participant: string | null;
  readonly direction: 'give' | 'take';
  readonly amount: Typed;
  readonly cause: Cause;
  readonly reference: string;
}

const initial: Values = {
  participant: null,
  direction: 'give',
  amount: '',
  cause: 'correction',
  reference: '',
};

/** Withdrawals only take. */
const causesOf: Record<Values['direction'], readonly Cause[]> = {
  give: ['correction', 'custom'],
  take: ['correction', 'custom', 'withdrawal'],
};

const fields = ['participant', 'amount', 'cause', 'reference'];

/** Gives somebody points or takes some, for a reason that stands in the ledger. */
export function BookPoints({ campaignId }: { readonly campaignId: string }) {
  const form = useForm<Values>({
    initialValues: initial,
    validate: { participant: (chosen) => (chosen === null ? text.missingPerson : null) },
  });
  useUnsavedGuard(form.isDirty());
  const book = useChange(
    (body: Taking<'bookPoints'>['body']) =>
      fanfare.post('/v1/campaigns/{id}/points', { path: { id: campaignId }, body }),
    {
      changes: pointLists,
      problem: 'shown',
      done: ({ repeated, detail, total_points: total }, { amount }) => {
        if (repeated && detail !== null) return detail;
        return amount > 0
          ? text.gave(points(amount), points(total))
          : text.took(points(-amount), points(total));
      },
      onDone: () => form.reset(),
    },
  );
  const { direction, cause } = form.values;
  return (
    <FormSection title={text.title} description={text.description}>
      <form
        onSubmit={form.onSubmit(({ participant, amount, reference, ...chosen }) =>
          book.mutate({
            participant: { id: participant ?? '' },
            amount: chosen.direction === 'give' ? Number(amount) : -Number(amount),
            cause: chosen.cause,
            reference,
          }),
        )}
      >
        <Stack maw={720}>
          <ParticipantSelect
            label={text.participant}
            withAsterisk
            clearable
            {...form.getInputProps('participant')}
            value={form.values.participant}
          />
          <SegmentedControl
            aria-label={text.direction}
            value={direction}
            onChange={(chosen) => {
              const next = chosen === 'take' ? 'take' : 'give';
              form.setFieldValue('direction', next);
              if (!causesOf[next].includes(cause)) form.setFieldValue('cause', 'correction');
            }}
            data={[
              { value: 'give', label: text.give },
              { value: 'take', label: text.take },
            ]}
            w="fit-content"
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }} style={{ alignItems: 'end' }}>
            <PointsInput
              label={text.amount}
              description={text.amountHint}
              required
              {...form.getInputProps('amount')}
            />
            <Select
              label={text.cause}
              allowDeselect={false}
              data={causesOf[direction].map((value) => ({ value, label: text.causes[value].label }))}
              {...form.getInputProps('cause')}
            />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            {text.causes[cause].meaning}
          </Text>
          <TextInput
            label={text.reference}
            description={text.referenceHint}
            required
            maxLength={200}
            {...form.getInputProps('reference')}
          />
          <FormProblem form={form} error={book.error} fields={fields} />
          <Group justify="flex-end">
            <Button type="submit" loading={book.isPending}>
              {text.submit[direction]}
            </Button>
          </Group>
        </Stack>
      </form>
    </FormSection>
  );
}
