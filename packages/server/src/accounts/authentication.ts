import { betterAuth } from 'better-auth';
import { createAccessControl } from 'better-auth/plugins/access';
import { organization } from 'better-auth/plugins/organization';
import { newId, uuidOf } from '../ids.ts';
import { authSchema, type Database } from '../storage/index.ts';
import type { Keyring } from '../webhooks/index.ts';
import { type Role, roleNames } from './permissions.ts';

/** Characters of a password. */
export const passwordLength = { least: 12, most: 128 } as const;
/** A session ends so long after it was used last; its time is written anew once a day. */
const sessionSeconds = 14 * 86_400;
const sessionRenewalSeconds = 86_400;
/** Whether a session that ends then is to be renewed. */
export function isRenewalDue(expiresAt: Date, nowMs: number): boolean {
  return expiresAt.getTime() - nowMs < (sessionSeconds - sessionRenewalSeconds) * 1_000;
}

export const resetLinkSeconds = 3_600;

export const sessionCookie = 'fanfare.session_token';

/**
 * Passwords, sessions and their cookies, by better-auth; its organization plugin keeps in each session which organization
 * it works in. Nothing of it is reachable from outside but through routes of ours, which call its endpoints as functions.
 *
 * @param origin where browsers reach this Fanfare: with https the cookies are Secure
 */
export function createAuthentication(parts: {
  readonly database: Database;
  readonly keyring: Pick<Keyring, 'derive'>;
  readonly origin: string;
  readonly firstOrganizationOf: (personId: string) => Promise<string | null>;
  readonly onTrouble: (error: unknown) => void;
  readonly onReset: (reset: {
    readonly email: string;
    readonly name: string;
    readonly token: string;
  }) => void;
}) {
  const { database } = parts;
  const access = createAccessControl({ organization: ['read'] });
  // What roles may do is decided in access.ts; the plugin must only know their names.
  const role = access.newRole({ organization: ['read'] });
  const roles = Object.fromEntries(roleNames.map((name) => [name, role])) as Record<Role, typeof role>;
  return betterAuth({
    database: { db: database.kysely, type: 'postgres' },
    secret: parts.keyring.derive('sessions').toString('base64url'),
    baseURL: parts.origin,
    ...authSchema,
    session: { ...authSchema.session, expiresIn: sessionSeconds, updateAge: sessionRenewalSeconds },
    verification: { ...authSchema.verification, storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.least,
      maxPasswordLength: passwordLength.most,
      resetPasswordTokenExpiresIn: resetLinkSeconds,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) =>
        parts.onReset({ email: user.email, name: user.name, token }),
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => ({
            data: { ...session, activeOrganizationId: await parts.firstOrganizationOf(session.userId) },
          }),
        },
      },
    },
    plugins: [
      organization({
        schema: authSchema.organizations,
        ac: access,
        roles,
        allowUserToCreateOrganization: false,
        disableOrganizationDeletion: true,
      }),
    ],
    advanced: {
      cookiePrefix: 'fanfare',
      useSecureCookies: parts.origin.startsWith('https://'),
      database: { generateId: () => uuidOf(newId('pss')) },
      ipAddress: { disableIpTracking: true },
    },
    // Its own would count in each node, and only what comes over its own routes.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      disableColors: true,
      // It answers with an error of its own and keeps what happened to itself.
      log: (_level, message, ...details) =>
        parts.onTrouble(details.find((one) => one instanceof Error) ?? new Error(message)),
    },
  });
}

export type Authentication = ReturnType<typeof createAuthentication>;
