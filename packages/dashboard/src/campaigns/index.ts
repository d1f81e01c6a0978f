export { ActivityList } from './activity-list.tsx';
export { useLiveLists } from './live-lists.ts';
export { ParticipantLink } from './participant-link.tsx';
export { points } from './points.ts';
export { RewardTotals } from './reward-totals.tsx';
