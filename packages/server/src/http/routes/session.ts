import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  type Accounts,
  type PersonPrincipal,
  type Principal,
  passwordLength,
  permissionsOf,
  roleNames,
  type Session,
  type Sessions,
} from '../../accounts/index.ts';
import { Problem } from '../../problems.ts';
import { forbidden } from '../access.ts';
import {
  type Api,
  bodyProblems,
  idInputSchema,
  idSchema,
  nameSchema,
  problems,
  publicProblems,
} from '../api.ts';

const organizationSchema = z.object({ id: idSchema('org', 'The organization'), name: z.string() });

export const personSchema = z.object({
  id: idSchema('psn', 'The person'),
  name: z.string(),
  email: z.string(),
});

export const sessionSchema = z
  .object({
    person: personSchema,
    organization: organizationSchema.meta({ description: 'The one this session works in' }),
    role: z.enum(roleNames),
    permissions: z.array(z.string()).meta({ description: 'What the role may do in the organization' }),
    organizations: z
      .array(organizationSchema.extend({ role: z.enum(roleNames) }))
      .meta({ description: 'All that the person belongs to' }),
  })
  .meta({ id: 'Session' });

export const emailSchema = z
  .email('expected an e-mail address')
  .max(254, 'expected at most 254 characters')
  .meta({ examples: ['ada@example.com'] });
export const newPasswordSchema = z
  .string()
  .min(passwordLength.least, `expected at least ${passwordLength.least} characters`)
  .max(passwordLength.most, `expected at most ${passwordLength.most} characters`);

export interface SessionParts {
  readonly sessions: Sessions;
  readonly accounts: Accounts;
}

/** The first account, signing in and out, and who is signed in. */
export function sessionRoutes(app: Api, parts: SessionParts): void {
  const tags = ['People'];

  app.post(
    '/v1/owner',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'createOwner',
        summary: "The first owner's account",
        description:
          'With the token of the link that the server shows when it starts. It works once: until the organization has an owner.',
        body: z.strictObject({
          token: z.string().max(200).meta({ description: 'From the link' }),
          name: nameSchema,
          email: emailSchema,
          password: newPasswordSchema,
        }),
        response: {
          201: sessionSchema,
          ...publicProblems('invalid_link', 'forbidden', 'conflict', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const organization = await parts.accounts.firstOrganization();
      if (organization === null) throw new Problem('conflict', 'There is no organization yet.');
      const { result, cookies } = await parts.sessions.createOwner(organization.id, request.body);
      reply.code(201);
      return withCookies(reply, result, cookies);
    },
  );

  app.post(
    '/v1/session',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'createSession',
        summary: 'Sign in',
        description:
          'The answer sets the cookie of the session, which ends 14 days after it was used last. After 10 wrong passwords for an account, or 50 from one address, further tries within 15 minutes are refused.',
        body: z.strictObject({ email: emailSchema, password: z.string().max(passwordLength.most) }),
        response: {
          201: sessionSchema,
          ...publicProblems('wrong_password', 'forbidden', 'too_many_requests', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { result, cookies } = await parts.sessions.signIn({ ...request.body, address: request.ip });
      reply.code(201);
      return withCookies(reply, result, cookies);
    },
  );

  app.get(
    '/v1/session',
    {
      schema: {
        tags,
        operationId: 'getSession',
        summary: 'Who is signed in',
        response: { 200: sessionSchema, ...problems() },
      },
    },
    async (request) => shownSession(await parts.sessions.session(personOf(request.principal))),
  );

  app.patch(
    '/v1/session',
    {
      schema: {
        tags,
        operationId: 'updateSession',
        summary: 'Work in another organization',
        body: z.strictObject({ organization_id: idInputSchema('org', 'an organization you belong to') }),
        response: { 200: sessionSchema, ...problems('not_found', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const { principal, headers, body } = request;
      const person = personOf(principal);
      const { result, cookies } = await parts.sessions.switchTo(
        person,
        headers.cookie ?? '',
        body.organization_id,
      );
      return withCookies(reply, result, cookies);
    },
  );

  app.post(
    '/v1/password-resets',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'requestPasswordReset',
        summary: 'Have a link mailed that sets a new password',
        description:
          'The answer is the same whether or not there is such an account. The link works once, for an hour. Without a mail server whoever operates Fanfare makes one: `fanfare people reset <e-mail>`.',
        body: z.strictObject({ email: emailSchema }),
        response: {
          202: z.null().meta({ description: 'Asked for' }),
          ...publicProblems('forbidden', 'too_many_requests', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      await parts.sessions.requestReset({ email: request.body.email, address: request.ip });
      reply.code(202);
      return null;
    },
  );

  app.put(
    '/v1/password',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'resetPassword',
        summary: 'Set a new password',
        description:
          'With the token of a link, which stands behind its `#`. Every session of the account ends.',
        body: z.strictObject({ token: z.string().max(200), password: newPasswordSchema }),
        response: {
          204: z.null().meta({ description: 'Set' }),
          ...publicProblems('invalid_link', 'forbidden', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      await parts.sessions.resetPassword(request.body.token, request.body.password);
      reply.code(204);
      return null;
    },
  );

  app.delete(
    '/v1/session',
    {
      schema: {
        tags,
        operationId: 'deleteSession',
        summary: 'Sign out',
        description: 'The session ends on every node at once.',
        response: { 204: z.null().meta({ description: 'Signed out' }), ...problems() },
      },
    },
    async (request, reply) => {
      reply.code(204).header('set-cookie', await parts.sessions.signOut(request.headers.cookie ?? ''));
      return null;
    },
  );
}

export function withCookies(reply: FastifyReply, session: Session, cookies: readonly string[]) {
  reply.header('set-cookie', cookies);
  return shownSession(session);
}

/** The access table lets nobody else through. */
export function personOf(principal: Principal): PersonPrincipal {
  if (principal.kind !== 'person') throw forbidden('This is for people who are signed in.');
  return principal;
}

function shownSession({ person, organization, role, organizations }: Session) {
  return {
    person,
    organization,
    role,
    permissions: [...permissionsOf(role)],
    organizations: [...organizations],
  };
}
