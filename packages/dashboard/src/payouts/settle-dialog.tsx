import type { PayoutDetail, Taking } from '@fanfare/client';
import { Button, Group, Modal, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { payouts as text } from '#strings/payouts.ts';
import { fanfare, useChange } from '../api/index.ts';
import { FormProblem } from '../elements/index.ts';
import { receiverName } from './receiver.tsx';

const words = text.page.settle;

interface Settlement {
  readonly outcome: 'paid' | 'failed';
  readonly reason: string;
  readonly reference: string;
}

const fields = ['outcome', 'reason', 'reference'];

/** Says what came of a payout that is processing, or that one which failed was paid in another way. */
export function SettleDialog({
  payout,
  opened,
  onClose,
}: {
  readonly payout: PayoutDetail;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.title(`${payout.amount} ${payout.unit}`, receiverName(payout))}
      centered
    >
      <SettleForm payout={payout} onClose={onClose} />
    </Modal>
  );
}

function SettleForm({ payout, onClose }: { readonly payout: PayoutDetail; readonly onClose: () => void }) {
  const byHand = payout.state === 'failed';
  const form = useForm<Settlement>({
    initialValues: { outcome: 'paid', reason: '', reference: '' },
    validate: {
      reason: (reason) => (byHand && reason.trim() === '' ? words.reasonMissing : null),
    },
  });
  const settle = useChange(
    (body: Taking<'settlePayout'>['body']) =>
      fanfare.post('/v1/payouts/{id}/settlement', { path: { id: payout.id }, body }),
    {
      changes: ['/v1/payouts', '/v1/campaigns/{id}/earnings', '/v1/campaigns/{id}/reward-totals'],
      done: (_, { outcome }) => words.done[outcome],
      onDone: onClose,
      problem: 'shown',
    },
  );
  const { outcome } = form.values;
  const submit = ({ reason, reference }: Settlement) =>
    settle.mutate({
      outcome,
      ...(reason.trim() !== '' && { reason }),
      ...(reference.trim() !== '' && { reference }),
    });

  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <Text size="sm">{byHand ? words.failed : words.processing}</Text>
        {!byHand && (
          <Radio.Group
            label={words.outcome}
            description={words.outcomeHint}
            {...form.getInputProps('outcome')}
          >
            <Group mt="xs">
              <Radio value="paid" label={words.outcomes.paid} />
              <Radio value="failed" label={words.outcomes.failed} />
            </Group>
          </Radio.Group>
        )}
        <Textarea
          label={words.reason}
          description={words.reasonHint}
          withAsterisk={byHand}
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          {...form.getInputProps('reason')}
        />
        <TextInput
          label={words.reference}
          description={words.referenceHint}
          maxLength={200}
          {...form.getInputProps('reference')}
        />
        <FormProblem form={form} error={settle.error} fields={fields} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" loading={settle.isPending}>
            {words.confirm[outcome]}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
