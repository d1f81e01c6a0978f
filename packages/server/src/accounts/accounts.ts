import {
  type CommunityId,
  idFromUuid,
  newId,
  type OrganizationId,
  type PersonId,
  type TokenId,
  type Uuid,
  uuidOf,
} from '../ids.ts';
import { Problem, quotaReached } from '../problems.ts';
import {
  afterRequestTransaction,
  createOrganizationsStore,
  createTokensStore,
  type Database,
  type OrganizationRow,
  type TokenRow,
} from '../storage/index.ts';
import { createAuthenticator } from './authenticator.ts';
import { knownScopes, type Scope } from './permissions.ts';
import type { Authenticator } from './principal.ts';
import { newTokenText, tokenHash } from './token-text.ts';

export interface Organization {
  readonly id: OrganizationId;
  readonly name: string;
  readonly createdAt: Date;
}

export interface Token {
  readonly id: TokenId;
  readonly name: string;
  /** Null: every one there is, also those that later versions add. */
  readonly scopes: readonly Scope[] | null;
  readonly createdAt: Date;
  /** Null: does not expire. */
  readonly expiresAt: Date | null;
  /** To the minute or so. Null: never. */
  readonly usedAt: Date | null;
}

export interface NewToken extends Token {
  /** The token itself, `fan_…`. Cannot be had again. */
  readonly text: string;
}

/** Organizations and their API tokens. */
export interface Accounts {
  readonly authenticate: Authenticator;
  /** `owner`: who owns it; without one nobody belongs to it. */
  createOrganization(name: string, owner?: PersonId): Promise<Organization>;
  /** As `createOrganization`, but null when the database has one already; safe when several nodes start at once. */
  createFirstOrganization(name: string): Promise<Organization | null>;
  /** The organization made first. */
  firstOrganization(): Promise<Organization | null>;
  organization(id: OrganizationId): Promise<Organization>;
  /** Events that are accepted from then on name it so, on other nodes a moment later. */
  renameOrganization(id: OrganizationId, name: string): Promise<Organization>;
  defaultCommunity(id: OrganizationId): Promise<{ readonly id: CommunityId; readonly name: string }>;
  /** Throws `quota_reached`. */
  createToken(
    organization: OrganizationId,
    token: {
      readonly name: string;
      /** Every one there is when nothing is said. */
      readonly scopes?: readonly Scope[] | null;
      readonly expiresAt: Date | null;
      /** Made although there are as many as may be: whoever operates Fanfare needs one. */
      readonly beyondQuota?: true;
    },
  ): Promise<NewToken>;
  /** Newest first; `before` is the last one of the page before. */
  listTokens(organization: OrganizationId, before: Uuid | null, limit: number): Promise<readonly Token[]>;
  /** The token is refused everywhere at once. False when the organization has no such token. */
  revokeToken(organization: OrganizationId, token: TokenId): Promise<boolean>;
  /** Tokens are asked for again, each when it is used next. */
  forgetTokens(): void;
  close(): Promise<void>;
}

/** Listens for revocations by other nodes until `close`. Throws when the database cannot be reached. */
export async function openAccounts(parts: {
  readonly database: Database;
  /** How many API tokens an organization may have; null: as many as it likes. */
  readonly mostTokens: (organization: OrganizationId) => number | null;
  readonly clock: { now(): number };
}): Promise<Accounts> {
  const { clock } = parts;
  const tokens = createTokensStore(parts.database);
  const organizations = createOrganizationsStore(parts.database);
  const { authenticate, forget, forgetAll } = createAuthenticator(tokens, clock);
  const stopListening = await tokens.listen(forget, forgetAll);

  function insertOrganization(
    name: string,
    options: Parameters<typeof organizations.insert>[2],
  ): Promise<OrganizationRow | null> {
    const organization = { id: uuidOf(newId('org')), name, createdAt: new Date(clock.now()) };
    return organizations.insert(organization, { id: uuidOf(newId('com')), name }, options);
  }

  return {
    authenticate,

    async createOrganization(name, owner) {
      const created = await insertOrganization(
        name,
        owner && { owner: { memberId: uuidOf(newId('mem')), personId: uuidOf(owner) } },
      );
      if (created === null) throw new Error('An unconditional insert wrote nothing');
      return shownOrganization(created);
    },

    async createFirstOrganization(name) {
      const created = await insertOrganization(name, { onlyIfNone: true });
      return created && shownOrganization(created);
    },

    async firstOrganization() {
      const row = await organizations.first();
      return row && shownOrganization(row);
    },

    async organization(id) {
      const row = await organizations.find(uuidOf(id));
      if (row === null) throw organizationGone();
      return shownOrganization(row);
    },

    async renameOrganization(id, name) {
      const row = await organizations.rename(uuidOf(id), name);
      if (row === null) throw organizationGone();
      // The notifications come back to this node too, but after the answer to the caller.
      await afterRequestTransaction(forgetAll);
      return shownOrganization(row);
    },

    async defaultCommunity(id) {
      const row = await organizations.defaultCommunity(uuidOf(id));
      if (row === null) throw new Error(`Organization ${id} has no default community`);
      return { id: idFromUuid('com', row.id), name: row.name };
    },

    async createToken(organization, { name, scopes = null, expiresAt, beyondQuota }) {
      const text = newTokenText();
      const id = newId('tok');
      const createdAt = new Date(clock.now());
      const most = beyondQuota === true ? null : parts.mostTokens(organization);
      const inserted = await tokens.insert(
        { id: uuidOf(id), organizationId: uuidOf(organization), name, scopes, createdAt, expiresAt },
        Buffer.from(tokenHash(text), 'hex'),
        most,
      );
      if (!inserted) throw quotaReached('tokens', most);
      return { id, name, scopes, createdAt, expiresAt, usedAt: null, text };
    },

    async listTokens(organization, before, limit) {
      return (await tokens.list(uuidOf(organization), before, limit)).map(shownToken);
    },

    async revokeToken(organization, token) {
      const revoked = await tokens.revoke(uuidOf(organization), uuidOf(token), new Date(clock.now()));
      // The notification comes back to this node too, but after the answer to the caller.
      if (revoked) await afterRequestTransaction(() => forget(uuidOf(token)));
      return revoked;
    },

    forgetTokens: forgetAll,
    close: stopListening,
  };
}

function organizationGone(): Problem {
  return new Problem('not_found', 'The organization of this token no longer exists.');
}

function shownOrganization(row: OrganizationRow): Organization {
  return { id: idFromUuid('org', row.id), name: row.name, createdAt: row.createdAt };
}

function shownToken(row: TokenRow): Token {
  return {
    id: idFromUuid('tok', row.id),
    name: row.name,
    scopes: row.scopes === null ? null : knownScopes(row.scopes),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    usedAt: row.usedAt,
  };
}
