export { type Database, type DatabaseSettings, openDatabase, type Queryable } from './database.ts';
export { type EmbeddedServer, type EmbeddedServerSettings, startEmbeddedServer } from './embedded-server.ts';
export type { StopListening } from './listener.ts';
export { migrate, UnsuitableDatabase } from './migrate.ts';
export {
  type Dropped,
  defaultRetentionDays,
  dropPartitionsBefore,
  ensurePartitions,
  listPartitions,
  type Partition,
  type PartitionedTable,
} from './partitions.ts';
export type { Schema } from './schema.ts';
export { isUnavailable } from './unavailable.ts';
