import { z } from 'zod';
import { type Trigger, type Triggers, triggerIdFault } from '../../campaigns/index.ts';
import { Problem } from '../../problems.ts';
import {
  type Api,
  bodyProblems,
  idInputSchema,
  idSchema,
  nameSchema,
  pointsInputSchema,
  problems,
  timeSchema,
} from '../api.ts';

const triggerSchema = z
  .object({
    id: z.string().meta({ description: 'The slug you chose', examples: ['purchase'] }),
    name: z.string(),
    campaign_id: idSchema('cmp', 'Where the points go'),
    credit: z.union([z.object({ amount: z.number() }), z.object({ rate: z.number() })]).meta({
      description: 'The same points each time, or the fired value times the rate',
    }),
    task_id: idSchema('tsk', 'A task that it completes too').nullable(),
    created_at: timeSchema,
  })
  .meta({ id: 'Trigger' });

const settingsSchema = z
  .strictObject({
    name: nameSchema,
    campaign_id: idInputSchema('cmp', 'a campaign'),
    credit: z.union(
      [z.strictObject({ amount: pointsInputSchema }), z.strictObject({ rate: pointsInputSchema.gt(0) })],
      {
        error:
          'expected {"amount": …}, zero or more, or {"rate": …}, more than zero, with at most 4 decimal places',
      },
    ),
    task_id: idInputSchema('tsk', 'a task').nullable().optional(),
  })
  .meta({
    id: 'TriggerSettings',
    examples: [{ name: 'Purchase', campaign_id: 'cmp_01jf1b7x2ve3e9a4c7v6s2h8tz', credit: { rate: 10 } }],
  });

const params = z.object({ trigger_id: z.string() });

export interface TriggerParts {
  readonly triggers: Triggers;
}

export function triggerRoutes(app: Api, { triggers }: TriggerParts): void {
  app.get(
    '/v1/triggers',
    {
      schema: {
        tags: ['Triggers'],
        operationId: 'listTriggers',
        summary: 'The triggers, by id',
        response: { 200: z.object({ data: z.array(triggerSchema) }), ...problems() },
      },
    },
    async (request) => ({
      data: (await triggers.list(request.principal.organizationId)).map(shownTrigger),
    }),
  );

  app.get(
    '/v1/triggers/:trigger_id',
    {
      schema: {
        tags: ['Triggers'],
        operationId: 'getTrigger',
        summary: 'One trigger',
        params,
        response: { 200: triggerSchema, ...problems('not_found') },
      },
    },
    async (request) =>
      shownTrigger(await triggers.get(request.principal.organizationId, request.params.trigger_id)),
  );

  app.put(
    '/v1/triggers/:trigger_id',
    {
      schema: {
        tags: ['Triggers'],
        operationId: 'putTrigger',
        summary: 'Make or replace a trigger',
        description:
          'You choose its id: letters, digits, "-", "_" and ".". The new settings count from the answer on; what was fired before stays as it was.',
        params,
        body: settingsSchema,
        response: {
          200: triggerSchema,
          201: triggerSchema,
          ...problems('conflict', 'unknown_campaign', 'invalid_campaign', ...bodyProblems),
        },
      },
    },
    async (request, reply) => {
      const id = request.params.trigger_id;
      const fault = triggerIdFault(id);
      if (fault !== null) {
        throw new Problem('invalid_request', fault, {
          faults: [{ pointer: '', parameter: 'trigger_id', detail: fault }],
        });
      }
      const { created, trigger } = await triggers.put(request.principal.organizationId, id, request.body);
      reply.code(created ? 201 : 200);
      return shownTrigger(trigger);
    },
  );

  app.delete(
    '/v1/triggers/:trigger_id',
    {
      schema: {
        tags: ['Triggers'],
        operationId: 'deleteTrigger',
        summary: 'Delete a trigger',
        description: 'The points it gave stay.',
        params,
        response: { 204: z.null().meta({ description: 'Deleted' }), ...problems('not_found') },
      },
    },
    async (request, reply) => {
      await triggers.delete(request.principal.organizationId, request.params.trigger_id);
      reply.code(204);
      return null;
    },
  );
}

function shownTrigger(trigger: Trigger) {
  return {
    id: trigger.id,
    name: trigger.name,
    campaign_id: trigger.campaignId,
    credit: trigger.credit,
    task_id: trigger.taskId,
    created_at: trigger.createdAt.toISOString(),
  };
}
