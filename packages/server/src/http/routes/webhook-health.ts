import { z } from 'zod';
import { idFromUuid } from '../../ids.ts';
import type { HealthKeeper, Webhooks } from '../../webhooks/index.ts';
import { type Api, idSchema, problems, timeSchema } from '../api.ts';
import { pageQuerySchema, pageSchema, readPage, readPageAfter, uuidAt } from '../pagination.ts';

export interface WebhookHealthParts {
  readonly webhooks: Pick<Webhooks, 'get'>;
  readonly health: Pick<HealthKeeper, 'get' | 'changes' | 'failing'>;
}

const tags = ['Webhooks'];
const params = z.object({ id: z.string() });
const reasonSchema = z.string().nullable().meta({ description: 'What happened and what to do about it' });

const healthSchema = z
  .object({
    webhook_id: z.string(),
    state: z.enum(['healthy', 'failing', 'disabled']).meta({
      description:
        '`failing`: nothing is acknowledged; one request at a time finds out whether the receiver is back, and everything else waits without using up its attempts',
    }),
    reason: reasonSchema,
    since: timeSchema.nullable().meta({ description: 'Of the first failure in a row' }),
    failures: z.int().meta({ description: 'Attempts that failed in a row' }),
    next_probe_at: timeSchema.nullable(),
    disables_at: timeSchema
      .nullable()
      .meta({ description: 'When it is turned off unless something is acknowledged before' }),
  })
  .meta({ id: 'WebhookHealth' });

const failingSchema = healthSchema
  .omit({ disables_at: true })
  .extend({ name: z.string() })
  .meta({ id: 'FailingWebhook' });

const changeSchema = z
  .object({
    event_id: idSchema('we', 'The event that told of it'),
    state: z.enum(['failing', 'warned', 'recovered', 'disabled', 'parked']).meta({
      description: 'parked: the first delivery that its order made wait for somebody to decide',
    }),
    reason: reasonSchema,
    failures: z.int().nullable(),
    changed_at: timeSchema,
  })
  .meta({ id: 'WebhookHealthChange' });

/** Which receivers are well, which are not, and since when. */
export function webhookHealthRoutes(app: Api, { health, webhooks }: WebhookHealthParts): void {
  app.get(
    '/v1/webhooks/:id/health',
    {
      schema: {
        tags,
        operationId: 'getWebhookHealth',
        summary: 'How a webhook is doing',
        params,
        response: { 200: healthSchema, ...problems('not_found') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const webhook = await webhooks.get(organizationId, request.params.id);
      const { down, disablesAt } = await health.get(organizationId, request.params.id);
      const disabled = webhook.status === 'disabled';
      return {
        webhook_id: webhook.id,
        state: disabled ? ('disabled' as const) : down === null ? ('healthy' as const) : ('failing' as const),
        reason: disabled ? webhook.disabledReason : (down?.reason ?? null),
        since: down?.failing_since.toISOString() ?? null,
        failures: down?.failures ?? 0,
        next_probe_at: down?.probe_at.toISOString() ?? null,
        disables_at: disablesAt?.toISOString() ?? null,
      };
    },
  );

  app.get(
    '/v1/webhooks/:id/health-changes',
    {
      schema: {
        tags,
        operationId: 'listWebhookHealthChanges',
        summary: 'When a webhook began to fail, recovered or was disabled, newest first',
        params,
        querystring: pageQuerySchema,
        response: {
          200: pageSchema(changeSchema),
          ...problems('not_found', 'invalid_request', 'invalid_cursor'),
        },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      const { id } = request.params;
      return readPage({
        name: `health ${id}`,
        query: request.query,
        read: (before, limit) => health.changes(organizationId, id, before, limit),
        uuid: (row) => row.id,
        show: ({ id: uuid, changed_at, ...row }) => ({
          ...row,
          event_id: idFromUuid('we', uuid),
          changed_at: changed_at.toISOString(),
        }),
      });
    },
  );

  app.get(
    '/v1/failing-webhooks',
    {
      schema: {
        tags,
        operationId: 'listFailingWebhooks',
        summary: 'Webhooks whose receivers do not acknowledge',
        querystring: pageQuerySchema,
        response: { 200: pageSchema(failingSchema), ...problems('invalid_request', 'invalid_cursor') },
      },
    },
    async (request) => {
      const { organizationId } = request.principal;
      return readPageAfter({
        name: 'failing webhooks',
        query: request.query,
        positionBytes: 16,
        read: (after, limit) => health.failing(organizationId, after && uuidAt(after), limit),
        position: (row) => Buffer.from(row.webhook_uid.replaceAll('-', ''), 'hex'),
        show: (row) => ({
          webhook_id: row.webhook_id,
          name: row.name,
          state: 'failing' as const,
          reason: row.reason,
          since: row.failing_since.toISOString(),
          failures: row.failures,
          next_probe_at: row.probe_at.toISOString(),
        }),
      });
    },
  );
}
