export type { Change } from './changes.ts';
export type { Watcher } from './feed.ts';
export { createLive, type Live, type LiveTimes } from './live.ts';
export { streamMessages } from './messages.ts';
