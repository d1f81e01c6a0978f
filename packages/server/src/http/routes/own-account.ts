import { z } from 'zod';
import { type OwnAccount, type OwnEmail, type OwnSession, passwordLength } from '../../accounts/index.ts';
import { uuidOf } from '../../ids.ts';
import { type Api, bodyProblems, idSchema, nameSchema, pathId, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { emailSchema, newPasswordSchema, personOf, personSchema } from './session.ts';

const ownSessionSchema = z
  .object({
    id: idSchema('pss', 'The session'),
    created_at: timeSchema.meta({ description: 'When its person signed in' }),
    last_used_at: timeSchema.meta({ description: 'To the minute' }),
    expires_at: timeSchema,
    address: z.string().nullable().meta({
      description:
        'From where it was used last, as this Fanfare sees it (FANFARE_TRUSTED_PROXIES). Null: not used yet',
    }),
    user_agent: z.string().nullable().meta({ description: 'With which browser, in its own words' }),
    current: z.boolean().meta({ description: 'Whether it is the one that asks' }),
  })
  .meta({ id: 'OwnSession' });

const tags = ['People'];

export interface OwnAccountParts {
  readonly ownAccount: OwnAccount;
  readonly ownEmail: OwnEmail;
}

/** What people do with their own account, whatever their role. */
export function ownAccountRoutes(app: Api, { ownAccount, ownEmail }: OwnAccountParts): void {
  ownEmailRoutes(app, { ownEmail });

  app.get(
    '/v1/sessions',
    {
      schema: {
        tags,
        operationId: 'listOwnSessions',
        summary: 'Where you are signed in, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(ownSessionSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'sessions',
        query: request.query,
        read: (after, limit) => ownAccount.sessions(personOf(request.principal), after, limit),
        uuid: (session) => uuidOf(session.id),
        show: shownOwnSession,
      }),
  );

  app.delete(
    '/v1/sessions/:id',
    {
      schema: {
        tags,
        operationId: 'deleteOwnSession',
        summary: 'End one of your sessions',
        description: 'At once, on every node. To end the one that asks is to sign out.',
        params: z.object({ id: z.string() }),
        response: { 204: z.null().meta({ description: 'Ended' }), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      await ownAccount.endSession(personOf(request.principal), pathId('pss', request.params.id));
      reply.code(204);
      return null;
    },
  );

  app.delete(
    '/v1/sessions',
    {
      schema: {
        tags,
        operationId: 'deleteOtherSessions',
        summary: 'End all of your sessions but this one',
        response: { 204: z.null().meta({ description: 'Ended' }), ...problems() },
      },
    },
    async (request, reply) => {
      await ownAccount.endOtherSessions(personOf(request.principal));
      reply.code(204);
      return null;
    },
  );

  app.patch(
    '/v1/person',
    {
      schema: {
        tags,
        operationId: 'updatePerson',
        summary: 'Change your name',
        body: z.strictObject({ name: nameSchema }),
        response: { 200: personSchema, ...problems(...bodyProblems) },
      },
    },
    async (request) => ownAccount.rename(personOf(request.principal), request.body.name),
  );

  app.put(
    '/v1/person/password',
    {
      schema: {
        tags,
        operationId: 'changePassword',
        summary: 'Change your password',
        description:
          'All your other sessions end, and links that set a new one no longer work. After 10 wrong present passwords within 15 minutes further tries are refused.',
        body: z.strictObject({
          current_password: z.string().max(passwordLength.most),
          password: newPasswordSchema,
        }),
        response: {
          204: z.null().meta({ description: 'Changed' }),
          ...problems('too_many_requests', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { current_password, password } = request.body;
      await ownAccount.changePassword(personOf(request.principal), {
        present: current_password,
        next: password,
        address: request.ip,
      });
      reply.code(204);
      return null;
    },
  );
}

function ownEmailRoutes(app: Api, { ownEmail }: Pick<OwnAccountParts, 'ownEmail'>): void {
  app.post(
    '/v1/person/email-changes',
    {
      schema: {
        tags,
        operationId: 'requestEmailChange',
        summary: 'Sign in with another e-mail address',
        description:
          'A link is mailed to the new address, which `PUT /v1/person/email` confirms, once, within an hour. Until then the present one counts. Three an hour. Without a mail server whoever operates Fanfare makes the link: `fanfare people address <e-mail> <new e-mail>`.',
        body: z.strictObject({
          current_password: z.string().max(passwordLength.most),
          email: emailSchema,
        }),
        response: {
          202: z.object({ email: z.string(), expires_at: timeSchema }).meta({ id: 'EmailChange' }),
          ...problems('too_many_requests', 'unavailable', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const { current_password: password, email } = request.body;
      const asked = await ownEmail.requestChange(personOf(request.principal), {
        email,
        password,
        address: request.ip,
      });
      reply.code(202);
      return { email: asked.email, expires_at: asked.expiresAt.toISOString() };
    },
  );

  app.put(
    '/v1/person/email',
    {
      schema: {
        tags,
        operationId: 'confirmEmailChange',
        summary: 'Confirm your new e-mail address',
        description:
          'With the token of the link, which stands behind its `#`. Links that set a new password no longer work, and the address before is told.',
        body: z.strictObject({ token: z.string().max(1_000) }),
        response: { 200: personSchema, ...problems('invalid_link', 'conflict', ...bodyProblems) },
      },
    },
    async (request) => ownEmail.confirmChange(personOf(request.principal), request.body.token),
  );
}

function shownOwnSession({ id, createdAt, usedAt, expiresAt, address, userAgent, current }: OwnSession) {
  return {
    id,
    created_at: createdAt.toISOString(),
    last_used_at: usedAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    address,
    user_agent: userAgent,
    current,
  };
}
