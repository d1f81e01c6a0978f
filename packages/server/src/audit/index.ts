export { type AuditLog, type AuditSource, appendEntries, createAuditLog, wholeLog } from './audit-log.ts';
export { Chain, type ChainReport } from './chain.ts';
export { type AuditEntry, type AuditedFields, hashOf } from './entry.ts';
export { type AuditNote, entriesOfRequest, recorded, withRecorder } from './recording.ts';
