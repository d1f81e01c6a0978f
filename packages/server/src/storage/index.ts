export { type Database, type DatabaseSettings, openDatabase } from './database.ts';
export { isUnavailable } from './unavailable.ts';
