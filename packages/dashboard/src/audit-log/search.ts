/** What the address says of the audit log: the filters, and which entry is open. */
export interface AuditSearch {
  /** Id of a person or a token, or `operator`. */
  readonly actor?: string;
  readonly action?: string;
  /** Id of what was changed. */
  readonly target?: string;
  /** ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** The number of the entry that is open, and when it was written: with both it is found among any number of others. */
  readonly entry?: number;
  readonly at?: string;
}

const filters = ['actor', 'action', 'target', 'since', 'until'] as const;
export type AuditFilter = Pick<AuditSearch, (typeof filters)[number]>;

export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const { entry } = search;
  return {
    ...textOf(search, 'actor'),
    ...textOf(search, 'action'),
    ...textOf(search, 'target'),
    ...timeOf(search, 'since'),
    ...timeOf(search, 'until'),
    ...(typeof entry === 'number' && Number.isSafeInteger(entry) && entry > 0 && { entry }),
    ...timeOf(search, 'at'),
  };
}

export function filterOf(search: AuditSearch): AuditFilter {
  return Object.fromEntries(filters.flatMap((name) => (name in search ? [[name, search[name]]] : [])));
}

function textOf(search: Record<string, unknown>, name: keyof AuditSearch): Partial<AuditSearch> {
  const value = search[name];
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? { [name]: text } : {};
}

function timeOf(search: Record<string, unknown>, name: keyof AuditSearch): Partial<AuditSearch> {
  const value = search[name];
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? { [name]: value } : {};
}
