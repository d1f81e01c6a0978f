import type { WebhookStatistics } from '@fanfare/client';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { Trend } from '../../charts/index.ts';
import { roughCount, share } from '../../elements/index.ts';
import { countsByClass } from './status-classes.ts';

const { charts } = text;

interface TrendProps {
  readonly statistics: WebhookStatistics | undefined;
}

export function SuccessChart({ statistics }: TrendProps) {
  return (
    <Trend
      statistics={statistics}
      label={charts.success}
      kind="lines"
      format={share}
      series={[{ label: charts.successSeries, tone: 'good', value: ({ success_rate }) => success_rate }]}
    />
  );
}

export function StatusChart({ statistics }: TrendProps) {
  return (
    <Trend
      statistics={statistics}
      label={charts.statuses}
      kind="stacked"
      format={roughCount}
      series={[
        { label: charts.none, tone: 'soft', value: (interval) => countsByClass(interval).none },
        { label: charts.serverError, tone: 'bad', value: (interval) => countsByClass(interval).serverError },
        { label: charts.clientError, tone: 'warn', value: (interval) => countsByClass(interval).clientError },
        { label: charts.other, tone: 'main', value: (interval) => countsByClass(interval).other },
        { label: charts.ok, tone: 'good', value: (interval) => countsByClass(interval).ok },
      ]}
    />
  );
}
