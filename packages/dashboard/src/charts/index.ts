export { Sparkline, type SparklineProps } from './sparkline.tsx';
export { type Range, RangePicker, rangeSearch, refreshMsOf, sinceOf } from './time-range.tsx';
export { ResponseTimeChart, Trend, type TrendProps, VolumeChart } from './trends.tsx';
