import type { JobId, OrganizationId } from '../ids.ts';
import type { Job, Jobs } from '../jobs/index.ts';
import { notFound } from '../problems.ts';

/** What its owner does with one job of a kind. Unknown and foreign ids, and those of other kinds, throw `not_found`. */
export interface Controls<Shown> {
  get(organization: OrganizationId, id: JobId): Promise<Shown>;
  /** What is made arrives, and no more is made. Throws `conflict` when it has ended, as the next two do. */
  pause(organization: OrganizationId, id: JobId): Promise<Shown>;
  resume(organization: OrganizationId, id: JobId): Promise<Shown>;
  /** What waits does not arrive any more. */
  cancel(organization: OrganizationId, id: JobId): Promise<Shown>;
}

export function controlsOf<Shown>(
  kind: string,
  jobs: Pick<Jobs, 'get' | 'pause' | 'resume' | 'cancel'>,
  shown: (job: Job) => Promise<Shown>,
): Controls<Shown> {
  async function own(organization: OrganizationId, id: JobId): Promise<Job> {
    const job = await jobs.get(organization, id);
    if (job.kind !== kind) throw notFound();
    return job;
  }
  const change = (how: 'pause' | 'resume' | 'cancel') => async (organization: OrganizationId, id: JobId) => {
    await own(organization, id);
    return shown(await jobs[how](organization, id));
  };
  return {
    get: async (organization, id) => shown(await own(organization, id)),
    pause: change('pause'),
    resume: change('resume'),
    cancel: change('cancel'),
  };
}
