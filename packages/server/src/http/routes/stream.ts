import type { SessionChanges } from '../../accounts/index.ts';
import type { Live } from '../../live/index.ts';
import { type Api, problems } from '../api.ts';
import { type Authenticators, clientOf } from '../authentication.ts';
import { type EventStream, eventStreamAnswer, openEventStream } from '../event-stream.ts';

export interface StreamParts {
  readonly live: Pick<Live, 'watch'>;
  readonly accounts: Authenticators['accounts'];
  readonly sessions: Authenticators['sessions'];
  readonly sessionChanges: Pick<SessionChanges, 'subscribe'>;
}

const description = [
  'Server-sent events (HTML standard, 9.2) of what happens in the organization, on all nodes, while it happens. `EventSource` reads it for people who are signed in; it cannot send a token, for which there is `fetch`. Every message has an `id`, an `event` and `data` in JSON:',
  '- `ready` `{ resumed }`: the first one. `resumed: true` after a reconnection with `Last-Event-ID`: what was missed follows. `false`: something may have been missed, so load what you show.',
  '- `activity` `{ at, events, attempts, acknowledged, failed, items, omitted }`: what happened on one node since its message before, at most four a second. The counts leave out test participants. `items` are the last of it: `{ kind: "event", id, type, deliveries, test }` or `{ kind: "attempt", delivery_id, event_id, event_type, webhook_id, attempt, resend, state, status, failure, duration_ms, test }` with the state `delivered`, `retrying`, `exhausted` or `parked`; `omitted` says how many more there were.',
  '- `webhook` `{ webhook_id, changed }`: `settings` (also made and deleted) or `health`.',
  '- `job` `{ job_id, kind, state, done, total, refused, paused }`: its progress, at most once a second.',
  '- `refresh` `{}`: something was missed; load what you show again.',
  'A comment comes every 15 s. A reader who leaves 256 KiB unread, or something unread for 15 s, is cut off, as is one whose token or session is no longer valid. An organization may have 20 streams open at each node.',
].join('\n\n');

/** What happens, while it happens. */
export function streamRoutes(app: Api, { live, accounts, sessions, sessionChanges }: StreamParts): void {
  const open = new Set<EventStream>();
  app.addHook('preClose', (done) => {
    for (const stream of open) stream.end();
    done();
  });

  app.get(
    '/v1/stream',
    {
      schema: {
        tags: ['Statistics'],
        operationId: 'watchOrganization',
        summary: 'What happens in the organization, while it happens',
        description,
        response: {
          200: eventStreamAnswer('Messages, until the reader or the server closes the connection'),
          ...problems('too_many_requests'),
        },
      },
    },
    async (request, reply) => {
      const early: string[] = [];
      let stream: EventStream | null = null;
      const { organizationId } = request.principal;
      const { authorization, cookie } = request.headers;
      const credential = authorization?.replace(/^bearer +/i, '').trim();
      /** Tokens are revoked, people leave, roles change. */
      const isAllowed = async () => {
        const principal =
          credential === undefined
            ? (await sessions.authenticate(cookie ?? '', clientOf(request)))?.result
            : await accounts.authenticate(credential);
        if (!principal || principal.kind === 'participant') return false;
        return principal.organizationId === organizationId && principal.permissions.has('read');
      };
      const stop = await live.watch(
        organizationId,
        { send: (text) => (stream === null ? void early.push(text) : stream.send(text)) },
        lastEventId(request.headers['last-event-id']),
      );
      if (reply.raw.destroyed) {
        stop();
        return reply;
      }
      const opened = openEventStream(reply, {
        isAllowed,
        onClose() {
          stop();
          unsubscribe();
          open.delete(opened);
        },
      });
      const { principal } = request;
      const unsubscribe = sessionChanges.subscribe((person) => {
        if (principal.kind === 'person' && (person === null || person === principal.person.id))
          opened.check();
      });
      open.add(opened);
      for (const text of early) opened.send(text);
      stream = opened;
      return reply;
    },
  );
}

/** What is no id of ours is the id of nothing that is known here. */
function lastEventId(header: string | readonly string[] | undefined): string | null {
  return typeof header === 'string' && header.length <= 100 ? header : null;
}
