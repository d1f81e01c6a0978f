import { z } from 'zod';
import { Problem } from '../../problems.ts';
import { type Api, publicProblems } from '../api.ts';
import { sendProblem } from '../problem-replies.ts';

export interface HealthParts {
  /**
   * What keeps this process from serving, in words for the operator's log; empty when nothing does. That a shutdown
   * has begun the server knows by itself. Must answer within seconds.
   */
  readonly obstacles: () => Promise<readonly string[]>;
}

const notReady = new Problem('unavailable', 'Not ready to serve; the log says why. Ask again in a moment.', {
  retryAfterSeconds: 1,
});

const stateSchema = z.object({ status: z.literal('ok') });

/** For load balancers and supervisors: no token, no detail that helps a stranger. */
export function healthRoutes(app: Api, { obstacles }: HealthParts): void {
  app.get(
    '/healthz',
    {
      config: { public: true },
      schema: {
        tags: ['Operation'],
        operationId: 'getHealth',
        summary: 'Whether the process lives',
        description:
          'Says nothing about the database: a process that lives but cannot serve should not be killed for it.',
        response: { 200: stateSchema },
      },
    },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      config: { public: true },
      schema: {
        tags: ['Operation'],
        operationId: 'getReadiness',
        summary: 'Whether requests are served',
        description:
          'The database answers and takes writes, and no shutdown has begun. For some seconds after a write failed for want of room the answer is 503 as well.',
        response: { 200: stateSchema, ...publicProblems('unavailable') },
      },
    },
    async (request, reply) => {
      const found = await obstacles();
      if (found.length === 0) return { status: 'ok' as const };
      // Whoever asks needs no token, so the reasons go to the log alone.
      request.log.warn({ obstacles: found }, 'not ready');
      sendProblem(request, reply, notReady);
      return reply;
    },
  );
}
