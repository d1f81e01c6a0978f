import type { FastifyReply } from 'fastify';
import type { Admission, Admitted, RateState } from '../quotas/index.ts';
import type { Api } from './api.ts';

/**
 * Turns away requests that make events (`config: { adds: true }`) while there is no room, before their body is read, and
 * tells in the fields of draft-ietf-httpapi-ratelimit-headers what is left of the organization's quotas.
 */
export function admitRequests(app: Api, parts: { readonly admission: Pick<Admission, 'enter'> }): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.adds !== true) {
      done();
      return;
    }
    const admit = ({ leave, rates }: Admitted) => {
      if (reply.raw.closed || reply.raw.destroyed) leave();
      else reply.raw.once('close', leave);
      if (rates.length > 0) showRates(reply, rates);
      done();
    };
    const refuse = (error: unknown) => done(error instanceof Error ? error : new Error(String(error)));
    try {
      const admitted = parts.admission.enter(request.principal.organizationId);
      if (admitted instanceof Promise) admitted.then(admit, refuse);
      else admit(admitted);
    } catch (error) {
      refuse(error);
    }
  });
}

function showRates(reply: FastifyReply, rates: readonly RateState[]): void {
  reply.header(
    'ratelimit-policy',
    rates.map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`).join(', '),
  );
  reply.header(
    'ratelimit',
    rates.map(({ name, left, resetsInSeconds }) => `"${name}";r=${left};t=${resetsInSeconds}`).join(', '),
  );
}
