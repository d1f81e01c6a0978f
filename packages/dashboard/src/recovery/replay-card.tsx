import type { Replay } from '@fanfare/client';
import { Alert, Skeleton, Text } from '@mantine/core';
import { recovery } from '#strings/recovery.ts';
import { fanfare, useRead } from '../api/index.ts';
import { count, Moment, Problem } from '../elements/index.ts';
import { isOpen, SendingCard, SendingControls } from '../history/index.ts';
import { useWebhookNames } from '../pickers/index.ts';

const { replays: text } = recovery;

/** One replay and how far it is. */
export function ReplayCard({ replayId }: { readonly replayId: string }) {
  const { data: replay, error } = useRead('/v1/replays/{id}', { path: { id: replayId } });
  if (replay === undefined) return error === null ? <Skeleton h={110} /> : <Problem error={error} />;
  return <Shown replay={replay} />;
}

function Shown({ replay }: { readonly replay: Replay }) {
  const { id, state, cancelling, webhook_id, only, since, until, rate_per_second, progress, error } = replay;
  const { made, looked_at, delivered, failed, retrying, waiting, cancelled, skipped_payments } = progress;
  const names = useWebhookNames([webhook_id]);
  const path = { id };
  const note = text.progress(count(made), count(looked_at));
  return (
    <SendingCard
      title={text.what(names.get(webhook_id) ?? webhook_id, only)}
      state={state}
      since={replay.created_at}
      total={null}
      parts={[
        { label: text.delivered, value: delivered, color: 'green' },
        { label: text.failed, value: failed, color: 'red' },
        { label: text.retrying, value: retrying, color: 'yellow' },
        { label: text.waiting, value: waiting, color: 'blue' },
        { label: text.cancelled, value: cancelled, color: 'gray' },
      ]}
      note={skipped_payments > 0 ? `${note} · ${text.payments(count(skipped_payments))}` : note}
      actions={
        isOpen(replay) && (
          <SendingControls
            state={state}
            cancelling={cancelling}
            pause={() => fanfare.post('/v1/replays/{id}/pause', { path })}
            resume={() => fanfare.post('/v1/replays/{id}/resume', { path })}
            cancel={() => fanfare.post('/v1/replays/{id}/cancel', { path })}
            cancelTitle={text.cancelTitle}
            cancelConsequence={text.cancelConsequence}
            changes={['/v1/replays/{id}', '/v1/jobs']}
          />
        )
      }
    >
      <Text size="xs" c="dimmed" component="div">
        {text.range.from} <Moment at={since} /> {text.range.until} <Moment at={until} /> ·{' '}
        {text.rate(rate_per_second)}
      </Text>
      {error !== null && <Alert color="red" variant="light" title={error} />}
    </SendingCard>
  );
}
