export type { Activity, ActivityItem, ConnectionState, LiveMessage } from './connection.ts';
export { LiveUpdates, useConnectionState, useLive } from './live.tsx';
