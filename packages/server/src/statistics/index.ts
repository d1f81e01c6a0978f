export { createStatisticsCounter, type StatisticsCounter } from './counter.ts';
export { type AskedRange, type StepName, stepNames } from './range.ts';
export {
  type AttemptFigures,
  type Concern,
  createStatistics,
  type Series,
  type Statistics,
} from './statistics.ts';
export type { Times } from './tallies.ts';
