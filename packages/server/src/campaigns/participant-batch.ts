import { idFromUuid, type OrganizationId, type Uuid, uuidOf } from '../ids.ts';
import { Problem } from '../problems.ts';
import {
  type AccountRow,
  lockNamedParticipants,
  type ParticipantRow,
  type Queryable,
  whoTookPart,
  writeParticipants,
} from '../storage/index.ts';
import { newParticipant, refusal, walletOf } from './participants.ts';

/** One person of a batch. Everything is well-formed; what is left out stays as it is. */
export interface BatchedParticipant {
  /** Of somebody there is. */
  readonly id: Uuid | null;
  readonly externalId: string | null;
  /** In their canonical form. They come to those there are. */
  readonly accounts: readonly AccountRow[];
  readonly person: Partial<Pick<ParticipantRow, 'email' | 'first_name' | 'last_name' | 'phone' | 'test'>>;
  /** Each comes to those there are, or takes the place of the one of its name. */
  readonly fields: ParticipantRow['fields'];
  /** In capitals. */
  readonly referralCode: string | null;
}

export type BatchedOutcome = 'created' | 'updated' | 'unchanged' | Problem;

/** As many as an organization keeps of each person. */
const mostFields = 100;
const mostAccounts = 50;

/**
 * Makes or changes many participants, each as `Participants.upsert` would, one after the other: whom one row made or
 * gave an account, the next one finds. A row that is refused changes nothing. In the transaction of the caller, who
 * tries again when it throws 23505 or 40P01.
 */
export async function upsertParticipants(
  transaction: Queryable,
  organization: OrganizationId,
  batch: readonly BatchedParticipant[],
  now: Date,
): Promise<readonly BatchedOutcome[]> {
  const organizationId = uuidOf(organization);
  const named = await lockNamedParticipants(transaction, organizationId, {
    ids: batch.flatMap(({ id }) => id ?? []),
    externalIds: batch.flatMap(({ externalId }) => externalId ?? []),
    accounts: batch.flatMap(({ accounts }) => accounts),
    referralCodes: batch.flatMap(({ referralCode }) => referralCode ?? []),
  });
  const people = new People(named, now);
  const testChanges = batch.flatMap((row) => people.testChangeOf(row) ?? []);
  if (testChanges.length > 0) people.tookPart = await whoTookPart(transaction, testChanges);

  const outcomes = batch.map((row) => people.upsert(row));
  const { changed, accounts } = people;
  if (changed.length > 0) await writeParticipants(transaction, organizationId, changed, accounts);
  return outcomes;
}

interface Known {
  readonly id: Uuid;
  row: ParticipantRow;
  accounts: readonly AccountRow[];
  readonly isNew: boolean;
  changed: boolean;
}

/** Everybody whom a batch means, as they are after the rows decided so far. */
class People {
  tookPart: ReadonlySet<Uuid> = new Set();
  readonly #byId = new Map<Uuid, Known>();
  readonly #byExternalId = new Map<string, Known>();
  readonly #byAccount = new Map<string, Known>();
  readonly #codes: Map<string, Uuid>;
  readonly #newAccounts: (AccountRow & { readonly participantId: Uuid; readonly createdAtMs: number })[] = [];
  readonly #now: Date;

  constructor(named: Awaited<ReturnType<typeof lockNamedParticipants>>, now: Date) {
    this.#now = now;
    this.#codes = new Map(named.codes);
    for (const { accounts, ...row } of named.participants) {
      this.#learn({ id: row.id, row, accounts, isNew: false, changed: false });
    }
    for (const { id, external_id, merged_into } of named.merged) {
      const known = this.#byId.get(merged_into);
      if (known === undefined) continue;
      this.#byId.set(id, known);
      if (external_id !== null) this.#byExternalId.set(external_id, known);
    }
  }

  get changed() {
    return [...new Set(this.#byId.values())]
      .filter((known) => known.changed)
      .map(({ row }) => ({ ...row, fields: JSON.stringify(row.fields) }));
  }

  get accounts() {
    return this.#newAccounts;
  }

  /** Whom the row would make a test participant, or none any more, if they are there already. */
  testChangeOf(row: BatchedParticipant): Uuid | null {
    if (row.person.test === undefined) return null;
    const [owner] = this.#ownersOf(row);
    if (owner === undefined || owner.known.isNew || owner.known.row.test === row.person.test) return null;
    return owner.known.id;
  }

  upsert(given: BatchedParticipant): BatchedOutcome {
    const owners = this.#ownersOf(given);
    if (given.id !== null && !this.#byId.has(given.id)) {
      return new Problem(
        'unknown_participant',
        `No participant of this organization has the id ${idFromUuid('usr', given.id)}. Check it, or leave it out.`,
      );
    }
    if (new Set(owners.map(({ known }) => known)).size > 1) {
      return refusal({
        kind: 'several',
        owners: owners.map(({ known, account }) => ({ id: known.id, account })),
      });
    }
    const [owner] = owners;
    return owner === undefined ? this.#create(given) : this.#change(owner.known, given);
  }

  #create(given: BatchedParticipant): BatchedOutcome {
    const { id, referralCode } = newParticipant();
    if (given.referralCode !== null && this.#codes.has(given.referralCode)) {
      return refusal({ kind: 'referral_code_taken' });
    }
    const row: ParticipantRow = {
      id,
      external_id: given.externalId,
      email: null,
      first_name: null,
      last_name: null,
      phone: null,
      wallet: null,
      test: false,
      ...given.person,
      fields: given.fields,
      referral_code: given.referralCode ?? referralCode,
      created_at: this.#now,
      updated_at: this.#now,
      erased_at: null,
    };
    const known: Known = { id, row, accounts: [], isNew: true, changed: true };
    this.#give(known, given.accounts);
    this.#learn(known);
    if (given.referralCode !== null) this.#codes.set(given.referralCode, id);
    return 'created';
  }

  #change(known: Known, given: BatchedParticipant): BatchedOutcome {
    const { row } = known;
    const { person, referralCode } = given;
    // The id of who was merged into them names them, and stays where it is.
    const isAlias = given.externalId !== null && this.#byExternalId.get(given.externalId) === known;
    const externalId = isAlias ? null : given.externalId;
    if (externalId !== null && row.external_id !== null && row.external_id !== externalId) {
      return refusal({ kind: 'other_external_id', id: known.id, externalId: row.external_id });
    }
    if (person.test !== undefined && person.test !== row.test && this.tookPart.has(known.id)) {
      return refusal({ kind: 'took_part' });
    }
    if (referralCode !== null && (this.#codes.get(referralCode) ?? known.id) !== known.id) {
      return refusal({ kind: 'referral_code_taken' });
    }
    const next: ParticipantRow = {
      ...row,
      ...person,
      fields: { ...row.fields, ...given.fields },
      external_id: externalId ?? row.external_id,
      referral_code: referralCode ?? row.referral_code ?? newParticipant().referralCode,
    };
    const fields = Object.keys(next.fields).length;
    if (fields > mostFields) return tooMany('fields', fields, mostFields);
    const added = given.accounts.filter((account) => !this.#byAccount.has(accountKey(account)));
    if (known.accounts.length + added.length > mostAccounts) {
      return tooMany('accounts', known.accounts.length + added.length, mostAccounts);
    }
    if (added.length === 0 && isSame(row, next)) return 'unchanged';
    known.row = { ...next, updated_at: this.#now };
    known.changed = true;
    this.#give(known, added);
    this.#learn(known);
    if (referralCode !== null) this.#codes.set(referralCode, known.id);
    return 'updated';
  }

  #give(known: Known, accounts: readonly AccountRow[]): void {
    if (accounts.length === 0) return;
    const before = known.accounts.length;
    known.accounts = [...known.accounts, ...accounts];
    known.row = { ...known.row, wallet: walletOf(known.accounts, known.row.wallet) };
    for (const [index, account] of accounts.entries()) {
      // Keeps the order in which they were given.
      const createdAtMs = this.#now.getTime() + before + index;
      this.#newAccounts.push({ ...account, participantId: known.id, createdAtMs });
    }
  }

  #ownersOf({
    id,
    externalId,
    accounts,
  }: BatchedParticipant): { known: Known; account: AccountRow | null }[] {
    const owners: { known: Known; account: AccountRow | null }[] = [];
    const byId = id === null ? undefined : this.#byId.get(id);
    if (byId !== undefined) owners.push({ known: byId, account: null });
    const byName = externalId === null ? undefined : this.#byExternalId.get(externalId);
    if (byName !== undefined) owners.push({ known: byName, account: null });
    for (const account of accounts) {
      const owner = this.#byAccount.get(accountKey(account));
      if (owner !== undefined) owners.push({ known: owner, account });
    }
    return owners;
  }

  #learn(known: Known): void {
    this.#byId.set(known.id, known);
    if (known.row.external_id !== null) this.#byExternalId.set(known.row.external_id, known);
    for (const account of known.accounts) this.#byAccount.set(accountKey(account), known);
  }
}

const shownColumns = [
  'external_id',
  'email',
  'first_name',
  'last_name',
  'phone',
  'test',
  'referral_code',
] as const;

function isSame(before: ParticipantRow, after: ParticipantRow): boolean {
  return (
    shownColumns.every((column) => before[column] === after[column]) &&
    Object.entries(after.fields).every(([name, value]) => before.fields[name] === value)
  );
}

function tooMany(what: string, found: number, most: number): Problem {
  return new Problem(
    'invalid_participant',
    `With these the participant would have ${found} ${what}, expected at most ${most}. Leave some out.`,
  );
}

function accountKey({ platform, name }: AccountRow): string {
  return `${platform} ${name}`;
}
