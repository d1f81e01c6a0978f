import type { SessionChanges } from '../../accounts/index.ts';
import { type Live, streamMessages } from '../../live/index.ts';
import { type Api, problems } from '../api.ts';
import { type Authenticators, clientOf } from '../authentication.ts';
import { mayHear } from '../change-audience.ts';
import { type EventStream, eventStreamAnswer, openEventStream } from '../event-stream.ts';

export interface StreamParts {
  readonly live: Pick<Live, 'watch'>;
  readonly accounts: Authenticators['accounts'];
  readonly sessions: Authenticators['sessions'];
  readonly sessionChanges: Pick<SessionChanges, 'subscribe'>;
}

const description = [
  'Server-sent events (HTML standard, 9.2) of what happens in the organization, on all nodes, while it happens. `EventSource` reads it for people who are signed in; it cannot send a token, for which there is `fetch`. Every message has an `id`, an `event` (its name), and `data` in JSON: `x-messages` names the schema of each.',
  'First comes `ready`; then `activity` for events and attempts, `inbox` for what inboxes receive, `change` for what somebody changed, `webhook` for the settings and the health of webhooks, and `job` for the progress of jobs. `refresh` says that something was missed.',
  'A comment comes every 15 s. A reader who leaves 256 KiB unread, or something unread for 15 s, is cut off, as is one whose token or session is no longer valid. An organization may have 20 streams open at each node.',
].join('\n\n');

/** OpenAPI 3.1 has no words for the messages of a stream: the name of each, and its schema. */
const messages = Object.fromEntries(
  Object.entries(streamMessages).map(([name, schema]) => [
    name,
    { $ref: `#/components/schemas/${schema.meta()?.id}` },
  ]),
);

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
        'x-messages': messages,
      },
    },
    async (request, reply) => {
      const early: string[] = [];
      let stream: EventStream | null = null;
      const { organizationId } = request.principal;
      const { authorization, cookie } = request.headers;
      const credential = authorization?.replace(/^bearer +/i, '').trim();
      /** As they were last looked at. */
      let { principal } = request;
      /** Tokens are revoked, people leave, roles change. */
      const isAllowed = async () => {
        const found =
          credential === undefined
            ? (await sessions.authenticate(cookie ?? '', clientOf(request)))?.result
            : await accounts.authenticate(credential);
        if (!found || found.kind === 'participant') return false;
        if (found.organizationId !== organizationId || !found.permissions.has('read')) return false;
        principal = found;
        return true;
      };
      const stop = await live.watch(
        organizationId,
        {
          send: (text) => (stream === null ? void early.push(text) : stream.send(text)),
          mayHear: (change) => mayHear(principal, change),
        },
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
