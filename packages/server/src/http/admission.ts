import type { Admission } from '../delivery/index.ts';
import type { Api } from './api.ts';

/** Turns away requests that make events (`config: { adds: true }`) while there is no room, before their body is read. */
export function admitRequests(app: Api, parts: { readonly admission: Admission }): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.adds !== true) {
      done();
      return;
    }
    try {
      const leave = parts.admission.enter(request.principal.organizationId);
      reply.raw.once('close', leave);
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
