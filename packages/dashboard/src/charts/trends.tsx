import type { WebhookStatistics } from '@fanfare/client';
import { Card, Skeleton } from '@mantine/core';
import { charts as text } from '#strings/charts.ts';
import { duration, roughCount } from '../elements/index.ts';
import { TimeChart, type TimeChartProps, type TimeSeries } from './time-chart.tsx';

const chartHeight = 190;

type Interval = WebhookStatistics['intervals'][number];

export interface TrendProps {
  /** Of the organization or of a webhook; undefined while they are read for the first time. */
  readonly statistics: { readonly intervals: readonly Interval[] } | undefined;
}

/** A card with what was counted over time. */
export function Trend({
  statistics,
  series,
  ...chart
}: TrendProps &
  Omit<TimeChartProps, 'times' | 'series' | 'height'> & {
    readonly series: readonly (Omit<TimeSeries, 'values'> & {
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

/** How much was sent, and how much of it was not acknowledged. */
export function VolumeChart({ statistics }: TrendProps) {
  return (
    <Trend
      statistics={statistics}
      label={text.volume.title}
      kind="stacked"
      format={roughCount}
      series={[
        { label: text.volume.failed, tone: 'bad', value: ({ failed }) => failed },
        { label: text.volume.acknowledged, tone: 'good', value: ({ acknowledged }) => acknowledged },
      ]}
    />
  );
}

/** How long receivers took to answer. */
export function ResponseTimeChart({ statistics }: TrendProps) {
  return (
    <Trend
      statistics={statistics}
      label={text.responseTime.title}
      kind="lines"
      format={duration}
      series={[
        { label: text.responseTime.p50, tone: 'main', value: ({ response_ms }) => response_ms.p50 },
        {
          label: text.responseTime.p95,
          tone: 'warn',
          dashed: true,
          value: ({ response_ms }) => response_ms.p95,
        },
      ]}
    />
  );
}
