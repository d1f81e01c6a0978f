import { setTimeout as sleep } from 'node:timers/promises';
import { type OrganizationId, uuidOf } from '../ids.ts';
import { createQuotasStore, type Database } from '../storage/index.ts';
import { type Admission, createAdmission, type NodeLimits, type QuotaUse } from './admission.ts';
import { createBacklog } from './backlog.ts';
import type { Quotas } from './quotas.ts';
import { createRequestRates } from './request-rates.ts';
import { createUsage, type Usage } from './usage.ts';

/** Admission with all that it counts. */
export interface OpenAdmission extends Omit<Admission, 'use' | 'close'> {
  /** To be told of every event that is accepted. */
  readonly count: Usage['count'];
  /** Every quota of an organization with what is used of it now. */
  readonly quotaUse: (organization: OrganizationId) => Promise<readonly QuotaUse[]>;
  /** Writes what was counted. */
  close(): Promise<void>;
}

export function openAdmission(parts: {
  readonly database: Database;
  readonly quotas: Quotas;
  readonly limits: NodeLimits;
  /** Wall clock, ms since 1970. */
  readonly clock: { now(): number };
  /** Monotonic ms. */
  readonly now: () => number;
  /** Resident memory of this process, bytes. */
  readonly residentBytes: () => number;
  readonly onTrouble: (error: unknown) => void;
}): OpenAdmission {
  const { database, now, onTrouble } = parts;
  const store = createQuotasStore(database);
  const usage = createUsage({ database, now: parts.clock.now, onTrouble });
  const backlog = createBacklog({
    database,
    usage,
    now,
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
    onTrouble,
  });
  const requestRates = createRequestRates({ database, now });
  const admission = createAdmission({ ...parts, usage, backlog, requestRates });
  return {
    ...admission,
    count: usage.count,
    quotaUse: async (organization) => admission.use(organization, await store.count(uuidOf(organization))),
    async close() {
      admission.close();
      await backlog.close();
      await usage.close();
    },
  };
}
