import type { Resend } from '@fanfare/client';
import { Alert, Button } from '@mantine/core';
import { history } from '#strings/history.ts';
import { fanfare } from '../api/index.ts';
import { count } from '../elements/index.ts';
import { SendingCard } from './sending-card.tsx';
import { SendingControls } from './sending-controls.tsx';

const { resends: text, sending } = history;
const changes = ['/v1/resends', '/v1/resends/{id}'] as const;

/** Whether more is going to be sent, unless somebody cancels it. */
export function isOpen({ state }: { readonly state: Resend['state'] }): boolean {
  return state === 'queued' || state === 'running' || state === 'paused';
}

/** One resend and how far it is. */
export function ResendCard({ resend, dismiss }: { readonly resend: Resend; readonly dismiss?: () => void }) {
  const { progress, state, cancelling, filter, error } = resend;
  const { total, chosen, sent, acknowledged, failed, waiting, cancelled } = progress;
  const leftOut = progress.skipped + progress.skipped_payments;
  const path = { id: resend.id };
  const note = total === null ? text.finding(count(chosen)) : text.of(count(sent), count(total));
  return (
    <SendingCard
      title={filter === null ? text.ofSelection : text.ofFilter}
      state={state}
      since={resend.created_at}
      total={total}
      parts={[
        { label: text.acknowledged, value: acknowledged, color: 'green' },
        { label: text.failed, value: failed, color: 'red' },
        { label: sending.waiting, value: waiting, color: 'blue' },
        { label: sending.cancelled, value: cancelled, color: 'gray' },
      ]}
      note={leftOut > 0 ? `${note} · ${sending.skipped(count(leftOut))}` : note}
      actions={
        isOpen(resend) ? (
          <SendingControls
            state={state}
            cancelling={cancelling}
            pause={() => fanfare.post('/v1/resends/{id}/pause', { path })}
            resume={() => fanfare.post('/v1/resends/{id}/resume', { path })}
            cancel={() => fanfare.post('/v1/resends/{id}/cancel', { path })}
            cancelTitle={text.cancelTitle}
            cancelConsequence={text.cancelConsequence}
            changes={changes}
          />
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
