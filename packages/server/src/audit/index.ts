export {
  type AuditLog,
  type AuditSource,
  appendEntries,
  createAuditLog,
  operatorSource,
} from './audit-log.ts';
export { Chain, type ChainReport } from './chain.ts';
export { type AuditEntry, type AuditedKind, auditedKinds, isAuditedKind } from './entry.ts';
export { type AuditNote, entriesOfRequest, recorded, withRecorder } from './recording.ts';
