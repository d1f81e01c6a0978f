import { z } from 'zod';
import {
  type Accounts,
  type Organization,
  type OrganizationDeletion,
  type OwnAccount,
  type Principal,
  type Scope,
  scopes,
  type Token,
} from '../../accounts/index.ts';
import { uuidOf } from '../../ids.ts';
import { notFound, Problem } from '../../problems.ts';
import { authorOf, forbidden } from '../access.ts';
import {
  type Api,
  bodyProblems,
  idSchema,
  nameSchema,
  pathId,
  problems,
  timeInputSchema,
  timeSchema,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { jobSchema, shownJob } from './jobs.ts';
import { personOf } from './session.ts';

const days = z.int().meta({ description: 'Days' });

const organizationSchema = z
  .object({
    id: idSchema('org', 'The organization'),
    name: z.string(),
    created_at: timeSchema,
    retention: z
      .object({
        events_days: days.meta({ description: 'Events and deliveries (FANFARE_RETENTION_DAYS)' }),
        attempts_days: days.meta({ description: 'Attempts (FANFARE_ATTEMPT_RETENTION_DAYS)' }),
        bodies_days: days.meta({
          description: 'What receivers answered, and what inboxes received (FANFARE_BODY_RETENTION_DAYS)',
        }),
      })
      .meta({
        description:
          'For how many days things are kept. Whoever operates this Fanfare sets it, for all organizations',
      }),
  })
  .meta({ id: 'Organization' });

const tokenSchema = z
  .object({
    id: idSchema('tok', 'The token'),
    name: z.string(),
    scopes: z
      .array(z.enum(scopes))
      .nullable()
      .meta({ description: 'What it may do. Null: everything a token can, also what later versions add' }),
    created_at: timeSchema,
    expires_at: timeSchema.nullable().meta({ description: 'Null: does not expire' }),
    last_used_at: timeSchema.nullable().meta({ description: 'To the minute or so. Null: never' }),
  })
  .meta({ id: 'ApiToken' });

const newTokenSchema = tokenSchema
  .extend({
    token: z.string().meta({ description: 'The token itself. Shown this once.', examples: ['fan_…'] }),
  })
  .meta({ id: 'NewApiToken' });

const tokenInputSchema = z.strictObject({
  name: nameSchema.meta({ description: 'What it is for', examples: ['Quest backend'] }),
  scopes: z
    .array(z.enum(scopes))
    .min(1, 'expected at least one scope')
    .nullable()
    .optional()
    .meta({
      description:
        'What it may do: at most what you may. Left out or null: everything that you may. docs/access.md lists the scopes.',
      examples: [['publish']],
    }),
  expires_at: timeInputSchema.nullable().default(null),
});

export interface AccountParts {
  readonly accounts: Accounts;
  readonly organizationDeletion: OrganizationDeletion;
  readonly ownAccount: OwnAccount;
  /** Days that things are kept. */
  readonly retention: { readonly eventDays: number; readonly attemptDays: number; readonly bodyDays: number };
  readonly clock: { now(): number };
}

/** The organization of the token, and its API tokens. */
export function accountRoutes(app: Api, parts: AccountParts): void {
  const { accounts, organizationDeletion, clock } = parts;
  const shown = (organization: Organization) => shownOrganization(organization, parts.retention);

  app.get(
    '/v1/organization',
    {
      schema: {
        tags: ['Account'],
        operationId: 'getOrganization',
        summary: 'The organization of the API token',
        response: { 200: organizationSchema, ...problems('not_found') },
      },
    },
    async (request) => shown(await accounts.organization(request.principal.organizationId)),
  );

  app.post(
    '/v1/organizations',
    {
      schema: {
        tags: ['Account'],
        operationId: 'createOrganization',
        summary: 'Make another organization',
        description:
          'With nothing in it, and you as its owner. `PATCH /v1/session` works in it. Where FANFARE_NEW_ORGANIZATIONS is off nobody makes one.',
        body: z.strictObject({ name: nameSchema }),
        response: { 201: organizationSchema, ...problems(...bodyProblems) },
      },
    },
    async (request, reply) => {
      const made = await parts.ownAccount.createOrganization(personOf(request.principal), request.body.name);
      reply.code(201);
      return shown(made);
    },
  );

  app.patch(
    '/v1/organization',
    {
      schema: {
        tags: ['Account'],
        operationId: 'updateOrganization',
        summary: 'Rename the organization',
        description: 'Events that were accepted before keep the name it had.',
        body: z.strictObject({ name: nameSchema.optional() }).meta({
          id: 'OrganizationChange',
          description: 'What is left out stays as it is',
        }),
        response: { 200: organizationSchema, ...problems('not_found', ...bodyProblems) },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { name } = request.body;
      if (name === undefined) return shown(await accounts.organization(organizationId));
      return shown(await accounts.renameOrganization(organizationId, name));
    },
  );

  app.post(
    '/v1/organization/deletion',
    {
      schema: {
        tags: ['Account'],
        operationId: 'deleteOrganization',
        summary: 'Delete the organization with everything it has',
        description:
          'For good. At once every token of it is refused, this one too, browsers of its participants are no longer let in, and nothing is sent to its webhooks. A job deletes the rest from two minutes later on, in small batches; as no token is left to ask with, the log of the server tells how it goes.',
        body: z.strictObject({
          confirm: z
            .string()
            .max(200)
            .meta({ description: "The organization's name, exactly", examples: ['Aurora Games'] }),
        }),
        response: { 202: jobSchema, ...problems('not_found', 'conflict', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const job = await organizationDeletion.begin(principal.organizationId, {
        by: authorOf(principal),
        confirm: body.confirm,
      });
      reply.code(202);
      return shownJob(job);
    },
  );

  app.get(
    '/v1/tokens',
    {
      schema: {
        tags: ['Account'],
        operationId: 'listTokens',
        summary: 'The API tokens, newest first',
        description:
          'Expired ones are listed until they are deleted. The tokens themselves cannot be shown again.',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(tokenSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'tokens',
        query: request.query,
        read: (after, limit) => accounts.listTokens(request.principal.organizationId, after, limit),
        uuid: (token) => uuidOf(token.id),
        show: shownToken,
      }),
  );

  app.post(
    '/v1/tokens',
    {
      schema: {
        tags: ['Account'],
        operationId: 'createToken',
        summary: 'A new API token',
        body: tokenInputSchema,
        response: { 201: newTokenSchema, ...problems('quota_reached', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const { name, scopes: asked, expires_at } = request.body;
      const expiresAt = expires_at === null ? null : new Date(expires_at);
      if (expiresAt !== null && expiresAt.getTime() <= clock.now()) {
        const detail =
          'This time has passed; a token must expire in the future. Leave it out for one that does not.';
        throw new Problem('invalid_request', `expires_at: ${detail}`, {
          faults: [{ pointer: '/expires_at', detail }],
        });
      }
      const token = await accounts.createToken(request.principal.organizationId, {
        name,
        scopes: grantable(request.principal, asked ?? null),
        expiresAt,
      });
      reply.code(201);
      return { ...shownToken(token), token: token.text };
    },
  );

  app.delete(
    '/v1/tokens/:id',
    {
      schema: {
        tags: ['Account'],
        operationId: 'deleteToken',
        summary: 'Revoke an API token',
        description: 'It is refused from now on, by every node. A token may revoke itself.',
        params: z.object({ id: z.string() }),
        response: { 204: z.null().meta({ description: 'Revoked' }), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      const revoked = await accounts.revokeToken(
        request.principal.organizationId,
        pathId('tok', request.params.id),
      );
      if (!revoked) throw notFound();
      reply.code(204);
      return null;
    },
  );
}

function shownOrganization(
  { id, name, createdAt }: Organization,
  { eventDays, attemptDays, bodyDays }: AccountParts['retention'],
) {
  return {
    id,
    name,
    created_at: createdAt.toISOString(),
    retention: { events_days: eventDays, attempts_days: attemptDays, bodies_days: bodyDays },
  };
}

/** The scopes that a new token gets. Nobody gives away more than they have: throws `forbidden`. */
function grantable(principal: Principal, asked: readonly Scope[] | null): readonly Scope[] | null {
  if (principal.kind === 'participant') throw forbidden('This needs an API token.');
  const own = scopes.filter((scope) => principal.permissions.has(scope));
  if (asked === null) return principal.unrestricted ? null : own;
  const beyond = asked.filter((scope) => !own.includes(scope));
  if (beyond.length === 0) return own.filter((scope) => asked.includes(scope));
  throw forbidden(
    `Found the scopes ${beyond.join(', ')}, which you do not have yourself. Ask for some of ${own.join(', ')}.`,
  );
}

function shownToken(token: Token) {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes === null ? null : [...token.scopes],
    created_at: token.createdAt.toISOString(),
    expires_at: token.expiresAt?.toISOString() ?? null,
    last_used_at: token.usedAt?.toISOString() ?? null,
  };
}
