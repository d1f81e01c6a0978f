import './charts.css';
import 'uplot/dist/uPlot.min.css';
import { Group, Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { charts as text } from '#strings/charts.ts';
import { exactTime, none } from '../elements/index.ts';
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
  const [pointed, setPointed] = useState<number | null>(null);
  const scheme = useComputedColorScheme();
  const plot = useRef<uPlot | null>(null);
  const data = useMemo(() => dataOf(times, series, kind), [times, series, kind]);
  const shape = series
    .map(({ label, tone, dashed, values }) => `${label} ${tone} ${dashed === true} ${isSparse(values)}`)
    .join('|');

  // biome-ignore lint/correctness/useExhaustiveDependencies: a chart is made anew for another shape, size or scheme only
  useEffect(() => {
    if (place.current === null || width === 0) return;
    const made = new uPlot(
      optionsOf({ series, kind, format, height, width, point: setPointed }),
      data,
      place.current,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [shape, kind, height, width, scheme]);

  useEffect(() => plot.current?.setData(data), [data]);

  return (
    <figure style={{ margin: 0 }}>
      <Group justify="space-between" mb={6} gap="xs" component="figcaption">
        <Text size="sm" fw={600} component="span">
          {label}
        </Text>
        <Legend series={series} at={pointed} times={times} format={format} />
      </Group>
      <div
        ref={ref}
        role="img"
        aria-label={`${label}. ${series.map((one) => inWords(one, format)).join('. ')}`}
        style={{ height, width: '100%', overflow: 'hidden' }}
      />
    </figure>
  );
}

/** What the colours mean, and the values under the pointer. */
function Legend({
  series,
  at,
  times,
  format,
}: Pick<TimeChartProps, 'series' | 'times' | 'format'> & { readonly at: number | null }) {
  const time = at === null ? undefined : times[at];
  return (
    <Group gap="sm" aria-hidden>
      {time !== undefined && (
        <Text size="xs" c="dimmed" component="span">
          {exactTime(time)}
        </Text>
      )}
      {series.map(({ label, tone, values }) => (
        <Group key={label} gap={5}>
          <span className="chart-swatch" style={{ background: `var(--chart-${tone})` }} />
          <Text size="xs" component="span">
            {label}
            {at !== null && ` ${shownAt(values, at, format)}`}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

function shownAt(values: TimeSeries['values'], at: number, format: (value: number) => string): string {
  const value = values[at];
  return value === null || value === undefined ? none : format(value);
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
  point,
}: Pick<TimeChartProps, 'series' | 'kind' | 'format'> & {
  readonly height: number;
  readonly width: number;
  /** Told of the interval under the pointer; null: it is elsewhere. */
  readonly point: (index: number | null) => void;
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
    legend: { show: false },
    hooks: { setCursor: [({ cursor }) => point(cursor.idx ?? null)] },
    scales: { y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, size: 34, values: (_plot, marks) => timeMarks(marks) },
      { ...axis, size: 56, values: ({ data }, marks) => (isEmpty(data) ? [] : marks.map(format)) },
    ],
    series: [
      {},
      ...series.map(
        ({ label, tone, dashed, values }): uPlot.Series => ({
          label,
          stroke: colorOf(tone),
          width: kind === 'lines' ? 2 : 0,
          points: { show: kind === 'lines' && isSparse(values), size: 5, fill: colorOf(tone) },
          spanGaps: false,
          ...(kind === 'stacked'
            ? { fill: colorOf(tone) }
            : tone === 'main' && { fill: `${colorOf(tone)}22` }),
          ...(kind === 'stacked' && bars !== undefined && { paths: bars }),
          ...(dashed === true && { dash: [5, 4] }),
        }),
      ),
    ],
  };
}

/** Nothing but zeros and gaps: there is no scale to read. */
function isEmpty([, ...columns]: uPlot.AlignedData): boolean {
  return columns.every((column) => [...column].every((value) => !value));
}

/** Lines of few points would not be seen where their neighbours are missing. */
function isSparse(values: TimeSeries['values']): boolean {
  return values.filter((value) => value !== null).length < values.length / 4;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const daySeconds = 86_400;

/** Days where the marks are at least half a day apart, otherwise times. */
function timeMarks(marks: readonly number[]): string[] {
  const [first = 0, second = first] = marks;
  const format = second - first >= daySeconds / 2 ? day : clock;
  return marks.map((seconds) => format.format(new Date(seconds * 1_000)));
}
