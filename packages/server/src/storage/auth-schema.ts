const times = { createdAt: 'created_at', updatedAt: 'updated_at' } as const;

/** What better-auth's models are called here (migration 0072). */
export const authSchema = {
  user: { modelName: 'persons', fields: { emailVerified: 'email_verified', ...times } },
  account: {
    modelName: 'person_credentials',
    fields: {
      userId: 'person_id',
      providerId: 'provider_id',
      accountId: 'account_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  session: {
    modelName: 'person_sessions',
    fields: {
      userId: 'person_id',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      expiresAt: 'expires_at',
      ...times,
    },
  },
  verification: {
    modelName: 'person_verifications',
    fields: { expiresAt: 'expires_at', ...times },
  },
  /** Of the organization plugin. */
  organizations: {
    session: { fields: { activeOrganizationId: 'active_organization_id' } },
    organization: { modelName: 'organizations', fields: { createdAt: 'created_at' } },
    member: {
      modelName: 'members',
      fields: { organizationId: 'organization_id', userId: 'person_id', createdAt: 'created_at' },
    },
    invitation: {
      modelName: 'invitations',
      fields: {
        organizationId: 'organization_id',
        inviterId: 'inviter_id',
        expiresAt: 'expires_at',
        createdAt: 'created_at',
      },
    },
  },
} as const;
