export { Sparkline, type SparklineProps } from './sparkline.tsx';
export { TimeChart, type TimeChartProps, type TimeSeries } from './time-chart.tsx';
export { type Range, RangePicker, rangeSearch, refreshMsOf, sinceOf } from './time-range.tsx';
