export type { Job, JobAtWork, JobHandler, JobRefusal, JobStep } from './job.ts';
export { createJobs, type Jobs, type NewJob, type RefusalPosition, type ReportedRefusal } from './jobs.ts';
