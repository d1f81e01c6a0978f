export { Sparkline, type SparklineProps } from './sparkline.tsx';
export { TimeChart, type TimeChartProps, type TimeSeries } from './time-chart.tsx';
