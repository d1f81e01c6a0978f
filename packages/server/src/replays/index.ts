export {
  defaultReplayRate,
  mostReplayRate,
  type Replay,
  replayChoices,
} from './replay.ts';
export { createReplays, type ReplayForecast, type Replays } from './replays.ts';
