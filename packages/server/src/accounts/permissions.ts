/**
 * What can be permitted within an organization. An API token has some of them as scopes, a person through a role. The
 * table of routes (http/access-table.ts) says which one each operation needs.
 */
export const permissions = {
  read: 'See everything that has no permission of its own below',
  publish: 'Publish events, tell what participants do, and let their browsers do so',
  webhooks: 'Webhooks with their tests, secrets, resends and replays; inboxes; event types of your own',
  campaigns: 'Communities, campaigns, what can be done in them, and triggers',
  people: 'Participants: change, merge, import, export and erase them, and correct their points',
  money: 'Payouts: ask for them again, and settle them',
  tokens: 'API tokens, the end of all participant tokens, and from which pages browsers may call',
  team: 'Who belongs to the organization, with which role, and who is invited',
  settings: "The organization's name, and whom alerts are mailed to",
  audit: 'The audit log: who changed what',
  deletion: 'Delete the organization with everything it has',
  organizations: 'Make another organization, and be its owner',
} as const satisfies Record<string, string>;

export type Permission = keyof typeof permissions;
const everyPermission = Object.keys(permissions) as readonly Permission[];

/**
 * What an API token may have. Not `team`: whoever finds a token must not be able to make themselves an account with it
 * that outlives the token. Nor `organizations`, as somebody must own them.
 */
export type Scope = Exclude<Permission, 'team' | 'organizations'>;
export const scopes: readonly Scope[] = everyPermission.filter(isScope);

export const roles = {
  owner: 'Everything',
  admin: 'Everything but deleting the organization, making another, and deciding who is an owner',
  developer: 'Connects systems: webhooks, tokens, events',
  manager: 'Runs campaigns and looks after participants',
  viewer: 'Looks',
} as const satisfies Record<string, string>;

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as readonly Role[];

const rolePermissions: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(everyPermission),
  admin: new Set(everyPermission.filter((one) => one !== 'deletion' && one !== 'organizations')),
  developer: new Set(['read', 'publish', 'webhooks', 'tokens']),
  manager: new Set(['read', 'publish', 'campaigns', 'people']),
  viewer: new Set(['read']),
};

export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return rolePermissions[role];
}

/** Roles that have it, the mightiest first. */
export function rolesWith(permission: Permission): readonly Role[] {
  return roleNames.filter((role) => rolePermissions[role].has(permission));
}

/** Those of them that are scopes of this version. */
export function knownScopes(granted: readonly string[]): readonly Scope[] {
  return scopes.filter((scope) => granted.includes(scope));
}

/** What a token with these scopes may do; null: every scope there is. */
export function permissionsOfScopes(granted: readonly string[] | null): ReadonlySet<Permission> {
  return new Set(granted === null ? scopes : knownScopes(granted));
}

export function isScope(permission: Permission): permission is Scope {
  return permission !== 'team' && permission !== 'organizations';
}
