import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { HighScore, Play, Plays } from '../../campaigns/index.ts';
import { flatFields } from '../../catalog/index.ts';
import { parseId } from '../../ids.ts';
import { notFound } from '../../problems.ts';
import { whoseOf } from '../access.ts';
import { type Api, idInputSchema, idSchema, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage, readPageAfter, uuidAt } from '../pagination.ts';
import {
  accountInputSchema,
  accountOf,
  actingSchema,
  outcomeSchema,
  playKeySchema,
} from './action-schemas.ts';
import { type ActionParts, completingProblems, ownCampaign, performHere } from './actions.ts';

export interface PlayParts extends ActionParts {
  readonly plays: Plays;
}

/** Games of campaigns: what was played, and who is best at it. */
export function playRoutes(app: Api, parts: PlayParts): void {
  reportRoute(app, parts);
  listRoute(app, parts);
  highScoreRoute(app, parts);
}

const tags = ['Plays'];
const params = z.object({ id: z.string() });

const playInputSchema = z
  .strictObject({
    participant: actingSchema,
    fields: flatFields.optional().meta({
      description:
        'The opt-in form as it was filled in: at most 100 plain values. The participant keeps them among their own',
      examples: [{ newsletter: true, city: 'Zürich' }],
    }),
    score: z
      .number()
      .optional()
      .meta({ description: 'The higher the better; at most 15 significant digits', examples: [18_250] }),
    level: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'The id of the level that was finished: that of a task of the campaign' }),
    task_id: idInputSchema('tsk', 'a task').optional(),
    account: accountInputSchema.optional(),
    key: playKeySchema.optional(),
  })
  .refine(({ level, task_id }) => level === undefined || task_id === undefined, {
    path: ['task_id'],
    error: 'Found both a level and a task, expected one of them. Leave one out.',
  })
  .refine((body) => [body.fields, body.score, body.level, body.task_id].some((part) => part !== undefined), {
    error: 'Found a play of nothing, expected at least one of fields, score, level and task_id.',
  });

function reportRoute(app: Api, parts: PlayParts): void {
  app.post(
    '/v1/campaigns/:id/plays',
    {
      config: { adds: true },
      schema: {
        tags,
        operationId: 'play',
        summary: 'Somebody plays a round of a game',
        description:
          'A round is an opt-in form, a finished level or another task, a score, or several of these at once. A form counts when it is the first or differs from the one before. A finished level gives its points as its task allows; playing it again may still bring a better score. A score that beats the participant’s own best is told. What brings nothing new, or a key that was used before, changes nothing and answers 200 with `repeated: true`. Whoever plays in an active campaign without having joined joins by it.',
        params,
        body: playInputSchema,
        response: {
          200: outcomeSchema,
          ...problems('invalid_participant', ...completingProblems),
        },
      },
    },
    async (request) => {
      const { fields, score, level, task_id, key } = request.body;
      return performHere(parts, request, {
        kind: 'play',
        fields: fields ?? null,
        score: score === undefined ? null : new Decimal(score),
        round: task_id !== undefined ? { task: task_id } : level !== undefined ? { level } : null,
        account: accountOf(request.body),
        key: key ?? null,
      });
    },
  );
}

const playSchema = z
  .object({
    id: idSchema('ply', 'The play'),
    participant_id: idSchema('usr', 'Who played'),
    played_at: timeSchema,
    task_id: idSchema('tsk', 'What was played').nullable(),
    completion_id: idSchema('cpl', 'The completion that the play brought')
      .nullable()
      .meta({ description: 'Null when there was none, as for a level that had been completed before' }),
    score: z.number().nullable(),
    high_score: z.boolean().meta({ description: "It was the participant's best so far" }),
    fields: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .nullable()
      .meta({ description: 'The opt-in form, where it was the first or differed from the one before' }),
    account: z.object({ platform: z.string(), name: z.string() }).nullable(),
    key: z.string().nullable(),
  })
  .meta({ id: 'Play' });

function listRoute(app: Api, parts: PlayParts): void {
  app.get(
    '/v1/campaigns/:id/plays',
    {
      schema: {
        tags,
        operationId: 'listPlays',
        summary: 'Plays, newest first',
        params,
        querystring: pageQuerySchema.extend({
          participant_id: z.string().max(200).optional().meta({ description: 'Only of this participant' }),
        }),
        response: {
          200: pageSchema(playSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const campaign = await ownCampaign(parts, request.principal, request.params.id);
      const { participant_id } = request.query;
      const asked = participant_id === undefined ? null : parseId('usr', participant_id);
      if (participant_id !== undefined && asked === null) throw notFound();
      const participant = whoseOf(request.principal, asked);
      return readPage({
        name: `plays ${campaign}`,
        query: request.query,
        read: (before, limit) => parts.plays.list(campaign, participant, before, limit),
        uuid: (one) => one.uuid,
        show: shownPlay,
      });
    },
  );
}

const highScoreSchema = z
  .object({
    participant_id: idSchema('usr', 'Whose score it is'),
    external_id: z.string().nullable(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    best_score: z.number(),
  })
  .meta({ id: 'HighScore' });

/** A UUID and a double, which holds a score as written. */
const positionBytes = 24;

function highScoreRoute(app: Api, parts: PlayParts): void {
  app.get(
    '/v1/campaigns/:id/high-scores',
    {
      schema: {
        tags,
        operationId: 'listHighScores',
        summary: "Everybody's best score, best first",
        description:
          'Test participants have no place here. Whoever beats their own best between two pages may show on both, or on neither. With a participant token, external_id and last_name of everybody else are null.',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(highScoreSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const campaign = await ownCampaign(parts, request.principal, request.params.id);
      return readPageAfter({
        name: `high scores ${campaign}`,
        query: request.query,
        positionBytes,
        read: (after, limit) =>
          parts.plays.highScores(
            campaign,
            after && {
              participantId: uuidAt(after),
              bestScore: new Decimal(after.readDoubleBE(16)).toFixed(),
            },
            limit,
          ),
        position: ({ position, bestScore }) => {
          const bytes = Buffer.alloc(positionBytes);
          bytes.write(position.participantId.replaceAll('-', ''), 'hex');
          bytes.writeDoubleBE(bestScore, 16);
          return bytes;
        },
        show: (entry) => {
          const shown = shownHighScore(entry);
          const { principal } = request;
          if (principal.kind !== 'participant' || entry.participantId === principal.participantId)
            return shown;
          // To each other, participants are a first name and their score.
          return { ...shown, external_id: null, last_name: null };
        },
      });
    },
  );
}

function shownPlay(one: Play) {
  return {
    id: one.id,
    participant_id: one.participantId,
    played_at: one.playedAt.toISOString(),
    task_id: one.task,
    completion_id: one.completion,
    score: one.score,
    high_score: one.highScore,
    fields: one.fields && { ...one.fields },
    account: one.account,
    key: one.key,
  };
}

function shownHighScore(one: HighScore) {
  return {
    participant_id: one.participantId,
    external_id: one.externalId,
    first_name: one.firstName,
    last_name: one.lastName,
    best_score: one.bestScore,
  };
}
