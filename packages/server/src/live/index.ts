export type { ActivityItem, ActivityMessage } from './activity.ts';
export type { Watcher } from './feed.ts';
export { createLive, type Live, type LiveTimes } from './live.ts';
