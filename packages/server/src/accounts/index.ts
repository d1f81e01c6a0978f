export { type Accounts, type NewToken, type Organization, openAccounts, type Token } from './accounts.ts';
export { ensureFirstOrganization } from './first-organization.ts';
export type { Authenticator, Principal } from './principal.ts';
