import { type InboxId, type InboxRequestId, idFromUuid, newId, type OrganizationId, uuidOf } from '../ids.ts';
import { type Fault, notFound, Problem, quotaReached } from '../problems.ts';
import {
  afterRequestTransaction,
  type InboxRequestRow,
  type InboxRow,
  type InboxStore,
} from '../storage/index.ts';
import {
  type Keyring,
  parseStoredSecret,
  SecretText,
  secretFault,
  signingKeys,
  UnreadableSecret,
  type Webhook,
} from '../webhooks/index.ts';
import { Allowance, defaultBytesPerMinute } from './allowance.ts';
import { type AnswerInput, decideAnswer, defaultAnswer, type InboxAnswer, readAnswer } from './answer.ts';
import { Recorder } from './recorder.ts';
import { type KnownKey, type ReceivedMessage, type Verification, verifyReceived } from './verification.ts';

/** The built-in receiver: an address that stores what it is sent and answers as it was told. */
export interface Inbox {
  readonly id: InboxId;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly answer: InboxAnswer;
  readonly hasSecret: boolean;
  readonly createdAt: Date;
}

export interface InboxRequest {
  readonly id: InboxRequestId;
  readonly receivedAt: Date;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly bodyCut: boolean;
  readonly verification: Verification;
  /** What was answered; null: the connection was cut. */
  readonly answered: { readonly status: number | null; readonly delay_ms: number };
}

export interface InboxInput {
  readonly name?: string | undefined;
  /** Checks signatures of senders other than this organization's webhooks. Null removes it. */
  readonly secret?: string | null | undefined;
  readonly answer?: AnswerInput | undefined;
}

export interface Page<Id> {
  readonly before: Id | null;
  readonly limit: number;
}

/** Inboxes of organizations. Unknown and foreign ids throw `Problem('not_found')`. */
export interface Inboxes {
  /** Throws `quota_reached`. */
  create(organizationId: OrganizationId, input: InboxInput): Promise<Inbox>;
  list(organizationId: OrganizationId, page: Page<InboxId>): Promise<readonly Inbox[]>;
  get(organizationId: OrganizationId, id: InboxId): Promise<Inbox>;
  update(organizationId: OrganizationId, id: InboxId, input: InboxInput): Promise<Inbox>;
  delete(organizationId: OrganizationId, id: InboxId): Promise<void>;
  requests(
    organizationId: OrganizationId,
    id: InboxId,
    page: Page<InboxRequestId>,
  ): Promise<readonly InboxRequest[]>;
  request(organizationId: OrganizationId, id: InboxId, requestId: InboxRequestId): Promise<InboxRequest>;
  deleteRequests(organizationId: OrganizationId, id: InboxId): Promise<number>;
  /** Stores a request and says how to answer it. Null when there is no such inbox. Throws `too_many_requests`. */
  receive(id: InboxId, message: InboxMessage): Promise<InboxAnswer | null>;
  close(): Promise<void>;
}

export interface InboxMessage extends ReceivedMessage {
  readonly rawHeaders: readonly (readonly [string, string])[];
}

/** Where the secrets of webhooks come from. */
export interface WebhookLookup {
  webhooksOf(organizationId: OrganizationId): readonly Webhook[];
  onChange(listener: () => void): () => void;
}

/** Bytes of a request's body that are kept. */
export const maxInboxBodyBytes = 256 * 1024;
/** Inboxes held in memory; the least lately loaded goes first. */
const maxRemembered = 2_000;

/** What is needed to receive, without the database. */
interface Remembered {
  readonly organizationId: OrganizationId;
  readonly answer: InboxAnswer;
  readonly ownKey: KnownKey | null;
  readonly webhooks: readonly Webhook[];
}

export async function openInboxes(parts: {
  readonly store: InboxStore;
  readonly keyring: Keyring;
  readonly webhooks: WebhookLookup;
  /** An inbox's own secret cannot be read; the operator must act. Without it the reading fails. */
  readonly onUnreadable?: (error: UnreadableSecret) => void;
  /** How many an organization may have; null: as many as it likes. */
  readonly mostInboxes: (organization: OrganizationId) => number | null;
  readonly now: () => Date;
  /** A request is stored. */
  readonly onReceived: (organization: OrganizationId, inbox: InboxId) => void;
  /** What one inbox stores in a minute. Default 128 MiB. */
  readonly bytesPerMinute?: number;
}): Promise<Inboxes> {
  const { store, keyring, webhooks, onUnreadable, now } = parts;
  const recorder = new Recorder((requests) => store.insertRequests(requests));
  const allowance = new Allowance(parts.bytesPerMinute ?? defaultBytesPerMinute);
  const remembered = new Map<InboxId, Remembered>();
  // A row read before a change was announced must not be remembered after it.
  let generation = 0;

  function forget(id: InboxId | null): void {
    generation += 1;
    if (id === null) remembered.clear();
    else remembered.delete(id);
  }

  const stopWatching = webhooks.onChange(() => forget(null));
  const stopListening = await store.listen(
    (uuid) => forget(idFromUuid('inb', uuid)),
    () => forget(null),
  );

  function ownKeyOf({ id, secret }: InboxRow): KnownKey | null {
    if (secret === null) return null;
    try {
      return {
        key: parseStoredSecret(keyring.decrypt(secret, idFromUuid('inb', id))),
        owner: 'inbox',
      };
    } catch (error) {
      // What comes in is kept all the same; that its signature was not checked stands beside it.
      if (!(error instanceof UnreadableSecret)) throw error;
      if (onUnreadable === undefined) throw error;
      onUnreadable(error);
      return null;
    }
  }

  async function remember(id: InboxId): Promise<Remembered | null> {
    const known = remembered.get(id);
    if (known !== undefined) return known;
    const began = generation;
    const row = await store.find(uuidOf(id));
    if (row === null) return null;
    const organizationId = idFromUuid('org', row.organizationId);
    const inbox: Remembered = {
      organizationId,
      answer: readAnswer(row.answer),
      ownKey: ownKeyOf(row),
      webhooks: webhooks
        .webhooksOf(organizationId)
        .filter((webhook) => pointsAt(webhook.url, id))
        .map(({ secrets, ...rest }) => ({ ...rest, secrets: secrets.filter(({ value }) => value.readable) })),
    };
    if (began === generation) {
      remembered.set(id, inbox);
      const [oldest] = remembered.keys();
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
    }
    return inbox;
  }

  function keysOf(inbox: Remembered, at: Date): readonly KnownKey[] {
    const keys: KnownKey[] = inbox.webhooks.flatMap((webhook) =>
      signingKeys(webhook, at.getTime()).map((key) => ({ key, owner: { webhook_id: webhook.id } })),
    );
    return inbox.ownKey === null ? keys : [...keys, inbox.ownKey];
  }

  async function find(organizationId: OrganizationId, id: InboxId): Promise<Inbox> {
    const row = await store.findOf(uuidOf(organizationId), uuidOf(id));
    if (row === null) throw notFound();
    return fromRow(row);
  }

  return {
    async create(organizationId, input) {
      const id = newId('inb');
      const { answer } = decide(defaultAnswer, input);
      const row: InboxRow = {
        id: uuidOf(id),
        organizationId: uuidOf(organizationId),
        name: input.name ?? 'Inbox',
        answer,
        secret: typeof input.secret === 'string' ? keyring.encrypt(new SecretText(input.secret), id) : null,
        createdAt: now(),
      };
      const most = parts.mostInboxes(organizationId);
      if (!(await store.insert(row, most))) throw quotaReached('inboxes', most);
      return fromRow(row);
    },

    async list(organizationId, page) {
      const before = page.before === null ? null : uuidOf(page.before);
      return (await store.list(uuidOf(organizationId), { before, limit: page.limit })).map(fromRow);
    },

    get: find,

    async update(organizationId, id, input) {
      const before = await find(organizationId, id);
      const { answer } = decide(before.answer, input);
      const row = await store.change(uuidOf(organizationId), uuidOf(id), {
        name: input.name,
        ...(input.answer !== undefined && { answer }),
        secret:
          typeof input.secret === 'string' ? keyring.encrypt(new SecretText(input.secret), id) : input.secret,
      });
      // Here at once; other nodes hear of it.
      await afterRequestTransaction(() => forget(id));
      if (row === null) throw notFound();
      return fromRow(row);
    },

    async delete(organizationId, id) {
      const deleted = await store.delete(uuidOf(organizationId), uuidOf(id));
      await afterRequestTransaction(() => forget(id));
      if (!deleted) throw notFound();
    },

    async requests(organizationId, id, page) {
      await find(organizationId, id);
      const before = page.before === null ? null : uuidOf(page.before);
      return (await store.listRequests(uuidOf(id), { before, limit: page.limit })).map(fromRequestRow);
    },

    async request(organizationId, id, requestId) {
      await find(organizationId, id);
      const row = await store.findRequest(uuidOf(id), uuidOf(requestId));
      if (row === null) throw notFound();
      return fromRequestRow(row);
    },

    async deleteRequests(organizationId, id) {
      await find(organizationId, id);
      return store.deleteRequests(uuidOf(id));
    },

    async receive(id, message) {
      const receivedAt = now();
      const inbox = await remember(id);
      if (inbox === null) return null;
      const waitSeconds = allowance.take(id, message.body.length, receivedAt.getTime());
      if (waitSeconds !== null) {
        throw new Problem(
          'too_many_requests',
          `This inbox was sent more in a minute than an inbox stores (${allowance.bytesPerMinute / 1_048_576} MiB, with about 2 KiB per request). Send again when the minute is over; a receiver of your own takes more.`,
          { retryAfterSeconds: waitSeconds },
        );
      }
      const { answer } = inbox;
      await recorder.record({
        id: uuidOf(newId('req')),
        inboxId: uuidOf(id),
        receivedAt,
        method: message.method,
        target: message.target,
        headers: message.rawHeaders,
        body: message.body,
        bodyCut: message.bodyCut,
        verification: verifyReceived(message, keysOf(inbox, receivedAt), receivedAt),
        answered: { status: answer.reset ? null : answer.status, delay_ms: answer.delay_ms },
      });
      parts.onReceived(inbox.organizationId, id);
      return answer;
    },

    async close() {
      stopWatching();
      await stopListening();
    },
  };
}

/** A webhook points at an inbox by path alone: which names lead to this server, a proxy before it decides. */
function pointsAt(url: string, id: InboxId): boolean {
  const path = `/inbox/${id}`;
  if (!url.includes(path)) return false;
  const { pathname } = new URL(url);
  return pathname === path || pathname.startsWith(`${path}/`);
}

function decide(before: InboxAnswer, input: InboxInput): { readonly answer: InboxAnswer } {
  const decided = decideAnswer(before, input.answer ?? {});
  const faults: Fault[] = decided.ok ? [] : [...decided.faults];
  if (typeof input.secret === 'string') {
    const detail = secretFault(input.secret);
    if (detail !== null) faults.push({ pointer: '/secret', detail });
  }
  if (!decided.ok || faults.length > 0) {
    throw new Problem(
      'invalid_request',
      'The inbox cannot be set up like this. Each fault is listed under errors.',
      {
        faults,
      },
    );
  }
  return decided;
}

function fromRow(row: InboxRow): Inbox {
  return {
    id: idFromUuid('inb', row.id),
    organizationId: idFromUuid('org', row.organizationId),
    name: row.name,
    answer: readAnswer(row.answer),
    hasSecret: row.secret !== null,
    createdAt: row.createdAt,
  };
}

/** The two JSON columns hold what `receive` wrote. */
function fromRequestRow(row: InboxRequestRow): InboxRequest {
  return {
    id: idFromUuid('req', row.id),
    receivedAt: row.receivedAt,
    method: row.method,
    target: row.target,
    headers: row.headers,
    body: row.body,
    bodyCut: row.bodyCut,
    verification: row.verification as Verification,
    answered: row.answered as InboxRequest['answered'],
  };
}
