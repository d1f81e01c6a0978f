export {
  type ActionReceipt,
  type Actions,
  type ActionsParts,
  createActions,
  providersOf,
} from './actions.ts';
export { rowsOf } from './changes.ts';
export { savePayouts } from './payouts.ts';
export { leaderboardMoves, rankParticipants } from './ranking.ts';
export { type LoadedWorld, loadWorld } from './world.ts';
