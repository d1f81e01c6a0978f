import type { Statistics } from '@fanfare/client';
import { Skeleton } from '@mantine/core';
import { overview as text } from '#strings/overview.ts';
import { TimeChart } from '../charts/index.ts';
import { duration, roughCount } from '../elements/index.ts';

const chartHeight = 200;

interface TrendProps {
  readonly statistics: Statistics | undefined;
}

/** How much was sent, and how much of it was not acknowledged. */
export function VolumeChart({ statistics }: TrendProps) {
  if (statistics === undefined) return <Skeleton h={chartHeight + 52} />;
  const { intervals } = statistics;
  return (
    <TimeChart
      label={text.volume.title}
      kind="stacked"
      height={chartHeight}
      times={intervals.map(({ at }) => at)}
      series={[
        { label: text.volume.failed, tone: 'bad', values: intervals.map(({ failed }) => failed) },
        {
          label: text.volume.acknowledged,
          tone: 'good',
          values: intervals.map(({ acknowledged }) => acknowledged),
        },
      ]}
      format={roughCount}
    />
  );
}

/** How long receivers took to answer. */
export function LatencyChart({ statistics }: TrendProps) {
  if (statistics === undefined) return <Skeleton h={chartHeight + 52} />;
  const { intervals } = statistics;
  return (
    <TimeChart
      label={text.latency.title}
      kind="lines"
      height={chartHeight}
      times={intervals.map(({ at }) => at)}
      series={[
        {
          label: text.latency.p50,
          tone: 'main',
          values: intervals.map(({ response_ms }) => response_ms.p50),
        },
        {
          label: text.latency.p95,
          tone: 'warn',
          dashed: true,
          values: intervals.map(({ response_ms }) => response_ms.p95),
        },
      ]}
      format={duration}
    />
  );
}
