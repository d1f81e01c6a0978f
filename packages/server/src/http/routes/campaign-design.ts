import { z } from 'zod';
import type { Principal } from '../../accounts/index.ts';
import type {
  CampaignRulesSource,
  Change,
  DesignEditor,
  Group,
  Quest,
  Reward,
  Shelf,
  Task,
} from '../../campaigns/index.ts';
import { freeForm } from '../../catalog/index.ts';
import type { Id, IdPrefix } from '../../ids.ts';
import { requireVisible } from '../access.ts';
import {
  type Api,
  bodyProblems,
  idInputSchema,
  idSchema,
  nameSchema,
  pathId,
  pointsInputSchema,
  problems,
  timeSchema,
} from '../api.ts';

const positionSchema = z
  .int()
  .min(0)
  .max(1_000_000)
  .meta({ description: 'Lists are in this order; a new one comes last' });
const rewardShareSchema = z.object({
  id: idSchema('rwd', 'A reward of the campaign'),
  amount: z
    .string()
    .meta({ description: "With exactly the places of the reward's unit", examples: ['1.5000'] }),
});
const amountInputSchema = z
  .string()
  .max(80)
  .meta({
    description: "A decimal number as a string, no finer than the reward's unit",
    examples: ['1.5'],
  });
const rewardShareInputSchema = z
  .strictObject({ id: idInputSchema('rwd', 'a reward'), amount: amountInputSchema })
  .nullable();

const groupSchema = z
  .object({
    id: idSchema('grp', 'The group'),
    name: z.string(),
    position: positionSchema,
    created_at: timeSchema,
  })
  .meta({ id: 'Group' });
const newGroupSchema = z
  .strictObject({ name: nameSchema, position: positionSchema.optional() })
  .meta({ id: 'NewGroup', examples: [{ name: 'Season one' }] });

const questSchema = z
  .object({
    id: idSchema('qst', 'The quest'),
    group_id: idSchema('grp', 'The group it stands in'),
    name: z.string(),
    points: z.number().meta({ description: 'For completing all its tasks' }),
    reward: rewardShareSchema.nullable(),
    position: positionSchema,
    created_at: timeSchema,
  })
  .meta({ id: 'Quest' });
const newQuestSchema = z
  .strictObject({
    name: nameSchema,
    group_id: idInputSchema('grp', 'a group'),
    points: pointsInputSchema.optional(),
    reward: rewardShareInputSchema.optional(),
    position: positionSchema.optional(),
  })
  .meta({
    id: 'NewQuest',
    examples: [{ name: 'Sail the archipelago', group_id: 'grp_01jf1b7x2ve3e9a4c7v6s2h8tz', points: 1000 }],
  });

const recurrenceSchema = z.enum(['once', 'every_8_hours', 'daily', 'weekly', 'unlimited']).meta({
  description: 'How often one participant may complete it; days and weeks are those of UTC',
});
const levelSchema = z
  .strictObject({
    id: nameSchema.max(128, 'expected at most 128 characters'),
    number: z.int().min(0).max(1_000_000),
    name: nameSchema,
    last: z.boolean().default(false).meta({ description: 'Who completes it completes the campaign' }),
  })
  .meta({ description: 'The level of a game that this task is' });
const largestMetaBytes = 4_096;
const metaSchema = freeForm.refine((meta) => Buffer.byteLength(JSON.stringify(meta)) <= largestMetaBytes, {
  error: `expected at most ${largestMetaBytes} bytes of JSON, since it stands in every event of the task`,
});
const taskSchema = z
  .object({
    id: idSchema('tsk', 'The task'),
    quest_id: idSchema('qst', 'The quest it belongs to'),
    name: z.string(),
    type: z.string(),
    meta: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'Stands in every event of the task; participants can read it too' }),
    points: z.number(),
    multiplier_percent: z.number().meta({
      description:
        "Added to the participant's multiplier by the first completion; counts from the next one on",
    }),
    recurrence: recurrenceSchema,
    prerequisites: z.array(idSchema('tsk', 'A task to complete before')),
    ugc: z.boolean().meta({ description: 'Its points count as user-generated content' }),
    browser: z.boolean().meta({
      description:
        'Whether participants may complete it from their browser, with a participant token. Then nothing but their word says that they did',
    }),
    level: levelSchema.nullable(),
    reward: rewardShareSchema.nullable(),
    position: positionSchema,
    created_at: timeSchema,
  })
  .meta({ id: 'Task' });
const newTaskSchema = z
  .strictObject({
    name: nameSchema,
    quest_id: idInputSchema('qst', 'a quest'),
    type: nameSchema
      .max(64, 'expected at most 64 characters')
      .meta({ description: 'What one does: x_follow, quiz, api, form, …' }),
    meta: metaSchema.nullable().optional(),
    points: pointsInputSchema.optional(),
    multiplier_percent: pointsInputSchema.max(100).optional(),
    recurrence: recurrenceSchema.optional(),
    prerequisites: z.array(idInputSchema('tsk', 'a task')).max(50).optional(),
    ugc: z.boolean().optional(),
    browser: z.boolean().optional(),
    level: levelSchema.nullable().optional(),
    reward: rewardShareInputSchema.optional(),
    position: positionSchema.optional(),
  })
  .meta({
    id: 'NewTask',
    examples: [
      { name: 'Follow us', quest_id: 'qst_01jf1b7x2ve3ft8d1r5n7k2p0q', type: 'x_follow', points: 500 },
    ],
  });

const kindSchema = z.enum(['points', 'token', 'nft', 'loot_box', 'role', 'badge', 'code', 'custom']);
const decimalsSchema = z.literal([4, 18]).meta({
  description: 'Places of its unit: 18 for a token, 4 for every other kind; kind "custom" may choose',
});
const rewardSchema = z
  .object({
    id: idSchema('rwd', 'The reward'),
    name: z.string(),
    kind: kindSchema,
    unit: z.string().meta({ description: 'What one is called: ETH, Points, Boxes' }),
    decimals: z.int(),
    stock: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'What is left; null: unlimited; left out for participants' }),
    payout: z
      .union([
        z.object({ mode: z.literal('internal') }),
        z.object({ mode: z.literal('webhook'), webhook_id: z.string(), automatic: z.boolean() }),
      ])
      .optional()
      .meta({ description: 'How it is paid; left out for participants' }),
    created_at: timeSchema,
  })
  .meta({ id: 'Reward' });
const newRewardSchema = z
  .strictObject({
    name: nameSchema,
    kind: kindSchema,
    unit: nameSchema.max(32, 'expected at most 32 characters'),
    decimals: decimalsSchema.optional(),
    stock: amountInputSchema.nullable().optional(),
    payout: z
      .union(
        [
          z.strictObject({ mode: z.literal('internal') }),
          z.strictObject({
            mode: z.literal('webhook'),
            webhook_id: z.string().min(1).max(64),
            automatic: z.boolean().optional(),
          }),
        ],
        {
          error:
            'expected {"mode": "internal"} or {"mode": "webhook", "webhook_id": "…", "automatic": true or false}',
        },
      )
      .optional()
      .meta({
        description:
          'Claimed, it counts as paid at once (`internal`, unless said otherwise), or a webhook is asked to pay it: any 2xx answer completes the payment, anything else fails it. `automatic`: asked as soon as it is earned, and again with growing pauses until it is paid',
      }),
  })
  .meta({ id: 'NewReward', examples: [{ name: 'Ether', kind: 'token', unit: 'ETH', stock: '10' }] });

export interface CampaignDesignParts {
  readonly design: DesignEditor;
  readonly campaignRules: Pick<CampaignRulesSource, 'rulesOf'>;
}

/** Groups, quests, tasks and rewards: what people can do in a campaign and what they get for it. */
export function campaignDesignRoutes(app: Api, parts: CampaignDesignParts): void {
  shelfRoutes(app, {
    parts,
    shelf: () => parts.design.groups,
    path: 'groups',
    prefix: 'grp',
    noun: 'Group',
    about: 'Quests stand in groups.',
    kept: 'Refused while it holds quests.',
    schema: groupSchema,
    input: newGroupSchema,
    change: newGroupSchema.partial().meta({ id: 'GroupChange' }),
    show: shownGroup,
  });
  shelfRoutes(app, {
    parts,
    shelf: () => parts.design.quests,
    path: 'quests',
    prefix: 'qst',
    noun: 'Quest',
    about: 'Who completes all its tasks completes the quest, once.',
    kept: 'Refused while it holds tasks, and once somebody completed it.',
    schema: questSchema,
    input: newQuestSchema,
    change: newQuestSchema.partial().meta({ id: 'QuestChange' }),
    show: shownQuest,
  });
  shelfRoutes(app, {
    parts,
    shelf: () => parts.design.tasks,
    path: 'tasks',
    prefix: 'tsk',
    noun: 'Task',
    about: 'What people do for points.',
    kept: 'Refused while other tasks, a trigger or the referral rule name it, and once somebody completed it.',
    schema: taskSchema,
    input: newTaskSchema,
    change: newTaskSchema.partial().meta({ id: 'TaskChange' }),
    show: shownTask,
  });
  shelfRoutes(app, {
    parts,
    shelf: () => parts.design.rewards,
    path: 'rewards',
    prefix: 'rwd',
    noun: 'Reward',
    about: 'What tasks and quests give beside points. Its kind and its decimals are chosen once.',
    kept: 'Refused while a task or a quest gives it, and once somebody earned it.',
    schema: rewardSchema,
    input: newRewardSchema,
    change: newRewardSchema.partial().meta({ id: 'RewardChange' }),
    show: shownReward,
  });
}

const listParams = z.object({ id: z.string() });

/** The five operations on one kind of thing in a campaign. */
function shelfRoutes<Prefix extends IdPrefix, Entity extends { readonly id: Id<Prefix> }, Input, Shown>(
  app: Api,
  kind: {
    readonly parts: CampaignDesignParts;
    readonly shelf: () => Shelf<Entity, Input>;
    readonly path: 'groups' | 'quests' | 'tasks' | 'rewards';
    readonly prefix: Prefix;
    readonly noun: string;
    readonly about: string;
    readonly kept: string;
    readonly schema: z.ZodType<Shown>;
    readonly input: z.ZodType<Input>;
    readonly change: z.ZodType<Change<Input>>;
    readonly show: (entity: Entity, principal: Principal) => Shown;
  },
): void {
  const { parts, shelf, path, prefix, noun, show } = kind;
  // Fastify cannot name types that only the caller of this function knows: what it hands over and takes is unknown
  // to it, and `input.parse` gives a body that it has already checked its type back.
  const schema: z.ZodType<unknown> = kind.schema;
  const input: z.ZodType<unknown> = kind.input;
  const change: z.ZodType<unknown> = kind.change;
  const word = noun.toLowerCase();
  const idName = `${word}_id`;
  const list = `/v1/campaigns/:id/${path}`;
  const one = `${list}/:${idName}`;
  const params = z.object({ id: z.string(), [idName]: z.string() });
  const idIn = (given: Readonly<Record<string, string | undefined>>) => pathId(prefix, given[idName] ?? '');
  const shared = { tags: ['Campaign design'] };

  app.get(
    list,
    {
      schema: {
        ...shared,
        operationId: `list${noun}s`,
        summary: `The ${path} of a campaign`,
        description: `${kind.about} All of them at once${path === 'rewards' ? '' : ', by position'}.`,
        params: listParams,
        response: { 200: z.object({ data: z.array(schema) }), ...problems('not_found') },
      },
    },
    async (request) => {
      const { principal } = request;
      const campaign = pathId('cmp', request.params.id);
      await requireVisible(principal, campaign, parts.campaignRules);
      const things = await shelf().list(principal.organizationId, campaign);
      return { data: things.map((thing) => show(thing, principal)) };
    },
  );

  app.post(
    list,
    {
      schema: {
        ...shared,
        operationId: `create${noun}`,
        summary: `A new ${word}`,
        description: kind.about,
        params: listParams,
        body: input,
        response: {
          201: schema,
          ...problems('not_found', 'conflict', 'invalid_campaign', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const campaign = pathId('cmp', request.params.id);
      const made = await shelf().create(
        request.principal.organizationId,
        campaign,
        kind.input.parse(request.body),
      );
      reply.code(201).header('location', `/v1/campaigns/${campaign}/${path}/${made.id}`);
      return show(made, request.principal);
    },
  );

  app.get(
    one,
    {
      schema: {
        ...shared,
        operationId: `get${noun}`,
        summary: `One ${word}`,
        params,
        response: { 200: schema, ...problems('not_found') },
      },
    },
    async (request) => {
      const campaign = pathId('cmp', request.params.id ?? '');
      const { principal } = request;
      await requireVisible(principal, campaign, parts.campaignRules);
      return show(await shelf().get(principal.organizationId, campaign, idIn(request.params)), principal);
    },
  );

  app.patch(
    one,
    {
      schema: {
        ...shared,
        operationId: `update${noun}`,
        summary: `Change a ${word}`,
        description:
          'What is left out stays as it is. It counts for what people do from the answer on; what they did stays as it was.',
        params,
        body: change,
        response: { 200: schema, ...problems('not_found', 'invalid_campaign', ...bodyProblems) },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const campaign = pathId('cmp', request.params.id ?? '');
      return show(
        await shelf().update(organizationId, campaign, idIn(request.params), kind.change.parse(request.body)),
        request.principal,
      );
    },
  );

  app.delete(
    one,
    {
      schema: {
        ...shared,
        operationId: `delete${noun}`,
        summary: `Delete a ${word}`,
        description: kind.kept,
        params,
        response: { 204: z.null().meta({ description: 'Deleted' }), ...problems('not_found', 'conflict') },
      },
    },
    async (request, reply) => {
      const { organizationId } = request.principal;
      await shelf().delete(organizationId, pathId('cmp', request.params.id ?? ''), idIn(request.params));
      reply.code(204);
      return null;
    },
  );
}

function shownGroup(group: Group) {
  return {
    id: group.id,
    name: group.name,
    position: group.position,
    created_at: group.createdAt.toISOString(),
  };
}

function shownQuest(quest: Quest) {
  return {
    id: quest.id,
    group_id: quest.groupId,
    name: quest.name,
    points: quest.points,
    reward: quest.reward,
    position: quest.position,
    created_at: quest.createdAt.toISOString(),
  };
}

function shownTask(task: Task) {
  return {
    id: task.id,
    quest_id: task.questId,
    name: task.name,
    type: task.type,
    meta: task.meta && { ...task.meta },
    points: task.points,
    multiplier_percent: task.multiplierPercent,
    recurrence: task.recurrence,
    prerequisites: [...task.prerequisites],
    ugc: task.ugc,
    browser: task.browser,
    level: task.level,
    reward: task.reward,
    position: task.position,
    created_at: task.createdAt.toISOString(),
  };
}

/** What is left is the owner's to tell. */
function shownReward(reward: Reward, principal: Principal) {
  return {
    id: reward.id,
    name: reward.name,
    kind: reward.kind,
    unit: reward.unit,
    decimals: reward.decimals,
    ...(principal.kind !== 'participant' && {
      stock: reward.stock,
      payout: shownRewardPayout(reward.payout),
    }),
    created_at: reward.createdAt.toISOString(),
  };
}

function shownRewardPayout(payout: Reward['payout']) {
  if (payout.mode === 'internal') return { mode: payout.mode };
  return { mode: payout.mode, webhook_id: payout.webhookId, automatic: payout.automatic };
}
