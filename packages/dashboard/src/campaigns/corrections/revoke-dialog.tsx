import type { ActivityItem } from '@fanfare/client';
import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { campaignCorrections } from '#strings/campaign-corrections.ts';
import { fanfare, useChange } from '../../api/index.ts';
import { FormProblem, useLast } from '../../elements/index.ts';
import { pointLists } from '../live-lists.ts';
import { points } from '../points.ts';

const text = campaignCorrections.revoke;

export interface RevokeDialogProps {
  readonly campaignId: string;
  /** Null while it is closed. */
  readonly completion: Extract<ActivityItem, { kind: 'completion' }> | null;
  /** Of a task or a quest. */
  readonly nameOf: (id: string) => string;
  readonly onClose: () => void;
}

/** Asks why a completion is taken back, says what that does, and does it. */
export function RevokeDialog({ completion, nameOf, onClose, campaignId }: RevokeDialogProps) {
  const shown = useLast(completion);
  if (shown === null) return null;
  return (
    <Modal
      opened={completion !== null}
      onClose={onClose}
      title={text.title(nameOf(shown.subject_id))}
      centered
    >
      <RevokeForm key={shown.id} campaignId={campaignId} completionId={shown.id} onDone={onClose} />
    </Modal>
  );
}

function RevokeForm({
  campaignId,
  completionId,
  onDone,
}: {
  readonly campaignId: string;
  readonly completionId: string;
  readonly onDone: () => void;
}) {
  const form = useForm({ initialValues: { reason: '' } });
  const revoke = useChange(
    (body: { reason: string }) =>
      fanfare.post('/v1/campaigns/{id}/completions/{completion_id}/revocation', {
        path: { id: campaignId, completion_id: completionId },
        body,
      }),
    {
      changes: pointLists,
      problem: 'shown',
      done: ({ repeated, points_taken, points_missing }) => {
        if (repeated) return text.repeated;
        return points_missing === 0
          ? text.done(points(points_taken))
          : text.missing(points(points_taken), points(points_missing));
      },
      onDone,
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => revoke.mutate(values))}>
      <Stack>
        <Text size="sm">{text.consequence}</Text>
        <Textarea
          label={text.reason}
          description={text.reasonHint}
          required
          maxLength={200}
          autosize
          minRows={2}
          data-autofocus
          {...form.getInputProps('reason')}
        />
        <FormProblem form={form} error={revoke.error} fields={['reason']} />
        <Button type="submit" color="red.9" loading={revoke.isPending} ml="auto">
          {text.confirm}
        </Button>
      </Stack>
    </form>
  );
}
