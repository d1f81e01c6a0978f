import { startReceiver, waitFor } from '@fanfare/testkit';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuditLog, operatorSource } from '../../src/audit/index.ts';
import { openApiDocument } from '../../src/http/index.ts';
import { triggerFired } from './events.ts';
import { ApiHarness } from './harness.ts';
import { PersonBrowser } from './person.ts';

/** Two nodes on one database. */
let api: ApiHarness;
let other: ApiHarness;
let owner: PersonBrowser;
beforeAll(async () => {
  const live = { watchMs: 1_000, jobsMs: 100, gatherMs: 100 };
  // The client of these tests keeps connections on which it has sent nothing yet, which do not count as idle.
  const drainDeadlineMs = 500;
  api = await ApiHarness.open({ webhooks: { dispatch: true }, live, drainDeadlineMs, jobs: { pollMs: 50 } });
  other = await ApiHarness.open({
    webhooks: { dispatch: true, keyring: api.webhookParts.keyring },
    live,
    drainDeadlineMs,
    jobs: { run: false },
    test: { database: api.database, drop: async () => {} },
  });
  owner = await PersonBrowser.owner(api);
});
afterAll(async () => {
  await other.close();
  await api.close();
});

interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const document = (await openApiDocument()) as unknown as {
  paths: { '/v1/stream': { get: { 'x-messages': Record<string, { $ref: string }> } } };
};
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ ...document, $id: 'https://fanfare.invalid/api' });

/** What the document does not say of this message. */
function undocumented(event: string, data: unknown): string | null {
  const schema = document.paths['/v1/stream'].get['x-messages'][event];
  if (schema === undefined) return `No schema is named for ${event}`;
  const valid = ajv.validate({ $ref: `https://fanfare.invalid/api${schema.$ref}` }, data);
  return valid ? null : `${event}: ${ajv.errorsText()}`;
}

/** Reads a stream as a page would. */
class Reader {
  readonly messages: Message[] = [];
  readonly undocumented: string[] = [];
  readonly #abort = new AbortController();
  ended = false;

  static async open(node: ApiHarness, headers: Readonly<Record<string, string>> = {}): Promise<Reader> {
    const reader = new Reader();
    const response = await fetch(`${node.url}/v1/stream`, {
      headers: 'cookie' in headers ? headers : { authorization: `Bearer ${api.token}`, ...headers },
      signal: reader.#abort.signal,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toContain('no-store');
    void reader.#read(response).catch(() => {
      reader.ended = true;
    });
    await reader.first('ready');
    return reader;
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
        const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
        if (id === undefined || event === undefined || data === undefined) continue;
        const message = { id, event, data: JSON.parse(data) as Message['data'] };
        this.messages.push(message);
        this.undocumented.push(...[undocumented(event, message.data)].filter((fault) => fault !== null));
      }
    }
    this.ended = true;
  }

  async first(event: string, matches: (data: Message['data']) => boolean = () => true): Promise<Message> {
    const find = () => this.messages.find((message) => message.event === event && matches(message.data));
    await waitFor(() => find() !== undefined, { what: `a message ${event}`, timeoutMs: 10_000 });
    return find() as Message;
  }

  total(count: 'events' | 'attempts' | 'acknowledged'): number {
    return this.messages.reduce((sum, { data }) => sum + ((data[count] as number | undefined) ?? 0), 0);
  }

  items(): readonly Readonly<Record<string, unknown>>[] {
    return this.messages.flatMap(
      ({ data }) => (data['items'] as Record<string, unknown>[] | undefined) ?? [],
    );
  }

  /** What was changed, in order, but for the sign-ins of whoever reads. */
  changes(): readonly Message['data'][] {
    const told = this.messages.filter(({ event }) => event === 'change').map(({ data }) => data);
    return told.filter(({ action }) => action !== 'session.created');
  }

  get lastId(): string {
    return this.messages.at(-1)?.id ?? '';
  }

  close(): void {
    this.#abort.abort();
    expect(this.undocumented).toEqual([]);
  }
}

async function webhook(url: string, more: object = {}): Promise<string> {
  const made = await api.call('POST', '/v1/webhooks', {
    body: { name: 'Stream', url, format: 'standard', events: ['trigger.fired'], ...more },
  });
  expect(made.status, made.text).toBe(201);
  return (made.body as { id: string }).id;
}

describe('a stream', () => {
  it('tells of events, attempts and changes of webhooks, on whatever node they happen', async () => {
    const here = await Reader.open(api);
    const there = await Reader.open(other);
    const receiver = await startReceiver();
    const id = await webhook(receiver.url);
    for (const reader of [here, there]) {
      await reader.first('webhook', ({ webhook_id, changed }) => webhook_id === id && changed === 'settings');
    }
    const event = await api.publish(triggerFired);
    await other.publish(triggerFired, { token: api.token });
    for (const reader of [here, there]) {
      await waitFor(() => reader.total('events') === 2 && reader.total('acknowledged') === 2, {
        what: 'both events and their deliveries on both nodes',
      });
      expect(reader.items()).toContainEqual({
        kind: 'event',
        id: event,
        type: 'trigger.fired',
        deliveries: 1,
        test: false,
      });
      expect(reader.items()).toContainEqual(
        expect.objectContaining({
          kind: 'attempt',
          event_id: event,
          webhook_id: id,
          state: 'delivered',
          status: 200,
          failure: null,
        }),
      );
    }
    await api.call('DELETE', `/v1/webhooks/${id}`);
    const before = there.messages.length;
    await waitFor(() => there.messages.slice(before - 1).some(({ event: name }) => name === 'webhook'), {
      what: 'the deleted webhook',
    });
    here.close();
    there.close();
    await receiver.close();
  });

  it('counts no test participants, but shows what happened to them as such', async () => {
    const reader = await Reader.open(api);
    await api.call('POST', '/v1/participants', { body: { external_id: 'tester', test: true } });
    await api.publish({ ...triggerFired, participant: { external_id: 'tester', test: true } });
    await waitFor(() => reader.items().some((item) => item['test'] === true), { what: 'the test event' });
    expect(reader.total('events')).toBe(0);
    reader.close();
  });

  it('is told nothing of other organizations', async () => {
    const { token } = await api.otherOrganization();
    const reader = await Reader.open(api);
    await api.publish(triggerFired, { token });
    await api.publish(triggerFired);
    await waitFor(() => reader.total('events') >= 1, { what: 'its own event' });
    expect(reader.total('events')).toBe(1);
    expect(reader.items().filter(({ kind }) => kind === 'event')).toHaveLength(1);
    reader.close();
  });

  it('tells what somebody changed once that is committed, on every node', async () => {
    const readers = [await Reader.open(api), await Reader.open(other)];
    expect((await api.call('POST', '/v1/campaigns', { body: { name: '' } })).status).toBe(400);
    const made = await api.call('POST', '/v1/campaigns', { body: { name: 'Regatta' } });
    const { id } = made.body as { id: string };
    await other.call('PATCH', `/v1/campaigns/${id}`, { body: { name: 'Race' }, token: api.token });
    for (const reader of readers) {
      await reader.first('change', ({ action }) => action === 'campaign.updated');
      expect(reader.changes().filter(({ kind }) => kind === 'campaign')).toEqual([
        { kind: 'campaign', action: 'campaign.created', id },
        { kind: 'campaign', action: 'campaign.updated', id },
      ]);
      reader.close();
    }
  });

  it('tells of many that were changed alike as of several', async () => {
    const reader = await Reader.open(other);
    const audit = createAuditLog({ database: api.database, clock: { now: Date.now } });
    await audit.together(
      operatorSource,
      async () => {},
      () =>
        Array.from({ length: 30 }, (_, n) => ({
          organizationId: api.organization.id,
          action: 'inbox.created',
          target: { kind: 'inbox', id: `inb_${n}`, name: null } as const,
          before: null,
          after: null,
        })),
    );
    await reader.first('change');
    expect(reader.changes()).toEqual([{ kind: 'inbox', action: 'inbox.created', id: null }]);
    reader.close();
  });

  it('tells of tokens, members and sessions those who may see them, and everybody of themselves', async () => {
    const viewer = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const developer = await PersonBrowser.withRole(api, api.organization.id, 'developer');
    const { person } = (await viewer.call('GET', '/v1/session')).body as { person: { id: string } };
    const streamOf = ({ cookie }: PersonBrowser) => Reader.open(other, { cookie });
    const [seenByOwner, seenByDeveloper, seenByViewer] = await Promise.all([
      streamOf(owner),
      streamOf(developer),
      streamOf(viewer),
    ]);
    const made = await owner.call('POST', '/v1/tokens', { body: { name: 'Shop', scopes: ['publish'] } });
    const token = { kind: 'token', action: 'token.created', id: (made.body as { id: string }).id };
    await owner.call('PATCH', `/v1/members/${person.id}`, { body: { role: 'manager' } });
    const member = { kind: 'member', action: 'member.updated', id: person.id };
    const ended = await developer.call('DELETE', '/v1/sessions');
    expect(ended.status, ended.text).toBe(204);
    await api.call('POST', '/v1/inboxes', { body: { name: 'For everybody' } });
    for (const reader of [seenByOwner, seenByDeveloper, seenByViewer]) {
      await reader.first('change', ({ kind }) => kind === 'inbox');
      reader.close();
    }
    const kinds = (reader: Reader) => reader.changes().map(({ kind }) => kind);
    expect(kinds(seenByOwner)).toEqual(['token', 'member', 'session', 'inbox']);
    expect(seenByOwner.changes()).toEqual(expect.arrayContaining([token, member]));
    // Their own session.
    expect(kinds(seenByDeveloper)).toEqual(['token', 'session', 'inbox']);
    // Their own role.
    expect(seenByViewer.changes()[0]).toEqual(member);
    expect(kinds(seenByViewer)).toEqual(['member', 'inbox']);
  });

  it('gives whoever comes back no changes that are not theirs to see', async () => {
    const viewer = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const first = await Reader.open(api, { cookie: viewer.cookie });
    const lastId = first.lastId;
    first.close();
    await api.call('POST', '/v1/tokens', { body: { name: 'Shop', scopes: ['publish'] } });
    const made = await api.call('POST', '/v1/inboxes', { body: { name: 'Missed' } });
    const again = await Reader.open(api, { cookie: viewer.cookie, 'last-event-id': lastId });
    await again.first('change', ({ id }) => id === (made.body as { id: string }).id);
    expect(again.messages[0]?.data).toEqual({ resumed: true });
    expect(again.changes().map(({ kind }) => kind)).not.toContain('token');
    again.close();
  });

  it('tells how many requests arrived at an inbox, at whatever node', async () => {
    const made = await api.call('POST', '/v1/inboxes', { body: { name: 'Watched' } });
    const { id, path } = made.body as { id: string; path: string };
    const readers = [await Reader.open(api), await Reader.open(other)];
    for (const node of [api, other, other]) {
      expect((await fetch(node.url + path, { method: 'POST', body: 'hello' })).status).toBe(204);
    }
    for (const reader of readers) {
      const told = () => reader.messages.filter(({ event }) => event === 'inbox').map(({ data }) => data);
      const requests = () => told().reduce((sum, data) => sum + (data['requests'] as number), 0);
      await waitFor(() => requests() === 3, { what: 'three requests' });
      expect(new Set(told().map(({ inbox_id }) => inbox_id))).toEqual(new Set([id]));
      reader.close();
    }
  });

  it('shows jobs as they go on', async () => {
    const reader = await Reader.open(other);
    const { status, text } = await api.call('POST', '/v1/imports/participants', {
      raw: 'external_id\r\ndan\r\nerin\r\n',
      headers: { 'content-type': 'text/csv' },
    });
    expect(status, text).toBe(202);
    const { data } = await reader.first('job', ({ state }) => state === 'done');
    expect(data).toMatchObject({ kind: 'import_participants', done: 2, refused: 0 });
    reader.close();
  });

  it('goes on where its reader was, or says that something may have been missed', async () => {
    const first = await Reader.open(api);
    expect(first.messages[0]).toMatchObject({ event: 'ready', data: { resumed: false } });
    await api.publish(triggerFired);
    await waitFor(() => first.total('events') === 1, { what: 'the first event' });
    const lastId = first.lastId;
    first.close();
    await api.publish(triggerFired);
    const again = await Reader.open(api, { 'last-event-id': lastId });
    expect(again.messages[0]).toMatchObject({ event: 'ready', data: { resumed: true } });
    await waitFor(() => again.total('events') === 1, { what: 'what was missed' });
    const elsewhere = await Reader.open(other, { 'last-event-id': again.lastId });
    expect(elsewhere.messages[0]).toMatchObject({ event: 'ready', data: { resumed: false } });
    again.close();
    elsewhere.close();
  });

  it('says that something was missed when the connection to the database was lost', async () => {
    const reader = await Reader.open(api);
    await api.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and (query ilike 'listen %' or query ilike 'unlisten %')`,
    );
    await reader.first('refresh');
    await api.publish(triggerFired);
    await waitFor(() => reader.total('events') === 1, { what: 'what happens afterwards' });
    reader.close();
  });

  it('is refused to the twenty-first, and given when one of them has left', async () => {
    const { token } = await api.otherOrganization('Cirrus');
    const headers = { authorization: `Bearer ${token}` };
    const readers = await Promise.all(Array.from({ length: 20 }, () => Reader.open(api, headers)));
    const refused = await api.call('GET', '/v1/stream', { token });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(refused.body).toMatchObject({ code: 'too_many_requests' });
    readers[0]?.close();
    await waitFor(
      async () => {
        const response = await fetch(`${api.url}/v1/stream`, { headers });
        await response.body?.cancel();
        return response.status === 200;
      },
      { what: 'a free place' },
    );
    for (const reader of readers) reader.close();
  });

  it('needs a token', async () => {
    expect((await api.call('GET', '/v1/stream', { token: null })).status).toBe(401);
  });

  it('of somebody who is signed in ends at once, on every node, when they may no longer look', async () => {
    const streamsOf = async ({ cookie }: PersonBrowser) => [
      await Reader.open(api, { cookie }),
      await Reader.open(other, { cookie }),
    ];
    const ended = async (readers: readonly Reader[], why: string) => {
      const before = performance.now();
      await waitFor(() => readers.every((reader) => reader.ended), { what: `the end after ${why}` });
      expect(performance.now() - before).toBeLessThan(3_000);
    };
    const stays = await streamsOf(owner);

    const leaving = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const left = await streamsOf(leaving);
    await leaving.call('DELETE', '/v1/session');
    await ended(left, 'signing out');

    const removed = await PersonBrowser.withRole(api, api.organization.id, 'viewer');
    const theirs = await streamsOf(removed);
    const { person } = (await removed.call('GET', '/v1/session')).body as { person: { id: string } };
    expect((await owner.call('DELETE', `/v1/members/${person.id}`)).status).toBe(204);
    await ended(theirs, 'being removed');

    const made = await owner.call('POST', '/v1/organizations', { body: { name: 'Borealis' } });
    expect(stays.map((reader) => reader.ended)).toEqual([false, false]);
    const { id } = made.body as { id: string };
    await owner.call('PATCH', '/v1/session', { body: { organization_id: id } });
    await ended(stays, 'working in another organization');
  });

  it('ends when its node stops, so that the reader goes to another', async () => {
    const stopping = await ApiHarness.open({
      webhooks: { keyring: api.webhookParts.keyring },
      test: { database: api.database, drop: async () => {} },
    });
    const reader = await Reader.open(stopping);
    await stopping.close();
    await waitFor(() => reader.ended, { what: 'the end of the stream' });
  });
});
