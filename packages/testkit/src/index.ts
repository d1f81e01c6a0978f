export { createTestDatabase, type TestDatabase } from './database/test-database.ts';
export * from './receiver/index.ts';
export { waitFor } from './wait-for.ts';
