import { SegmentedControl } from '@mantine/core';
import { charts as text } from '#strings/charts.ts';

/** How far back, in milliseconds. The API chooses the step: at most 180 intervals. */
export const ranges = {
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 86_400_000,
  '7d': 7 * 86_400_000,
  '30d': 30 * 86_400_000,
} as const;

export type Range = keyof typeof ranges;

export const isRange = (value: unknown): value is Range => typeof value === 'string' && value in ranges;

/** `?range=7d`, as it stands in an address; what is none of the ranges is left out. */
export const rangeSearch = ({ range }: Record<string, unknown>): { readonly range?: Range } =>
  isRange(range) ? { range } : {};

/** When a range begins now, ISO 8601. */
export const sinceOf = (range: Range): string => new Date(Date.now() - ranges[range]).toISOString();

/** Short ranges are looked at while something happens. */
export const refreshMsOf = (range: Range): number => (ranges[range] <= ranges['6h'] ? 5_000 : 30_000);

export function RangePicker({
  value,
  onChange,
}: {
  readonly value: Range;
  readonly onChange: (range: Range) => void;
}) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={text.range}
      value={value}
      onChange={(chosen) => isRange(chosen) && onChange(chosen)}
      data={Object.keys(ranges).map((range) => ({ value: range, label: range }))}
    />
  );
}
