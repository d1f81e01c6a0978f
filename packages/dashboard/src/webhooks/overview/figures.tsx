import type { WebhookStatistics } from '@fanfare/client';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { count, duration, Facts, none, share } from '../../elements/index.ts';

const { figures } = text;

/** The totals of the range. */
export function Figures({ statistics }: { readonly statistics: WebhookStatistics | undefined }) {
  const totals = statistics?.totals;
  return (
    <Facts
      facts={[
        {
          label: figures.attempts,
          value: totals === undefined ? none : count(totals.attempts),
          note: figures.failed(totals === undefined ? none : count(totals.failed)),
        },
        {
          label: figures.success,
          value: share(totals?.success_rate ?? null),
          note: figures.successNote,
        },
        {
          label: figures.response,
          value: duration(totals?.response_ms.p50 ?? null),
          note: figures.p95(duration(totals?.response_ms.p95 ?? null)),
        },
        {
          label: figures.delivery,
          value: duration(totals?.delivery_ms.p50 ?? null),
          note: figures.p95(duration(totals?.delivery_ms.p95 ?? null)),
        },
        {
          label: figures.exhausted,
          value: totals === undefined ? none : count(totals.exhausted),
          note: figures.exhaustedNote,
        },
      ]}
    />
  );
}
