import type { OrganizationId, TokenId } from '../ids.ts';

/** Who makes a request. */
export interface Principal {
  readonly kind: 'token';
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly tokenId: TokenId;
}

/**
 * Finds whose API token this is; null when it is unknown, expired or revoked. Answers at once for a token seen lately.
 * Throws when the database cannot be asked.
 */
export type Authenticator = (token: string) => Principal | null | Promise<Principal | null>;
