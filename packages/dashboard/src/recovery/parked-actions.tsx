import { Button } from '@mantine/core';
import { recovery } from '#strings/recovery.ts';
import { fanfare, useChange } from '../api/index.ts';
import { confirmFirst } from '../elements/index.ts';

const { parked: text } = recovery;
const changes = ['/v1/statistics/concerns', '/v1/deliveries', '/v1/webhooks'] as const;

/** What stands at the head of the lines of a webhook: tried again, or given up. */
export function ParkedActions({ webhookId, name }: { readonly webhookId: string; readonly name: string }) {
  const path = { id: webhookId };
  const retry = useChange(() => fanfare.post('/v1/webhooks/{id}/parked-deliveries/retry', { path }), {
    changes,
    done: ({ deliveries }) => text.retried(deliveries),
  });
  const skip = useChange(() => fanfare.post('/v1/webhooks/{id}/parked-deliveries/skip', { path }), {
    changes,
    done: ({ deliveries }) => text.skipped(deliveries),
  });
  return (
    <>
      <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate(undefined)}>
        {text.retry}
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={skip.isPending}
        onClick={() =>
          confirmFirst({
            title: text.skipTitle(name),
            consequence: text.skipConsequence,
            confirm: text.skipConfirm,
            onConfirm: () => skip.mutate(undefined),
          })
        }
      >
        {text.skip}
      </Button>
    </>
  );
}
