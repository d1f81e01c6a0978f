import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Principal } from '../accounts/index.ts';
import { type AuditLog, type AuditNote, type AuditSource, withRecorder } from '../audit/index.ts';
import { Problem } from '../problems.ts';
import { withinTransaction } from '../storage/index.ts';
import type { Api } from './api.ts';
import { type Audited, auditOf } from './audit-table.ts';
import { createShowings, type Fields, fieldsOf, type Show } from './showings.ts';

export interface RecordingParts {
  readonly audit: AuditLog;
}

/** One request that changes something, and how it is put on record. */
interface Recording {
  readonly audit: AuditLog;
  readonly what: Audited & { readonly operation: string; readonly url: string };
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly source: AuditSource;
  readonly show: Show;
}

const lastParameter = /:([a-z_]+)(?!.*:)/;
const longestUserAgent = 500;

/**
 * Puts what is changed through the API on record, as http/audit-table.ts says of each operation: the entry and the
 * change are one transaction. Before any route.
 */
export function recordChanges(app: Api, parts: RecordingParts): void {
  const showings = createShowings();
  app.addHook('onRoute', (route) => {
    const operation = route.schema?.operationId;
    if (!route.url.startsWith('/v1/') || operation === undefined) return;
    if (route.method === 'GET') showings.add(operation, route);
    if (route.method === 'GET' || route.method === 'HEAD') return;
    const audited = auditOf(operation);
    if (audited === undefined) {
      throw new Error(
        `${route.url} (${operation}) is missing in http/audit-table.ts: say what goes on record of it, or why nothing does`,
      );
    }
    if (typeof audited === 'string') return;
    const what = { ...audited, operation, url: route.url };
    route.handler = recordingHandler(route.handler, async (request, reply, handle) => {
      const { audit } = parts;
      const source = await sourceOf(audit, request);
      const show = showings.for(what, app, request, reply);
      const recording: Recording = { audit, what, request, reply, source, show };
      switch (what.by ?? 'route') {
        case 'route':
          return aroundHandler(recording, handle);
        case 'actions':
          return withActions(recording, handle);
        case 'service':
          return withService(recording, handle);
      }
    });
  });
}

function recordingHandler(
  handler: RouteOptions['handler'],
  record: (request: FastifyRequest, reply: FastifyReply, handle: () => Promise<unknown>) => Promise<unknown>,
): RouteOptions['handler'] {
  return function (request, reply) {
    return record(request, reply, async () => {
      const answer: unknown = await handler.call(this, request, reply);
      if (reply.sent || answer === reply) {
        throw new Error(`${request.routeOptions.url} answers before its change is committed`);
      }
      return answer;
    });
  };
}

/** Nobody else changes the thing between the two looks at it, so the entry has what this request changed and no more. */
async function aroundHandler(recording: Recording, handle: () => Promise<unknown>): Promise<unknown> {
  const { audit, what, request, show } = recording;
  const id = idInPath(recording);
  let before: Fields | null = null;
  return audit.together(
    recording.source,
    async () => {
      if (id !== null) await audit.lockTarget(request.principal.organizationId, `${what.kind} ${id}`);
      if (id !== null || what.target === 'organization') before = await show(id);
      return handle();
    },
    async (answer) => {
      const told = fieldsOf(answer);
      if (told['repeated'] === true || fieldsOf(request.body)['dry_run'] === true) return [];
      const newId = text(told['id']) ?? id;
      const after = what.does === 'deleted' ? null : ((await show(newId)) ?? tellOf(recording, told));
      return [noteOf(recording, { id: newId, before, after })];
    },
  );
}

/** The batch that carries the action out writes the entry. */
async function withActions(recording: Recording, handle: () => Promise<unknown>): Promise<unknown> {
  const { audit, what, source, show } = recording;
  const id = idInPath(recording);
  const before = await show(id);
  const entriesFor: Parameters<typeof withRecorder>[0]['entriesFor'] = async (transaction, participant) => {
    const after = await withinTransaction(transaction, () => show(id));
    const told = { campaign_id: fieldsOf(recording.request.params)['id'], participant_id: participant };
    const target = what.kind === 'participant' ? participant : id;
    return audit.entriesFor(source, [
      noteOf(recording, { id: target, before, after: after ?? tellOf(recording, told) }),
    ]);
  };
  return withRecorder({ ...recorderOf(recording), entriesFor }, handle);
}

/** What the handler calls opens its own transactions, and says in each what goes on record. */
async function withService(recording: Recording, handle: () => Promise<unknown>): Promise<unknown> {
  const { what, request } = recording;
  try {
    return await withRecorder(recorderOf(recording), handle);
  } catch (error) {
    if (what.notesRefusals === true && error instanceof Problem && error.code === 'wrong_password') {
      const email = text(fieldsOf(request.body)['email']) ?? '';
      // Not waited for: how long it takes would tell who has an account.
      void noteRefusal(recording, email).catch((reason: unknown) => request.log.error(reason));
    }
    throw error;
  }
}

/** Nothing is written for addresses without an account. Tries are counted, so nobody fills a log with them. */
function noteRefusal({ audit, source }: Recording, email: string): Promise<unknown> {
  return audit.together(
    source,
    () => audit.notesOnAccount(email, 'session.refused'),
    (notes) => notes,
  );
}

function recorderOf({ audit, source }: Recording): Parameters<typeof withRecorder>[0] {
  return { together: (work, notesOf) => audit.together(source, work, notesOf), entriesFor: null };
}

function noteOf(
  { what, request }: Recording,
  {
    id,
    before,
    after,
  }: { readonly id: string | null; readonly before: Fields | null; readonly after: Fields | null },
): AuditNote {
  const organizationId = (what.inItself === true ? id : null) ?? request.principal.organizationId;
  const shown = after ?? before ?? {};
  const does = what.does === 'put' ? (before === null ? 'created' : 'updated') : what.does;
  const given = fieldsOf(request.body);
  const hidden = (what.hides ?? []).filter((name) => given[name] !== undefined);
  const personal = what.kind === 'participant';
  return {
    organizationId,
    action: `${what.kind}.${does}`,
    target: {
      kind: what.kind,
      id: targetOf(what, request) ?? id,
      name: personal ? null : (text(shown['name']) ?? text(shown['email'])),
    },
    before,
    after,
    hidden,
  };
}

function targetOf({ target }: Audited, { principal, body }: FastifyRequest): string | null {
  if (target === undefined) return null;
  if (target === 'organization') return principal.organizationId;
  if (target === 'oneself') return principal.kind === 'person' ? principal.person.id : null;
  return text(fieldsOf(body)[target.named]);
}

/** What the table says the entry tells, of what was asked for and what came of it. */
function tellOf({ what, request }: Recording, answer: Fields): Fields | null {
  if (what.tells === undefined) return null;
  const known: Fields = { ...answer, ...fieldsOf(request.body) };
  return Object.fromEntries(
    what.tells.filter((name) => known[name] !== undefined).map((name) => [name, known[name]]),
  );
}

function idInPath({ what, request }: Recording): string | null {
  const name = lastParameter.exec(what.url)?.[1];
  // What is made in a thing is not that thing.
  if (name === undefined || what.does === 'created') return null;
  return text(fieldsOf(request.params)[name]);
}

async function sourceOf(audit: AuditLog, request: FastifyRequest): Promise<AuditSource> {
  return {
    actor: await actorOf(audit, request.authenticated),
    origin: {
      address: request.ip,
      user_agent: request.headers['user-agent']?.slice(0, longestUserAgent) ?? null,
      request_id: request.id,
    },
  };
}

/** Who calls. In public routes nobody does yet: what they change says who did. */
async function actorOf(audit: AuditLog, principal: Principal | null): Promise<AuditSource['actor']> {
  if (principal?.kind === 'person') return { kind: 'person', ...principal.person };
  if (principal?.kind === 'token') {
    const { organizationId, tokenId } = principal;
    return { kind: 'token', id: tokenId, name: await audit.tokenName(organizationId, tokenId), email: null };
  }
  return { kind: 'anonymous', id: null, name: null, email: null };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
