import { type AuditedFields, canonical } from './entry.ts';
import type { AuditNote } from './recording.ts';

/** Instead of a value that must not be kept. */
const redacted = '(redacted)';
/** Instead of a value that belongs to a participant, who may ask to be forgotten. */
const changed = '(changed)';

/** Names of what is never kept, wherever it stands. */
const secretNames =
  /^(?:(?:.*_)?(?:secret|password|passphrase|private_key|ciphertext|credential)|token|link|authorization|cookie)$/i;
/** Names of objects whose values may hold credentials: the headers that an owner has sent along. */
const secretMaps = new Set(['headers']);
/** What is kept of participants; everything else is theirs. */
const plainOfParticipants = new Set([
  'id',
  'test',
  'created_at',
  'erased_at',
  'absorbed_id',
  'campaign_id',
  'amount',
  'cause',
]);
/** Changes whenever anything else does. */
const noise = 'updated_at';

/** What differs between before and after, without secrets and without what is personal. */
export function differencesOf({
  target: { kind },
  before,
  after,
  hidden = [],
}: Pick<AuditNote, 'target' | 'before' | 'after' | 'hidden'>): {
  readonly before: AuditedFields | null;
  readonly after: AuditedFields | null;
} {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const differing = [...names].filter(
    (name) =>
      name !== noise &&
      (before === null ||
        after === null ||
        canonical(before[name] ?? null) !== canonical(after[name] ?? null)),
  );
  const pick = (fields: AuditedFields | null) =>
    fields &&
    Object.fromEntries(
      differing
        .filter((name) => Object.hasOwn(fields, name))
        .map((name) => [name, keptOf(kind, name, fields[name])]),
    );
  const replaced = hidden.filter((name) => !differing.includes(name));
  return {
    before: pick(before),
    after: after && { ...pick(after), ...Object.fromEntries(replaced.map((name) => [name, redacted])) },
  };
}

function keptOf(kind: string, name: string, value: unknown): unknown {
  const personal =
    kind === 'participant' ? !plainOfParticipants.has(name) : kind === 'payout' && name === 'account';
  if (personal) return value === null ? null : changed;
  return withoutSecrets(name, value);
}

function withoutSecrets(name: string, value: unknown): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (secretNames.test(name)) return redacted;
  if (Array.isArray(value)) return value.map((one) => withoutSecrets('', one));
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, one]) => [
      inner,
      secretMaps.has(name) ? redacted : withoutSecrets(inner, one),
    ]),
  );
}
