import { z } from 'zod';
import type { ParkedDeliveries } from '../../webhooks/index.ts';
import { type Api, idSchema, pathId, problems } from '../api.ts';

const params = z.object({ id: z.string() });
const tags = ['Deliveries'];
const countSchema = z.object({ deliveries: z.int().meta({ description: 'How many were parked' }) });

export interface ParkedDeliveryParts {
  readonly parkedDeliveries: ParkedDeliveries;
}

export function parkedDeliveryRoutes(app: Api, { parkedDeliveries }: ParkedDeliveryParts): void {
  app.post(
    '/v1/deliveries/:id/skip',
    {
      schema: {
        tags,
        operationId: 'skipDelivery',
        summary: 'Give up a delivery that others wait for',
        description:
          'Ends a delivery of a webhook with `ordering` as cancelled, parked or not, so that the next one of its line follows. It can be resent later.',
        params,
        response: {
          200: z.object({ id: idSchema('dlv', 'The delivery'), state: z.literal('cancelled') }),
          ...problems('not_found', 'conflict'),
        },
      },
    },
    async (request) => {
      const id = pathId('dlv', request.params.id);
      await parkedDeliveries.skipOne(request.principal.organizationId, id);
      return { id, state: 'cancelled' as const };
    },
  );

  app.post(
    '/v1/webhooks/:id/parked-deliveries/retry',
    {
      schema: {
        tags,
        operationId: 'retryParkedDeliveries',
        summary: 'Try all parked deliveries of a webhook again',
        description:
          'Their attempts begin anew, at once, as far as the retry policy goes; what stands behind each follows when it is acknowledged. They are listed by `GET /v1/webhooks/{id}/deliveries?state=parked`.',
        params,
        response: { 200: countSchema, ...problems('not_found') },
      },
    },
    async (request) => ({
      deliveries: await parkedDeliveries.retry(request.principal.organizationId, request.params.id),
    }),
  );

  app.post(
    '/v1/webhooks/:id/parked-deliveries/skip',
    {
      schema: {
        tags,
        operationId: 'skipParkedDeliveries',
        summary: 'Give up all parked deliveries of a webhook',
        description: 'They end as cancelled, and what stands behind each follows.',
        params,
        response: { 200: countSchema, ...problems('not_found') },
      },
    },
    async (request) => ({
      deliveries: await parkedDeliveries.skip(request.principal.organizationId, request.params.id),
    }),
  );
}
