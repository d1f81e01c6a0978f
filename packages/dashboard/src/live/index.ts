export type { ConnectionState, LiveMessage } from './connection.ts';
export { LiveUpdates, useConnectionState, useLive } from './live.tsx';
export { tellsOf, useReadAnew } from './read-anew.ts';
