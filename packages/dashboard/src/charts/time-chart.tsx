import './charts.css';
import 'uplot/dist/uPlot.min.css';
import { Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import { charts as text } from '#strings/charts.ts';
import { none } from '../elements/index.ts';
import { colorOf, inkColor, lineColor, type Tone } from './palette.ts';

export interface TimeSeries {
  readonly label: string;
  readonly tone: Tone;
  /** One for each time; null where there is nothing to show. */
  readonly values: readonly (number | null)[];
  /** Broken, as for a limit or a second quantile. */
  readonly dashed?: boolean;
}

export interface TimeChartProps {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** When each interval begins, ISO 8601. */
  readonly times: readonly string[];
  readonly series: readonly TimeSeries[];
  /** Line by line, or bars on top of each other. */
  readonly kind: 'lines' | 'stacked';
  readonly format: (value: number) => string;
  readonly height?: number;
}

/** Values over time. Under the pointer its legend tells each of them. */
export function TimeChart({ label, times, series, kind, format, height = 190 }: TimeChartProps) {
  const { ref: measure, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(measure, place);
  const latest = useRef(series);
  latest.current = series;
  const scheme = useComputedColorScheme();
  const plot = useRef<uPlot | null>(null);
  const data = useMemo(() => dataOf(times, series, kind), [times, series, kind]);
  const shape = series.map(({ label, tone, dashed }) => `${label} ${tone} ${dashed === true}`).join('|');

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is made anew for another shape, size or scheme only
  useEffect(() => {
    if (place.current === null || width === 0) return;
    const valueAt = (at: number, index: number) => latest.current[at]?.values[index] ?? null;
    const made = new uPlot(optionsOf({ series, kind, format, height, width, valueAt }), data, place.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [shape, kind, height, width, scheme]);

  useEffect(() => plot.current?.setData(data), [data]);

  return (
    <figure style={{ margin: 0 }}>
      <Text component="figcaption" size="sm" fw={600} mb={4}>
        {label}
      </Text>
      <div
        ref={ref}
        role="img"
        aria-label={`${label}. ${series.map((one) => inWords(one, format)).join('. ')}`}
        style={{ minHeight: height + 28, width: '100%', overflow: 'hidden' }}
      />
    </figure>
  );
}

function inWords({ label, values }: TimeSeries, format: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return text.nothing(label);
  return text.summary(label, format(Math.min(...known)), format(Math.max(...known)), format(last));
}

/** Stacked, each series is drawn from the ground up to the sum of itself and those after it, the highest first. */
function dataOf(
  times: readonly string[],
  series: readonly TimeSeries[],
  kind: TimeChartProps['kind'],
): uPlot.AlignedData {
  const x = times.map((time) => Date.parse(time) / 1_000);
  const columns =
    kind === 'lines'
      ? series.map(({ values }) => [...values])
      : series.map((_, from) =>
          x.map((_, index) => series.slice(from).reduce((sum, { values }) => sum + (values[index] ?? 0), 0)),
        );
  return [x, ...columns];
}

function optionsOf({
  series,
  kind,
  format,
  height,
  width,
  valueAt,
}: Pick<TimeChartProps, 'series' | 'kind' | 'format'> & {
  readonly height: number;
  readonly width: number;
  /** Of a series by its place, what it is now at an interval. */
  readonly valueAt: (at: number, index: number) => number | null;
}): uPlot.Options {
  const axis = {
    stroke: inkColor(),
    grid: { stroke: lineColor(), width: 1 },
    ticks: { stroke: lineColor(), width: 1 },
    font: '11px system-ui, sans-serif',
  };
  const bars = uPlot.paths.bars?.({ size: [0.75, 24], radius: 0.15 });
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    cursor: { points: { size: 6 }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [axis, { ...axis, size: 56, values: (_plot, marks) => marks.map(format) }],
    series: [
      { value: (_plot, seconds) => (seconds === null ? none : clockTime(seconds)) },
      ...series.map(
        ({ label, tone, dashed }, at): uPlot.Series => ({
          label,
          stroke: colorOf(tone),
          width: kind === 'lines' ? 2 : 0,
          points: { show: false },
          spanGaps: false,
          ...(kind === 'stacked'
            ? { fill: colorOf(tone) }
            : tone === 'main' && { fill: `${colorOf(tone)}22` }),
          ...(kind === 'stacked' && bars !== undefined && { paths: bars }),
          ...(dashed === true && { dash: [5, 4] }),
          value: (_plot, _drawn, _series, index) => {
            const value = index === null ? null : valueAt(at, index);
            return value === null ? none : format(value);
          },
        }),
      ),
    ],
  };
}

const clock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

function clockTime(seconds: number): string {
  return clock.format(new Date(seconds * 1_000));
}
