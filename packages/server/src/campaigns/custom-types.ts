import { type CompiledCustomType, compileCustomType } from '../catalog/index.ts';
import { type OrganizationId, uuidOf } from '../ids.ts';
import { notFound, Problem } from '../problems.ts';
import {
  afterRequestTransaction,
  createEventTypesStore,
  type Database,
  type EventTypeRow,
} from '../storage/index.ts';
import { Recent } from './recent.ts';

/** An event type that an organization registered itself. `schema` and `example` are for the event's `data`. */
export interface CustomType {
  readonly type: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface CustomTypes {
  /** By name. */
  list(organization: OrganizationId): Promise<readonly CustomType[]>;
  find(organization: OrganizationId, type: string): Promise<CustomType | null>;
  /**
   * Registers the type, or replaces it: events are checked by the new schema from now on, older ones stay as they
   * are. Throws `invalid_request` with every fault, and `conflict` when the organization has too many.
   */
  put(
    organization: OrganizationId,
    input: { type: string; description: string; schema: unknown; example: unknown },
  ): Promise<{ readonly created: boolean; readonly customType: CustomType }>;
  /** Throws `not_found`, and `conflict` while webhooks ask for the type by name. Its events stay in the log. */
  delete(organization: OrganizationId, type: string): Promise<void>;
  /** The organization's types, ready to check events. At once after the first time. */
  validatorsOf(organization: OrganizationId): Validators | Promise<Validators>;
  close(): Promise<void>;
}

type Validators = ReadonlyMap<string, CompiledCustomType>;

/** Each is compiled and kept in memory wherever events of the organization arrive. */
const maxCustomTypes = 200;
/** Organizations whose compiled types are kept. */
const largestCache = 1_000;

/** Listens for changes by other nodes until `close`. Throws when the database cannot be reached. */
export async function openCustomTypes(parts: {
  readonly database: Database;
  readonly clock: { now(): number };
}): Promise<CustomTypes> {
  const store = createEventTypesStore(parts.database);
  const validators = new Recent<OrganizationId, Validators>(largestCache);
  const reading = new Map<OrganizationId, Promise<Validators>>();
  let changes = 0;
  const forget = () => {
    changes += 1;
    validators.clear();
    // What is being read may be the old state; whoever asks from now on must not join it.
    reading.clear();
  };
  const stopListening = await store.listen(forget, forget);

  async function read(organization: OrganizationId): Promise<Validators> {
    const changesBefore = changes;
    const rows = await store.list(uuidOf(organization));
    const compiled = new Map(rows.map((row) => [row.type, compiledFrom(row, organization)]));
    if (changes === changesBefore) validators.set(organization, compiled);
    return compiled;
  }

  return {
    async list(organization) {
      return (await store.list(uuidOf(organization))).map(customTypeFrom);
    },

    async find(organization, type) {
      const row = await store.find(uuidOf(organization), type);
      return row && customTypeFrom(row);
    },

    async put(organization, input) {
      const compilation = compileCustomType(input);
      if (!compilation.ok) {
        const [first] = compilation.faults;
        throw new Problem(
          'invalid_request',
          compilation.faults.length === 1 && first
            ? `The event type is not valid at ${first.pointer}: ${first.detail}`
            : `The event type has ${compilation.faults.length} faults. Each is listed under errors.`,
          { faults: compilation.faults },
        );
      }
      const now = new Date(parts.clock.now());
      const outcome = await store.put(uuidOf(organization), compilation.customType, maxCustomTypes - 1, now);
      if (outcome === 'too_many') {
        throw new Problem(
          'conflict',
          `The organization has ${maxCustomTypes} event types of its own, which is the most there can be. Delete one first.`,
        );
      }
      // The notification comes back to this node too, but after the answer to the caller.
      await afterRequestTransaction(forget);
      const row = await store.find(uuidOf(organization), input.type);
      if (row === null)
        throw new Problem(
          'conflict',
          'Somebody deleted this event type at the same moment. Register it again.',
        );
      return { created: outcome === 'created', customType: customTypeFrom(row) };
    },

    async delete(organization, type) {
      const outcome = await store.delete(uuidOf(organization), type);
      switch (outcome.kind) {
        case 'deleted':
          await afterRequestTransaction(forget);
          return;
        case 'not_found':
          throw notFound();
        case 'in_use':
          throw new Problem(
            'conflict',
            `Webhooks ask for ${type} by name: ${outcome.webhookIds.join(', ')}. Take it out of their events first.`,
          );
      }
    },

    validatorsOf(organization) {
      const known = validators.get(organization);
      if (known !== undefined) return known;
      const running = reading.get(organization);
      if (running !== undefined) return running;
      const answer = read(organization).finally(() => {
        if (reading.get(organization) === answer) reading.delete(organization);
      });
      reading.set(organization, answer);
      return answer;
    },

    close: stopListening,
  };
}

function customTypeFrom(row: EventTypeRow): CustomType {
  return {
    type: row.type,
    description: row.description,
    schema: objectOf(row.schema),
    example: objectOf(row.example),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new Error('A stored event type holds no object');
  return value as Readonly<Record<string, unknown>>;
}

/** A type that passed when it was registered fails only if the rules became stricter since: then it stops here, loudly. */
function compiledFrom(row: EventTypeRow, organization: OrganizationId): CompiledCustomType {
  const compilation = compileCustomType(row);
  if (compilation.ok) return compilation.customType;
  const [fault] = compilation.faults;
  throw new Error(
    `Event type ${row.type} of ${organization} no longer compiles at ${fault?.pointer ?? '?'}: ${fault?.detail ?? '?'}`,
  );
}
