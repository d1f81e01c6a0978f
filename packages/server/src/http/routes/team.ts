import { z } from 'zod';
import { type Invitation, type Member, roleNames, type Team } from '../../accounts/index.ts';
import { uuidOf } from '../../ids.ts';
import {
  type Api,
  bodyProblems,
  idSchema,
  nameSchema,
  notFound,
  pathId,
  problems,
  publicProblems,
  timeSchema,
} from '../api.ts';
import { pageQuerySchema, pageSchema, readPage } from '../pagination.ts';
import { emailSchema, newPasswordSchema, personOf, sessionSchema, withCookies } from './session.ts';

const roleSchema = z.enum(roleNames).meta({ description: 'docs/access.md tells what each may do' });

const memberSchema = z
  .object({
    person_id: idSchema('psn', 'The person'),
    name: z.string(),
    email: z.string(),
    role: roleSchema,
    joined_at: timeSchema,
    last_seen_at: timeSchema.nullable().meta({
      description:
        'When they used the dashboard in this organization last, to the minute. Null: not since they joined',
    }),
  })
  .meta({ id: 'Member' });

const invitationSchema = z
  .object({
    id: idSchema('inv', 'The invitation'),
    email: z.string(),
    role: roleSchema,
    invited_by: idSchema('psn', 'Who invited'),
    created_at: timeSchema,
    expires_at: timeSchema,
  })
  .meta({ id: 'Invitation' });

const newInvitationSchema = invitationSchema
  .extend({
    link: z.string().nullable().meta({
      description: 'To be given to them, shown this once. Null: it was mailed to them',
    }),
  })
  .meta({ id: 'NewInvitation' });

const invitationOfferSchema = z
  .object({
    email: z.string(),
    role: roleSchema,
    organization: z.object({ name: z.string() }),
    invited_by: z.object({ name: z.string() }),
    has_account: z.boolean().meta({
      description: 'Whether there is an account with this address, whose password accepts',
    }),
    expires_at: timeSchema,
  })
  .meta({ id: 'InvitationOffer' });

export interface TeamParts {
  readonly team: Team;
}

/** Who belongs to the organization, and who is invited. */
export function teamRoutes(app: Api, parts: TeamParts): void {
  const tags = ['People'];
  const params = z.object({ id: z.string() });

  app.get(
    '/v1/members',
    {
      schema: {
        tags,
        operationId: 'listMembers',
        summary: 'Who belongs to the organization, newest people first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(memberSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'members',
        query: request.query,
        read: (after, limit) => parts.team.members(request.principal.organizationId, after, limit),
        uuid: (member) => uuidOf(member.personId),
        show: shownMember,
      }),
  );

  app.patch(
    '/v1/members/:id',
    {
      schema: {
        tags,
        operationId: 'updateMember',
        summary: 'Give somebody another role',
        description:
          'It counts at once. Only owners make owners, or change one; the last one stays an owner.',
        params,
        body: z.strictObject({ role: roleSchema }),
        response: { 200: memberSchema, ...problems('not_found', 'conflict', ...bodyProblems) },
      },
    },
    async (request) => {
      const person = pathId('psn', request.params.id);
      return shownMember(await parts.team.changeRole(personOf(request.principal), person, request.body.role));
    },
  );

  app.delete(
    '/v1/members/:id',
    {
      schema: {
        tags,
        operationId: 'removeMember',
        summary: 'Remove somebody from the organization',
        description:
          "They are signed out of it at once. Who belongs to no other organization is forgotten. Only owners remove owners; the last one stays. API tokens they made are the organization's, and stay too.",
        params,
        response: { 204: z.null().meta({ description: 'Removed' }), ...problems('not_found', 'conflict') },
      },
    },
    async (request, reply) => {
      await parts.team.remove(personOf(request.principal), pathId('psn', request.params.id));
      reply.code(204);
      return null;
    },
  );

  app.get(
    '/v1/invitations',
    {
      schema: {
        tags,
        operationId: 'listInvitations',
        summary: 'Invitations that nobody has accepted yet, newest first',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(invitationSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) =>
      readPage({
        name: 'invitations',
        query: request.query,
        read: (after, limit) => parts.team.invitations(request.principal.organizationId, after, limit),
        uuid: (invitation) => uuidOf(invitation.id),
        show: shownInvitation,
      }),
  );

  app.post(
    '/v1/invitations',
    {
      schema: {
        tags,
        operationId: 'createInvitation',
        summary: 'Invite somebody',
        description:
          'Within seven days the link makes them a member, and an account if they have none. It takes the place of an earlier invitation to the same address. Only owners invite owners.',
        body: z.strictObject({ email: emailSchema, role: roleSchema }),
        response: { 201: newInvitationSchema, ...problems('conflict', ...bodyProblems) },
      },
    },
    async (request, reply) => {
      const invitation = await parts.team.invite(personOf(request.principal), request.body);
      reply.code(201);
      return { ...shownInvitation(invitation), link: invitation.link };
    },
  );

  app.delete(
    '/v1/invitations/:id',
    {
      schema: {
        tags,
        operationId: 'deleteInvitation',
        summary: 'Take an invitation back',
        params,
        response: { 204: z.null().meta({ description: 'Taken back' }), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      const id = pathId('inv', request.params.id);
      if (!(await parts.team.cancelInvitation(request.principal.organizationId, id))) throw notFound();
      reply.code(204);
      return null;
    },
  );

  app.post(
    '/v1/invitations/preview',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'previewInvitation',
        summary: 'What the link of an invitation leads to',
        description: 'With the token of the link. Changes nothing.',
        body: z.strictObject({ token: z.string().max(200) }),
        response: {
          200: invitationOfferSchema,
          ...publicProblems('invalid_link', 'forbidden', ...bodyProblems),
        },
      },
    },
    async (request) => {
      const offer = await parts.team.offer(request.body.token);
      return {
        email: offer.email,
        role: offer.role,
        organization: { name: offer.organizationName },
        invited_by: { name: offer.inviterName },
        has_account: offer.hasAccount,
        expires_at: offer.expiresAt.toISOString(),
      };
    },
  );

  app.post(
    '/v1/invitations/acceptance',
    {
      config: { public: true },
      schema: {
        tags,
        operationId: 'acceptInvitation',
        summary: 'Accept an invitation',
        description:
          'With the token of the link, which stands behind its `#`. Who has an account with that address gives its password; for everybody else one is made. Either way they are signed in.',
        body: z.strictObject({
          token: z.string().max(200),
          name: nameSchema.optional().meta({ description: 'Of a new account' }),
          password: newPasswordSchema,
        }),
        response: {
          201: sessionSchema,
          ...publicProblems(
            'invalid_link',
            'wrong_password',
            'forbidden',
            'too_many_requests',
            ...bodyProblems,
          ),
        },
      },
    },
    async (request, reply) => {
      const { token, name, password } = request.body;
      const { result, cookies } = await parts.team.accept({ token, name, password, address: request.ip });
      reply.code(201);
      return withCookies(reply, result, cookies);
    },
  );
}

function shownMember({ personId, name, email, role, joinedAt, seenAt }: Member) {
  return {
    person_id: personId,
    name,
    email,
    role,
    joined_at: joinedAt.toISOString(),
    last_seen_at: seenAt?.toISOString() ?? null,
  };
}

function shownInvitation({ id, email, role, invitedBy, createdAt, expiresAt }: Invitation) {
  return {
    id,
    email,
    role,
    invited_by: invitedBy,
    created_at: createdAt.toISOString(),
    expires_at: expiresAt.toISOString(),
  };
}
