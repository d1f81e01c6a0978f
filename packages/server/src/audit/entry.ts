import { createHash } from 'node:crypto';
import type { AuditActor, AuditOrigin, AuditTarget } from '../storage/index.ts';

/** What entries can be about. */
export const auditedKinds = [
  'webhook',
  'delivery',
  'replay',
  'resend',
  'event_type',
  'inbox',
  'campaign',
  'community',
  'group',
  'quest',
  'task',
  'reward',
  'trigger',
  'participant',
  'completion',
  'job',
  'payout',
  'token',
  'participant_tokens',
  'allowed_origins',
  'member',
  'invitation',
  'session',
  'person',
  'organization',
  'alerts',
  'quotas',
] as const;

export type AuditedKind = (typeof auditedKinds)[number];

export function isAuditedKind(kind: string): kind is AuditedKind {
  return auditedKinds.some((known) => known === kind);
}

export type AuditedFields = Readonly<Record<string, unknown>>;

/** One entry of the audit log, as the API and exports give it and as its hash covers it. */
export interface AuditEntry {
  readonly organization_id: string;
  /** From 1, without gaps. */
  readonly number: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  readonly actor: AuditActor;
  readonly action: string;
  readonly target: AuditTarget;
  readonly origin: AuditOrigin;
  /** What differs, as it was. Null: there was nothing, or nothing to compare. */
  readonly before: AuditedFields | null;
  readonly after: AuditedFields | null;
  /** Of the entry before; 64 zeros for the first. */
  readonly previous_hash: string;
  readonly hash: string;
}

export const noHash = '0'.repeat(64);

/** SHA-256, as hexadecimal text, of the entry without its hash in the canonical form of RFC 8785 (UTF-8). */
export function hashOf({
  hash: _,
  ...content
}: Omit<AuditEntry, 'hash'> & { readonly hash?: string }): string {
  return createHash('sha256').update(canonical(content)).digest('hex');
}

/**
 * JSON text as RFC 8785 has it: no white space, names in the order of their UTF-16 units, numbers and strings as
 * ECMAScript writes them.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
