export type { NameAnswer, NameServer } from './name-server.ts';
export { startNameServer } from './name-server.ts';
