import type { Resend } from '@fanfare/client';
import { Alert, Button } from '@mantine/core';
import { history } from '#strings/history.ts';
import { fanfare, useChange } from '../api/index.ts';
import { confirmFirst, count } from '../elements/index.ts';
import { useMay } from '../session/index.ts';
import { SendingCard } from './sending-card.tsx';

const { resends: text } = history;
const changes = ['/v1/resends', '/v1/resends/{id}'] as const;

export const isOpen = ({ state }: Pick<Resend, 'state'>) =>
  state === 'queued' || state === 'running' || state === 'paused';

/** One resend and how far it is. */
export function ResendCard({ resend, dismiss }: { readonly resend: Resend; readonly dismiss?: () => void }) {
  const { progress, state, filter, error } = resend;
  const { total, chosen, sent, acknowledged, failed, waiting, cancelled } = progress;
  const leftOut = progress.skipped + progress.skipped_payments;
  return (
    <SendingCard
      title={filter === null ? text.ofSelection : text.ofFilter}
      state={state}
      total={total}
      parts={[
        { label: text.acknowledged, value: acknowledged, color: 'green' },
        { label: text.failed, value: failed, color: 'red' },
        { label: text.waiting, value: waiting, color: 'blue' },
        { label: text.cancelled, value: cancelled, color: 'gray' },
      ]}
      note={[
        total === null ? text.finding(count(chosen)) : text.of(count(sent), count(total)),
        ...(leftOut > 0 ? [`${text.skippedShort}: ${count(leftOut)}`] : []),
      ].join(' · ')}
      actions={
        isOpen(resend) ? (
          <Controls resend={resend} />
        ) : (
          dismiss && (
            <Button size="xs" variant="subtle" color="gray" onClick={dismiss}>
              {text.dismiss}
            </Button>
          )
        )
      }
    >
      {error !== null && <Alert color="red" variant="light" title={error} />}
    </SendingCard>
  );
}

function Controls({ resend: { id, state, cancelling } }: { readonly resend: Resend }) {
  const may = useMay('webhooks');
  const path = { id };
  const pause = useChange(() => fanfare.post('/v1/resends/{id}/pause', { path }), { changes });
  const resume = useChange(() => fanfare.post('/v1/resends/{id}/resume', { path }), { changes });
  const cancel = useChange(() => fanfare.post('/v1/resends/{id}/cancel', { path }), { changes });
  if (!may) return null;
  if (cancelling) return text.cancelling;
  return (
    <>
      {state === 'paused' ? (
        <Button
          size="xs"
          variant="default"
          loading={resume.isPending}
          onClick={() => resume.mutate(undefined)}
        >
          {text.resume}
        </Button>
      ) : (
        <Button size="xs" variant="default" loading={pause.isPending} onClick={() => pause.mutate(undefined)}>
          {text.pause}
        </Button>
      )}
      <Button
        size="xs"
        variant="default"
        loading={cancel.isPending}
        onClick={() =>
          confirmFirst({
            title: text.cancelTitle,
            consequence: text.cancelConsequence,
            confirm: text.cancel,
            onConfirm: () => cancel.mutate(undefined),
          })
        }
      >
        {text.cancel}
      </Button>
    </>
  );
}
