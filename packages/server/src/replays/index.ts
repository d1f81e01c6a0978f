export {
  defaultReplayRate,
  mostReplayRate,
  type Replay,
  replayChoices,
} from './replay.ts';
export { createReplays, type ReplayForecast, type Replays } from './replays.ts';
export { mostNamed, mostResent, type Resend, shownFilter } from './resend.ts';
export { createResends, type Resends } from './resends.ts';
