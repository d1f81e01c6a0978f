export type {
  Admission,
  Admitted,
  NodeLimits,
  QuotaUse,
  RateState,
} from './admission.ts';
export { type OpenAdmission, openAdmission } from './open-admission.ts';
export {
  isQuotaName,
  openQuotas,
  type QuotaDefaults,
  type QuotaDefinition,
  type QuotaName,
  type Quotas,
  quotaDefinitions,
  quotaNames,
} from './quotas.ts';
export type { Usage } from './usage.ts';
