import type { WebhookStatistics } from '@fanfare/client';
import { Card, Skeleton } from '@mantine/core';
import { webhookPage as text } from '#strings/webhook-page.ts';
import { TimeChart, type TimeChartProps } from '../../charts/index.ts';
import { duration, roughCount, share } from '../../elements/index.ts';
import { countsByClass } from './status-classes.ts';

const chartHeight = 190;
const { charts } = text;

interface TrendProps {
  readonly statistics: WebhookStatistics | undefined;
}

type Interval = WebhookStatistics['intervals'][number];

function Trend({
  statistics,
  series,
  ...chart
}: TrendProps &
  Omit<TimeChartProps, 'times' | 'series' | 'height'> & {
    readonly series: readonly (Omit<TimeChartProps['series'][number], 'values'> & {
      readonly value: (interval: Interval) => number | null;
    })[];
  }) {
  return (
    <Card withBorder padding="md">
      {statistics === undefined ? (
        <Skeleton h={chartHeight + 28} />
      ) : (
        <TimeChart
          height={chartHeight}
          times={statistics.intervals.map(({ at }) => at)}
          series={series.map(({ value, ...one }) => ({ ...one, values: statistics.intervals.map(value) }))}
          {...chart}
        />
      )}
    </Card>
  );
}

export function VolumeChart({ statistics }: TrendProps) {
  return (
    <Trend
      statistics={statistics}
      label={charts.volume}
      kind="stacked"
      format={roughCount}
      series={[
        { label: charts.failed, tone: 'bad', value: ({ failed }) => failed },
        { label: charts.acknowledged, tone: 'good', value: ({ acknowledged }) => acknowledged },
      ]}
    />
  );
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

export function TimesChart({ statistics }: TrendProps) {
  return (
    <Trend
      statistics={statistics}
      label={charts.times}
      kind="lines"
      format={duration}
      series={[
        { label: charts.p50, tone: 'main', value: ({ response_ms }) => response_ms.p50 },
        { label: charts.p95, tone: 'warn', dashed: true, value: ({ response_ms }) => response_ms.p95 },
      ]}
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
