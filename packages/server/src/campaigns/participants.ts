import type { FrozenEvent, ParticipantSnapshot } from '../catalog/index.ts';
import { idFromUuid, newId, type OrganizationId, type ParticipantId, type Uuid, uuidOf } from '../ids.ts';
import { type Fault, notFound, Problem } from '../problems.ts';
import {
  type AccountRow,
  createEventsStore,
  createParticipantsStore,
  type Database,
  type NewParticipant,
  type ParticipantRow,
  type ParticipantSaving,
} from '../storage/index.ts';
import { canonicalAccount, isWallet } from './account-names.ts';
import { Recent } from './recent.ts';
import type { Account, Person } from './rules/index.ts';

export interface Participant extends Person {
  /** Chosen by the owner or made of our id; null for who came before there were any. */
  readonly referralCode: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** When their personal data was erased. */
  readonly erasedAt: Date | null;
}

/** What an owner knows of a person, as it comes in: each well-formed by itself. What is left out stays as it is. */
export interface ParticipantInput {
  readonly external_id?: string | undefined;
  readonly accounts?: readonly Account[] | undefined;
  readonly email?: string | null | undefined;
  readonly first_name?: string | null | undefined;
  readonly last_name?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly fields?: ParticipantRow['fields'] | undefined;
  readonly test?: boolean | undefined;
  readonly referral_code?: string | undefined;
}

/**
 * The people that events are about. The organization's own id for a person and ours belong together for good, or
 * until they turn out to be somebody else: then both are names of that participant.
 */
export interface Participants {
  /** Our id for the organization's own; made on first sight. At once for a participant seen lately. */
  identify(organization: OrganizationId, externalId: string): ParticipantId | Promise<ParticipantId>;
  /**
   * Who answers for our id, with the organization's own; null when it has no such participant, or no id of its own
   * for them. At once for one seen lately.
   */
  identityOf(organization: OrganizationId, id: ParticipantId): Identity | null | Promise<Identity | null>;
  find(organization: OrganizationId, id: ParticipantId): Promise<Participant | null>;
  findByExternalId(organization: OrganizationId, externalId: string): Promise<Participant | null>;
  /** In the order in which they came. */
  accountsOf(organization: OrganizationId, id: ParticipantId): Promise<readonly Account[]>;
  /**
   * Newest first; `search` is a part of the name, the organization's own id, the e-mail address, the wallet or an account;
   * `before` is the last one of the page before.
   */
  list(
    organization: OrganizationId,
    search: string | null,
    before: Uuid | null,
    limit: number,
  ): Promise<readonly Participant[]>;
  /**
   * Changes whoever has the external id or one of the accounts, or makes somebody new; accounts come to those there
   * are. Throws `invalid_participant` with every fault, and `conflict` when what was given belongs to several people.
   */
  upsert(
    organization: OrganizationId,
    input: ParticipantInput,
  ): Promise<{ readonly created: boolean; readonly participant: Participant }>;
  /** As `upsert` for this participant; accounts that are given replace those there are. Throws `not_found` too. */
  update(organization: OrganizationId, id: ParticipantId, input: ParticipantInput): Promise<Participant>;
  /** The participant as the newest event about them shows them; null when there is none within retention. */
  latestSnapshot(organization: OrganizationId, id: ParticipantId): Promise<ParticipantSnapshot | null>;
  /** Who was merged into this participant, the last one first. At most `limit`. */
  absorbedBy(organization: OrganizationId, id: ParticipantId, limit: number): Promise<readonly Absorbed[]>;
  /** This id is another name of somebody else now; without one, any may be. */
  forget(id?: ParticipantId): void;
}

export interface Identity {
  readonly id: ParticipantId;
  readonly externalId: string;
}

/** Somebody who turned out to be another participant, and answers for them. */
export interface Absorbed {
  readonly id: ParticipantId;
  readonly externalId: string | null;
  readonly mergedAt: Date;
  readonly reason: string | null;
}

/** Kept in memory, at about 300 bytes each. */
const largestCache = 50_000;
/** Participants per statement. */
const largestBatch = 1_000;

interface Waiting {
  readonly organization: OrganizationId;
  readonly externalId: string;
  readonly resolve: (id: ParticipantId) => void;
  readonly reject: (error: unknown) => void;
}

export function createParticipants(parts: {
  readonly database: Database;
  readonly clock: { now(): number };
}): Participants {
  const store = createParticipantsStore(parts.database);
  const events = createEventsStore(parts.database);
  const ids = new Recent<string, ParticipantId>(largestCache);
  const identities = new Recent<ParticipantId, Identity & { readonly owner: OrganizationId }>(largestCache);
  const waiting: Waiting[] = [];
  let working = false;
  let merges = 0;

  /** What is asked for while one statement runs is asked by the next one together. */
  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, largestBatch);
      try {
        await ensure(batch);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    working = false;
  }

  async function ensure(batch: readonly Waiting[]): Promise<void> {
    const wanted = new Map<string, Waiting>();
    for (const one of batch) wanted.set(one.organization + one.externalId, one);
    const keys = [...wanted.values()].map(({ organization, externalId }) => ({
      organizationId: uuidOf(organization),
      externalId,
    }));
    const before = merges;
    const uuids = await store.ensure(keys, newParticipant);
    const found = new Map<string, ParticipantId>();
    [...wanted].forEach(([key, { organization, externalId }], index) => {
      const id = idFromUuid('usr', uuids[index] ?? '');
      found.set(key, id);
      // What was read before a merge may be wrong after it.
      if (before === merges) ids.set(organization + externalId, id);
    });
    for (const one of batch) {
      const id = found.get(one.organization + one.externalId);
      if (id === undefined) one.reject(new Error('A participant was asked for but not answered'));
      else one.resolve(id);
    }
  }

  async function save(organization: OrganizationId, id: ParticipantId | null, input: ParticipantInput) {
    const { faults, accounts } = checked(input, id === null);
    if (faults.length > 0) {
      throw new Problem(
        'invalid_participant',
        'The participant is not as expected. Each fault is listed under errors.',
        {
          faults,
        },
      );
    }
    const { external_id, accounts: _, referral_code, ...person } = input;
    const saving = await store.save(
      uuidOf(organization),
      {
        id: id && uuidOf(id),
        externalId: external_id ?? null,
        accounts,
        replaceAccounts: id !== null,
        referralCode: referral_code?.toUpperCase() ?? null,
        person: given(person),
        walletOf,
        now: new Date(parts.clock.now()),
      },
      newParticipant,
    );
    if (saving.kind !== 'saved') throw refusal(saving);
    return { id: idFromUuid('usr', saving.id), created: saving.created };
  }

  async function existing(organization: OrganizationId, id: ParticipantId): Promise<Participant> {
    const row = await store.find(uuidOf(organization), uuidOf(id));
    if (row === null) throw notFound();
    return participantFrom(row);
  }

  return {
    identify(organization, externalId) {
      const known = ids.get(organization + externalId);
      if (known !== undefined) return known;
      return new Promise((resolve, reject) => {
        waiting.push({ organization, externalId, resolve, reject });
        if (working) return;
        working = true;
        // After this turn of the event loop, so that all participants of one batch share the first statement.
        setImmediate(() => void work());
      });
    },

    identityOf(organization, id) {
      const known = identities.get(id);
      if (known !== undefined) return known.owner === organization ? known : null;
      const before = merges;
      return store.find(uuidOf(organization), uuidOf(id)).then((row) => {
        // Who has none may get one yet.
        if (row === null || row.external_id === null) return null;
        const identity = { owner: organization, id: idFromUuid('usr', row.id), externalId: row.external_id };
        // Another name would outlive what it stands for: nobody says when that one is merged.
        if (before === merges && identity.id === id) identities.set(id, identity);
        return identity;
      });
    },

    async absorbedBy(organization, id, limit) {
      const rows = await store.absorbedBy(uuidOf(organization), uuidOf(id), limit);
      return rows.map((row) => ({
        id: idFromUuid('usr', row.id),
        externalId: row.external_id,
        mergedAt: row.merged_at,
        reason: row.merge_reason,
      }));
    },

    forget(id) {
      merges += 1;
      if (id === undefined) {
        ids.clear();
        identities.clear();
        return;
      }
      ids.deleteValue(id);
      identities.delete(id);
    },

    async find(organization, id) {
      const row = await store.find(uuidOf(organization), uuidOf(id));
      return row && participantFrom(row);
    },

    async findByExternalId(organization, externalId) {
      const row = await store.findByExternalId(uuidOf(organization), externalId);
      return row && participantFrom(row);
    },

    async list(organization, search, before, limit) {
      return (await store.list(uuidOf(organization), search, before, limit)).map(participantFrom);
    },

    async accountsOf(organization, id) {
      return store.accountsOf(uuidOf(organization), uuidOf(id));
    },

    async upsert(organization, input) {
      const { id, created } = await save(organization, null, input);
      return { created, participant: await existing(organization, id) };
    },

    async update(organization, id, input) {
      await save(organization, id, input);
      return existing(organization, id);
    },

    async latestSnapshot(organization, id) {
      const newest = await events.newestOf(uuidOf(organization), uuidOf(id));
      if (newest === null) return null;
      const event: FrozenEvent = JSON.parse(newest.body);
      return event.participant;
    },
  };
}

/** The last 8 of its 26 digits are random, and read well: they leave out I, L, O and U. */
export function newParticipant(): NewParticipant {
  const id = newId('usr');
  return { id: uuidOf(id), referralCode: id.slice(-8).toUpperCase() };
}

/** The wallet they had while they have it, else the first of their accounts that is one. */
export function walletOf(accounts: readonly AccountRow[], current: string | null): string | null {
  const wallets = accounts.filter(isWallet);
  if (wallets.some(({ name }) => name === current)) return current;
  return wallets[0]?.name ?? null;
}

function checked(
  input: ParticipantInput,
  mayBeNew: boolean,
): { readonly faults: readonly Fault[]; readonly accounts: readonly AccountRow[] | null } {
  const faults: Fault[] = [];
  const accounts = new Map<string, AccountRow>();
  input.accounts?.forEach((account, index) => {
    const canonical = canonicalAccount(account);
    if ('fault' in canonical) faults.push({ pointer: `/accounts/${index}/name`, detail: canonical.fault });
    else accounts.set(`${canonical.platform} ${canonical.name}`, canonical);
  });
  if (mayBeNew && input.external_id === undefined && (input.accounts ?? []).length === 0) {
    faults.push({
      pointer: '',
      detail:
        'Found neither external_id nor an account; expected at least one of them, to know the person again.',
    });
  }
  return { faults, accounts: input.accounts === undefined ? null : [...accounts.values()] };
}

/** Without what is undefined: in a change that means to leave it. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

export function refusal(saving: Exclude<ParticipantSaving, { kind: 'saved' }>): Problem {
  switch (saving.kind) {
    case 'not_found':
      return notFound();
    case 'several': {
      const people = saving.owners.map(({ id, account }) => {
        const owner = idFromUuid('usr', id);
        return account === null
          ? `this person is ${owner}`
          : `"${account.name}" on ${account.platform} is ${owner}`;
      });
      return new Problem(
        'conflict',
        `What was given belongs to several participants: ${people.join(', ')}. Give what belongs to one of them.`,
      );
    }
    case 'other_external_id':
      return new Problem(
        'conflict',
        `${idFromUuid('usr', saving.id)} has the external_id "${saving.externalId}", which stays for good. Leave external_id out, or name another person.`,
      );
    case 'referral_code_taken':
      return new Problem('conflict', 'Another participant has this referral code. Choose another one.');
    case 'erased':
      return new Problem(
        'conflict',
        `The personal data of ${idFromUuid('usr', saving.id)} was erased, and nothing is kept about them again. Make another participant.`,
      );
    case 'took_part':
      return new Problem(
        'conflict',
        'This participant took part in campaigns already, so whether they are a test participant cannot change. Make another participant.',
      );
  }
}

function participantFrom(row: ParticipantRow): Participant {
  return {
    id: idFromUuid('usr', row.id),
    externalId: row.external_id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    phone: row.phone,
    wallet: row.wallet,
    fields: row.fields,
    test: row.test,
    referralCode: row.referral_code,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    erasedAt: row.erased_at,
  };
}
