export { createTestDatabase, type TestDatabase } from './database/test-database.ts';
export type { FaultProxy } from './fault-proxy/index.ts';
export { startFaultProxy } from './fault-proxy/index.ts';
export type { NameAnswer, NameServer } from './name-server/index.ts';
export { startNameServer } from './name-server/index.ts';
export { quickDirectory } from './quick-directory.ts';
export * from './receiver/index.ts';
export { waitFor } from './wait-for.ts';
