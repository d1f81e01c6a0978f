export { resetMail, type SendMail } from './account-mails.ts';
export { type Accounts, type NewToken, type Organization, openAccounts, type Token } from './accounts.ts';
export { passwordLength, sessionCookie } from './authentication.ts';
export {
  type BrowserAccess,
  mostTokenCampaigns,
  openBrowserAccess,
  type ParticipantToken,
  tokenLifetime,
} from './browser-access.ts';
export { ensureFirstOrganization } from './first-organization.ts';
export { createOrganizationDeletion, type OrganizationDeletion } from './organization-deletion.ts';
export {
  createOwnAccount,
  type NewOrganizations,
  type OwnAccount,
  type OwnSession,
} from './own-account.ts';
export { createOwnEmail, isAddress, type OwnEmail } from './own-email.ts';
export {
  isScope,
  type Permission,
  permissions,
  permissionsOf,
  type Role,
  roleNames,
  roles,
  rolesWith,
  type Scope,
  scopes,
} from './permissions.ts';
export type {
  Authenticator,
  ParticipantPrincipal,
  PersonPrincipal,
  Principal,
  TokenPrincipal,
} from './principal.ts';
export { openSessionChanges, type SessionChanges } from './session-changes.ts';
export { type Client, createSessions, type Session, type Sessions, type SessionsParts } from './sessions.ts';
export { createTeam, type Invitation, type Member, type Team } from './team.ts';
