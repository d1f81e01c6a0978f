import { z } from 'zod';
import { idFromUuid, type OrganizationId, type PersonId, type TokenId, uuidOf } from '../ids.ts';
import type { Job, JobAtWork, JobStep, Jobs } from '../jobs/index.ts';
import { Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  createOrganizationDeleting,
  type Database,
  deletedParts,
} from '../storage/index.ts';
import type { Accounts } from './accounts.ts';

/** The end of an organization. */
export interface OrganizationDeletion {
  /**
   * At once its tokens are refused and its webhooks get nothing more, on every node; everything else follows in a job.
   * `confirm` must be its name. Throws `invalid_request` for another one, and `conflict` when it is being deleted.
   */
  begin(
    organization: OrganizationId,
    asked: { readonly by: TokenId | PersonId; readonly confirm: string },
  ): Promise<Job>;
  /** Begins deletions again that nobody works on; returns how many there were. */
  resume(): Promise<number>;
}

const kind = 'delete_organization';
/**
 * A node that missed the notification lets a token pass for so long, and what was accepted is under way to receivers:
 * the rows go after that.
 */
const defaultQuietMs = 120_000;
const abandonedAfterMs = 60_000;

const cursorSchema = z
  .object({
    part: z.enum(deletedParts as readonly [string, ...string[]]).nullable(),
    from: z.object({ partition: z.string(), block: z.int() }).nullable(),
  })
  .nullable();

/** Also makes this node carry out deletions: before the jobs start. */
export function createOrganizationDeletion(parts: {
  readonly database: Pick<Database, 'pool'>;
  readonly accounts: Pick<Accounts, 'organization' | 'forgetTokens'>;
  readonly jobs: Jobs;
  readonly clock: { now(): number };
  readonly quietMs?: number;
}): OrganizationDeletion {
  const { accounts, jobs, clock, quietMs = defaultQuietMs } = parts;
  const store = createOrganizationDeleting(parts.database);

  async function step(job: JobAtWork): Promise<JobStep> {
    const cursor = cursorSchema.parse(job.cursor);
    const organization = uuidOf(job.organizationId);
    const part = cursor === null ? deletedParts[0] : deletedParts.find((one) => one === cursor.part);
    if (part === undefined) {
      // With it goes this job: there is nobody left to tell how it ended.
      await store.deleteOrganization(organization);
      return { cursor, done: 0, finished: true };
    }
    const { rows, more, next } = await store.deletePart(part, organization, cursor?.from ?? null);
    return {
      cursor: more
        ? { part, from: next }
        : { part: deletedParts[deletedParts.indexOf(part) + 1] ?? null, from: null },
      done: rows,
      ...(rows > 0 && { counts: { [part]: rows } }),
      finished: false,
    };
  }

  jobs.register(kind, { step });

  return {
    async begin(id, { by, confirm }) {
      const { name } = await accounts.organization(id);
      if (confirm !== name) {
        const detail = `Found ${JSON.stringify(confirm)}, expected the name of the organization that is to be deleted for good. GET /v1/organization tells it.`;
        throw new Problem('invalid_request', `The body is not as expected at /confirm: ${detail}`, {
          faults: [{ pointer: '/confirm', detail }],
        });
      }
      const now = clock.now();
      if (!(await store.begin(uuidOf(id), new Date(now)))) {
        throw new Problem('conflict', 'The organization is being deleted already. Nothing is left to do.');
      }
      // The notifications come back to this node too, but after the answer to the caller.
      await afterRequestTransaction(() => accounts.forgetTokens());
      const { job } = await jobs.enqueue({
        organizationId: id,
        kind,
        params: { asked_by: by },
        waitMs: quietMs,
      });
      return job;
    },

    async resume() {
      const abandoned = await store.abandoned(new Date(clock.now() - abandonedAfterMs));
      for (const uuid of abandoned) {
        const organizationId = idFromUuid('org', uuid);
        await jobs.enqueue({ organizationId, kind, params: { asked_by: 'upkeep' } });
      }
      return abandoned.length;
    },
  };
}
