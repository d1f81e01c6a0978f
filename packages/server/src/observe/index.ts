export { createDatabaseCondition, type DatabaseCondition } from './database-condition.ts';
export { createDeliveryLog } from './delivery-log.ts';
export { createLogger, type Log, type LogFormat, type LogLevel } from './logger.ts';
export { createPalette } from './terminal.ts';
